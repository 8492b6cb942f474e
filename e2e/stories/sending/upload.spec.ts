import { expect, test } from '../../support/fixtures.ts'

test('three files and a nested folder land on the branch, byte by byte', async ({ uploading, pick, disk, lake }) => {
  const files = ['a.txt', 'b.bin', 'empty.txt'].map((name) => disk(name, name === 'empty.txt' ? '' : Buffer.from(name)))
  const inside = ['scans/1.txt', 'scans/deep/2.txt', 'scans/deep/er/3.txt']
  for (const name of inside) disk(name)
  await uploading.open()
  await pick(uploading.button('Choose files'), files)
  await uploading.expectUploaded('a.txt', 'b.bin', 'empty.txt')
  await pick(uploading.button('Choose folder'), [disk('scans/1.txt').replace(/\/1\.txt$/, '')], { folder: true })
  await uploading.expectUploaded(...inside)
  expect(await lake.list(uploading.folder)).toEqual(
    ['a.txt', 'b.bin', 'empty.txt', ...inside].map((name) => uploading.folder + name),
  )
  expect(String(await uploading.read('b.bin'))).toBe('b.bin')
  expect((await uploading.stat('empty.txt'))?.size_bytes).toBe(0)
  for (const name of inside) expect(String(await uploading.read(name))).toBe(`${name}\n`)
})
