/**
 * Names that browsers give to files without one, whatever is in them: pictures of the clipboard (`image.png` in all of
 * them; Firefox has it in its own language), photos and films of the camera of iOS (`image.jpg`, `capturedvideo.MOV`),
 * and blobs.
 * https://searchfox.org/mozilla-central/source/dom/events/DataTransferItem.cpp (GenericImageNamePNG),
 * https://github.com/kobotoolbox/enketo-express/issues/374,
 * https://github.com/blueimp/jQuery-File-Upload/pull/3522, https://xhr.spec.whatwg.org/#create-an-entry
 */
const MADE_UP =
  /^(?:blob|file|(?:image|blob|file)\.(?:png|jpe?g|gif|bmp|webp|tiff?|hei[cf])|(?:capturedvideo|trim)\.(?:mov|mp4))$/i

/** `image.png` in the languages of Firefox. */
const PASTED =
  /^(?:grafik|bild|bilde|billede|afbeelding|imagen|imatge|imagem|imaxe|immagine|obraz|obrázek|obrázok|slika|kép|kuva|attēls|resim|görsel|изображение|зображення|изображения|εικόνα|صورة|תמונה|画像|图片|图像|圖片|影像|이미지|그림)\.png$/iu

const madeUp = new WeakSet<File>()

/** True for a file that has a name as browsers make them up, and no folder. A file of a disk may have one as well. */
export function looksMadeUp({ name, webkitRelativePath = '' }: File, pasted = false): boolean {
  return webkitRelativePath === '' && (MADE_UP.test(name) || (pasted && PASTED.test(name.normalize('NFC'))))
}

/** Notes that the browser has made up the name of a file. */
export function noteMadeUp(file: File): void {
  madeUp.add(file)
}

/**
 * True for a file whose name the browser has made up and nobody has changed, but for a number that makes it free. It is
 * changed where another file has it: two pictures that were pasted are two files, and neither replaces the other.
 */
export function hasMadeUpName({ file, path }: { file: File; path: string }): boolean {
  if (!madeUp.has(file)) return false
  const name = path.slice(path.lastIndexOf('/') + 1).normalize('NFC')
  const given = file.name.normalize('NFC')
  return name === given || name.replace(/(?:-\d+)+(?=\.[^.]*$|$)/, '') === given
}
