import { DEFAULT_MIME_TYPES } from 'file-selector'

/** Types by extension that browsers leave empty on some systems, beside the most common ones. */
const MORE_TYPES: Readonly<Record<string, string>> = {
  '7z': 'application/x-7z-compressed',
  aac: 'audio/aac',
  arw: 'image/x-sony-arw',
  avi: 'video/x-msvideo',
  cr2: 'image/x-canon-cr2',
  dcm: 'application/dicom',
  dng: 'image/x-adobe-dng',
  flac: 'audio/flac',
  geojson: 'application/geo+json',
  heic: 'image/heic',
  heif: 'image/heif',
  jfif: 'image/jpeg',
  jp2: 'image/jp2',
  jpe: 'image/jpeg',
  jsonl: 'application/jsonl',
  jxl: 'image/jxl',
  m4a: 'audio/mp4',
  m4v: 'video/mp4',
  markdown: 'text/markdown',
  mkv: 'video/x-matroska',
  mov: 'video/quicktime',
  mpeg: 'video/mpeg',
  mpg: 'video/mpeg',
  ndjson: 'application/x-ndjson',
  nef: 'image/x-nikon-nef',
  oga: 'audio/ogg',
  ogv: 'video/ogg',
  opus: 'audio/ogg',
  parquet: 'application/vnd.apache.parquet',
  psd: 'image/vnd.adobe.photoshop',
  rar: 'application/vnd.rar',
  tar: 'application/x-tar',
  tgz: 'application/gzip',
  tsv: 'text/tab-separated-values',
  yaml: 'application/yaml',
  yml: 'application/yaml',
}

/** Other names of a type, which hosts and systems use beside the registered one. */
const ALIASES: Readonly<Record<string, string>> = {
  'application/csv': 'text/csv',
  'application/powerpoint': 'application/vnd.ms-powerpoint',
  'application/x-gzip': 'application/gzip',
  'application/x-javascript': 'application/javascript',
  'application/x-pdf': 'application/pdf',
  'application/x-yaml': 'application/yaml',
  'application/x-zip-compressed': 'application/zip',
  'audio/m4a': 'audio/mp4',
  'audio/mp3': 'audio/mpeg',
  'audio/vnd.wave': 'audio/x-wav',
  'audio/wav': 'audio/x-wav',
  'audio/wave': 'audio/x-wav',
  'audio/x-flac': 'audio/flac',
  'audio/x-m4a': 'audio/mp4',
  'image/jpg': 'image/jpeg',
  'image/pjpeg': 'image/jpeg',
  'image/vnd.microsoft.icon': 'image/x-icon',
  'image/x-png': 'image/png',
  'text/comma-separated-values': 'text/csv',
  'text/javascript': 'application/javascript',
  'text/json': 'application/json',
  'text/x-csv': 'text/csv',
  'text/x-yaml': 'application/yaml',
  'text/xml': 'application/xml',
  'text/yaml': 'application/yaml',
}

const ALL = new Set(['*', '*/*', '.*', '*.*'])
const MEDIA = /^(audio|image|video)\//

/**
 * True for a file that matches the rules of `<input accept>`: `.csv`, `image/*`, `application/json`, separated by
 * commas; wildcards for everything (`*`, `.*`) and of extensions (`*.csv`) too.
 *
 * Extension and type both count, because neither is reliable: a browser takes the type from the system, which may not
 * know an extension or has given it to a program (a CSV is `application/vnd.ms-excel` on Windows with Excel), and a
 * picture from a camera or a clipboard need not have an extension
 * (https://developer.mozilla.org/docs/Web/API/Blob/type).
 */
export function isAccepted({ name, type }: Pick<File, 'name' | 'type'>, accept: string): boolean {
  const rules = accept
    .split(',')
    .map((rule) => rule.trim().toLowerCase())
    .filter((rule) => rule !== '')
  if (rules.length === 0) return true
  const lower = name.toLowerCase()
  const extension = extensionOf(lower)
  const types = [canonical(type), typeOf(extension)].filter((one) => one !== undefined)
  return rules.some((rule) => {
    if (ALL.has(rule)) return true
    if (!rule.includes('/')) {
      const end = rule.startsWith('*.') ? rule.slice(1) : rule.startsWith('.') ? rule : `.${rule}`
      if (lower.endsWith(end)) return true
      const wanted = typeOf(end.slice(1))
      // Pictures, sound and films are named in several ways: .jpeg is .jpg.
      return wanted !== undefined && (extension === '' || MEDIA.test(wanted)) && types.includes(wanted)
    }
    if (rule.endsWith('/*')) return types.some((one) => one.startsWith(rule.slice(0, -1)))
    return types.includes(canonical(rule) ?? '')
  })
}

function extensionOf(name: string): string {
  const dot = name.lastIndexOf('.')
  return dot < 0 ? '' : name.slice(dot + 1)
}

function typeOf(extension: string): string | undefined {
  return canonical(
    DEFAULT_MIME_TYPES.get(extension) ?? (Object.hasOwn(MORE_TYPES, extension) ? MORE_TYPES[extension] : ''),
  )
}

/** Returns a type without its parameters and under one name; undefined for none. */
function canonical(type: string | undefined): string | undefined {
  const plain = type?.split(';', 1)[0]?.trim().toLowerCase()
  return plain ? (Object.hasOwn(ALIASES, plain) ? ALIASES[plain] : plain) : undefined
}
