import { createHash, randomBytes } from 'node:crypto'
import { expect, test } from '../../support/fixtures.ts'
import { holdUntilSeen, seenBars, watchBars } from '../../support/progress-bars.ts'
import { WHOLE } from '../../support/store-route.ts'

const SIZE = 200 * 2 ** 20

test('200 MiB travel in parts, and progress never goes back', async ({
  page,
  uploadPage,
  pick,
  disk,
  lakefs,
  sandbox,
  storeRoute,
}) => {
  test.skip(!storeRoute.assemble, WHOLE)
  test.setTimeout(300_000)
  const bytes = randomBytes(SIZE)
  const file = disk('large.bin', bytes)
  // Slow enough that the bar is seen to move, on any machine.
  sandbox.settings.bytesPerSecond = 10 * 2 ** 20
  await uploadPage.open()
  await watchBars(page)
  await holdUntilSeen(sandbox, uploadPage.row('large.bin'), () => pick(uploadPage.button('Choose files'), [file]))
  // A part that has to be sent again must not show as lost ground.
  sandbox.faults.add({ route: storeRoute.piece, fault: { kind: 'reset', bytes: 4 * 2 ** 20 }, after: 3, times: 2 })
  await uploadPage.expectStatus('large.bin', 'Uploaded', 240_000)

  const seen = await seenBars(page)
  for (const name of ['Total progress', 'large.bin']) {
    const values = seen[name] ?? []
    expect(values.length, name).toBeGreaterThan(3)
    expect(values, name).toEqual([...values].sort((a, b) => a - b))
  }
  expect(seen['large.bin']?.at(-1)).toBeLessThan(100)

  expect(new Set(storeRoute.arrived()).size).toBeGreaterThan(10)
  expect(storeRoute.open()).toEqual([])
  const path = `${uploadPage.folder}large.bin`
  expect(await lakefs.stat(path)).toMatchObject({ size_bytes: SIZE })
  const md5 = (data: Buffer) => createHash('md5').update(data).digest('hex')
  expect(md5(await lakefs.read(path))).toBe(md5(bytes))
})
