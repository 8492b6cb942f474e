import { drop, untilTaken } from '../../engines/drop.ts'
import { EACH_ENGINE } from '../../engines/each-engine.ts'
import { expect, test } from '../../support/fixtures.ts'

const NAMES = [
  'with space and  two.txt',
  'plus+sign.txt',
  'percent%2Fslash.txt',
  'percent%25 and 100%.txt',
  'query?#&=;.txt',
  'quote\'".txt',
  'back\\slash.txt',
  '[brackets] {braces} (round).txt',
  'emoji 🐟🏳️‍🌈.txt',
  'größe 日本語 עברית.txt',
]

test('files keep the names they have', { tag: EACH_ENGINE }, async ({
  page,
  browserName,
  uploadPage,
  choose,
  lakefs,
}) => {
  // The picker of WebKitGTK reads a path as an address: escapes in names do not survive it.
  const picked = NAMES.filter((name) => browserName !== 'webkit' || !name.includes('%'))
  await uploadPage.open()
  await choose(...picked)
  const dropped = NAMES.filter((name) => !picked.includes(name))
  if (dropped.length > 0)
    await drop(
      page,
      dropped.map((name) => ({ name })),
    )
  await uploadPage.expectUploaded(...NAMES)
  expect((await lakefs.list(uploadPage.folder)).sort()).toEqual(NAMES.map((name) => uploadPage.folder + name).sort())
  for (const name of NAMES) expect(String(await uploadPage.read(name))).toBe(`${name}\n`)
})

test('a name in pieces (NFD) lands composed (NFC)', async ({ uploadPage, pick, disk, lakefs }) => {
  const composed = 'é ñ ü.txt'.normalize('NFC')
  await uploadPage.open()
  await pick(uploadPage.button('Choose files'), [disk(composed.normalize('NFD'))])
  await uploadPage.expectUploaded(composed)
  expect(await lakefs.list(uploadPage.folder)).toEqual([uploadPage.folder + composed])
})

test('half a character in a name is refused at once, and the others land', async ({ page, uploadPage, lakefs }) => {
  await uploadPage.open()
  await untilTaken(page)
  // As a name on a Windows disk may have it; a script can give it to a file's path only.
  await page.evaluate(() => {
    // Made here: on the way to Firefox a half becomes another character.
    const name = `half ${String.fromCharCode(0xd83d)}/x.txt`
    const half = Object.defineProperty(new File(['x'], 'x'), 'webkitRelativePath', { value: name })
    const dataTransfer = { types: ['Files'], items: [], files: [half, new File(['y'], 'whole.txt')] }
    const event = Object.defineProperty(new Event('drop', { bubbles: true, cancelable: true }), 'dataTransfer', {
      value: dataTransfer,
    })
    document.body.dispatchEvent(event)
  })
  await uploadPage.expectUploaded('whole.txt')
  await expect(uploadPage.files.getByRole('listitem').filter({ hasText: 'half' })).toContainText(
    /Failed.*half a character/,
  )
  expect(await lakefs.list(uploadPage.folder)).toEqual([`${uploadPage.folder}whole.txt`])
})

test('pictures that are pasted land beside each other, though the browser calls them all image.png', async ({
  page,
  uploadPage,
  lakefs,
}) => {
  await uploadPage.open()
  await untilTaken(page)
  for (const text of ['one', 'two']) {
    await page.evaluate((content) => {
      const clipboardData = new DataTransfer()
      clipboardData.items.add(new File([content], 'image.png', { type: 'image/png' }))
      document.body.dispatchEvent(new ClipboardEvent('paste', { clipboardData, bubbles: true, cancelable: true }))
    }, text)
  }
  await uploadPage.expectUploaded('image.png', 'image-2.png')
  expect(String(await uploadPage.read('image.png'))).toBe('one')
  expect(String(await uploadPage.read('image-2.png'))).toBe('two')
  expect(await lakefs.list(uploadPage.folder)).toHaveLength(2)
})
