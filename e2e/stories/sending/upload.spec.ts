import { expect, test } from '../../support/fixtures.ts'

test('three files and a nested folder land on the branch, byte by byte', async ({ uploadPage, pick, disk, lakefs }) => {
  const files = ['a.txt', 'b.bin', 'empty.txt'].map((name) => disk(name, name === 'empty.txt' ? '' : Buffer.from(name)))
  const inside = ['scans/1.txt', 'scans/deep/2.txt', 'scans/deep/er/3.txt']
  for (const name of inside) disk(name)
  await uploadPage.open()
  await pick(uploadPage.button('Choose files'), files)
  await uploadPage.expectUploaded('a.txt', 'b.bin', 'empty.txt')
  await pick(uploadPage.button('Choose folder'), [disk('scans/1.txt').replace(/\/1\.txt$/, '')], { folder: true })
  await uploadPage.expectUploaded(...inside)
  expect(await lakefs.list(uploadPage.folder)).toEqual(
    ['a.txt', 'b.bin', 'empty.txt', ...inside].map((name) => uploadPage.folder + name),
  )
  expect(String(await uploadPage.read('b.bin'))).toBe('b.bin')
  expect((await uploadPage.stat('empty.txt'))?.size_bytes).toBe(0)
  for (const name of inside) expect(String(await uploadPage.read(name))).toBe(`${name}\n`)
})
