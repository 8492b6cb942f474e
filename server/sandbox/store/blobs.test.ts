import { createHash } from 'node:crypto'
import { setImmediate as turn } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { folder } from '../testing.ts'
import { Blobs } from './blobs.ts'

test('a large body goes to the disk without staying in memory', async () => {
  const blobs = new Blobs(await folder())
  const chunk = Buffer.alloc(1024 * 1024, 7)
  const count = 192
  let most = 0
  async function* body() {
    for (let sent = 0; sent < count; sent += 1) {
      yield Buffer.from(chunk)
      most = Math.max(most, process.memoryUsage().arrayBuffers)
      await turn()
    }
  }
  const before = process.memoryUsage().arrayBuffers
  const stored = await blobs.receive({ body: body(), contentType: 'x', length: count * chunk.length })
  expect(stored.size).toBe(count * chunk.length)
  expect(most - before).toBeLessThan(100 * 1024 * 1024)
  const hash = createHash('md5')
  for (let sent = 0; sent < count; sent += 1) hash.update(chunk)
  expect(stored.md5).toBe(hash.digest('hex'))
})
