/** Encodings by the bytes at the start of a text (https://encoding.spec.whatwg.org/#bom-sniff). */
const MARKS = [
  { encoding: 'utf-8', bytes: [0xef, 0xbb, 0xbf] },
  { encoding: 'utf-16le', bytes: [0xff, 0xfe] },
  { encoding: 'utf-16be', bytes: [0xfe, 0xff] },
] as const

/** Characters of the bytes 0x80 to 0x9f (https://encoding.spec.whatwg.org/index-windows-1252.txt). */
const WINDOWS_1252 = '€\u0081‚ƒ„…†‡ˆ‰Š‹Œ\u008dŽ\u008f\u0090‘’“”•–—˜™š›œ\u009džŸ'

/**
 * Reads the text of a file that a person has written, without a byte order mark. Spreadsheets save CSV in UTF-8, in
 * UTF-16 ("Unicode text") or in windows-1252: the mark decides, and without one, windows-1252 where the bytes are no
 * UTF-8.
 * @throws TypeError for bytes that are not in the encoding of their mark.
 */
export async function readText(file: Blob): Promise<string> {
  const bytes = new Uint8Array(await file.arrayBuffer())
  const marked = MARKS.find((mark) => mark.bytes.every((byte, index) => bytes[index] === byte))
  // A replacement character would be stored silently, so no decoder may put one there.
  if (marked) return new TextDecoder(marked.encoding, { fatal: true }).decode(bytes)
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    // Node 20 to 23 reads these as control characters (https://github.com/nodejs/node/issues/56542).
    const text = new TextDecoder('windows-1252').decode(bytes)
    return text.replace(/[\u0080-\u009f]/g, (control) => WINDOWS_1252[control.charCodeAt(0) - 0x80] ?? control)
  }
}
