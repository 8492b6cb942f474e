import { createHash, randomBytes } from 'node:crypto'
import { expect, test } from '../../support/fixtures.ts'
import { holdUntilSeen, seenBars, watchBars } from '../../support/progress-bars.ts'
import { WHOLE } from '../../support/store-route.ts'

const SIZE = 200 * 2 ** 20

test('200 MiB travel in parts, and progress never goes back', async ({
  page,
  uploading,
  pick,
  disk,
  lake,
  sandbox,
  way,
}) => {
  test.skip(!way.assemble, WHOLE)
  test.setTimeout(300_000)
  const bytes = randomBytes(SIZE)
  const file = disk('large.bin', bytes)
  // Slow enough that the bar is seen to move, on any machine.
  sandbox.settings.bytesPerSecond = 10 * 2 ** 20
  await uploading.open()
  await watchBars(page)
  await holdUntilSeen(sandbox, uploading.row('large.bin'), () => pick(uploading.button('Choose files'), [file]))
  // A part that has to be sent again must not show as lost ground.
  sandbox.faults.add({ route: way.piece, fault: { kind: 'reset', bytes: 4 * 2 ** 20 }, after: 3, times: 2 })
  await uploading.expectStatus('large.bin', 'Uploaded', 240_000)

  const seen = await seenBars(page)
  for (const name of ['Total progress', 'large.bin']) {
    const values = seen[name] ?? []
    expect(values.length, name).toBeGreaterThan(3)
    expect(values, name).toEqual([...values].sort((a, b) => a - b))
  }
  expect(seen['large.bin']?.at(-1)).toBeLessThan(100)

  expect(new Set(way.arrived()).size).toBeGreaterThan(10)
  expect(way.open()).toEqual([])
  const path = `${uploading.folder}large.bin`
  expect(await lake.stat(path)).toMatchObject({ size_bytes: SIZE })
  const md5 = (data: Buffer) => createHash('md5').update(data).digest('hex')
  expect(md5(await lake.read(path))).toBe(md5(bytes))
})
