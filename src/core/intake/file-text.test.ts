import { expect, it } from 'vitest'
import { readText } from './file-text.ts'

const TEXT = 'größe;€ „naïve“\n'
const utf16 = (text: string, little: boolean) =>
  Uint8Array.from(
    [...text].flatMap((letter) => {
      const code = letter.charCodeAt(0)
      return little ? [code & 255, code >> 8] : [code >> 8, code & 255]
    }),
  )
/** Only of letters whose bytes are known here. */
const windows1252 = (text: string) => {
  const high: Record<string, number> = { '€': 0x80, '„': 0x84, '“': 0x93 }
  return Uint8Array.from([...text].map((letter) => high[letter] ?? letter.charCodeAt(0)))
}

it.each([
  ['UTF-8', new TextEncoder().encode(TEXT)],
  ['UTF-8 with a mark', new TextEncoder().encode(`\uFEFF${TEXT}`)],
  ['UTF-16LE with a mark', utf16(`\uFEFF${TEXT}`, true)],
  ['UTF-16BE with a mark', utf16(`\uFEFF${TEXT}`, false)],
  ['windows-1252', windows1252(TEXT)],
])('reads %s', async (_, bytes) => expect(await readText(new Blob([bytes]))).toBe(TEXT))

it('reads nothing as nothing', async () => expect(await readText(new Blob())).toBe(''))

it.each([
  ['UTF-8', [0xef, 0xbb, 0xbf, 0x61, 0xe9]],
  ['UTF-16LE', [0xff, 0xfe, 0x00, 0xd8]],
])('reads no damaged text with a mark of %s', async (_, bytes) => {
  await expect(readText(new Blob([Uint8Array.from(bytes)]))).rejects.toThrow(TypeError)
})
