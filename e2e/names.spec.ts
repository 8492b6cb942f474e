import { drop } from './engines/drop.ts'
import { expect, test } from './fixtures.ts'

const NAMES = [
  'with space and  two.txt',
  'plus+sign.txt',
  'percent%2Fslash.txt',
  'percent%25 and 100%.txt',
  'query?#&=;.txt',
  'quote\'".txt',
  '[brackets] {braces} (round).txt',
  'emoji 🐟🏳️‍🌈.txt',
  'größe 日本語 עברית.txt',
]

test('files keep the names they have', async ({ page, browserName, uploading, pick, disk, lake }) => {
  // The picker of WebKitGTK reads a path as an address: escapes in names do not survive it.
  const picked = NAMES.filter((name) => browserName !== 'webkit' || !name.includes('%'))
  await uploading.open()
  await pick(
    uploading.button('Choose files'),
    picked.map((name) => disk(name)),
  )
  const dropped = NAMES.filter((name) => !picked.includes(name))
  if (dropped.length > 0)
    await drop(
      page,
      dropped.map((name) => ({ name })),
    )
  await uploading.expectUploaded(...NAMES)
  expect((await lake.list(uploading.folder)).sort()).toEqual(NAMES.map((name) => uploading.folder + name).sort())
  for (const name of NAMES) expect(String(await lake.read(uploading.folder + name))).toBe(`${name}\n`)
})

test('a name in pieces (NFD) lands composed (NFC)', async ({ uploading, pick, disk, lake }) => {
  const composed = 'é ñ ü.txt'.normalize('NFC')
  await uploading.open()
  await pick(uploading.button('Choose files'), [disk(composed.normalize('NFD'))])
  await uploading.expectUploaded(composed)
  expect(await lake.list(uploading.folder)).toEqual([uploading.folder + composed])
})
