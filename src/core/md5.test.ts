import { describe, expect, it } from 'vitest'
import { type HashRequest, type HashScope, serveHashes } from './hashing.ts'
import { createMd5 } from './md5.ts'
import { TestClock } from './testing/clock.ts'
import { md5 as md5Of } from './testing/lake.ts'

const never = new AbortController().signal
const MIB = 2 ** 20

/** Workers of this thread. `held` ones answer nothing until let go. */
function workers() {
  const started: { terminated: boolean; requests: HashRequest[] }[] = []
  const start = () => {
    const state = { terminated: false, requests: [] as HashRequest[] }
    started.push(state)
    const worker = {
      onmessage: undefined as ((event: MessageEvent) => void) | undefined,
      onerror: undefined,
      postMessage(data: HashRequest) {
        state.requests.push(data)
        scope.onmessage?.({ data } as MessageEvent)
      },
      terminate() {
        state.terminated = true
      },
    }
    const scope: HashScope = { onmessage: null, postMessage: (data) => worker.onmessage?.({ data } as MessageEvent) }
    serveHashes(scope)
    return worker as unknown as Worker
  }
  return { started, start }
}

const bytes = (size: number) => new Uint8Array(size).map((_, index) => (index * 31) % 253)

describe('hashing', () => {
  it.each([0, 1, 4 * MIB, 4 * MIB + 1, 9 * MIB])('gives the MD5 of %d bytes', async (size) => {
    const data = bytes(size)
    const hash = createMd5(workers().start, new TestClock(), 2)
    expect(await hash(new Blob([data]), never)).toBe(md5Of(data))
  })

  it('keeps many bodies apart', async () => {
    const hash = createMd5(workers().start, new TestClock(), 2)
    const sizes = Array.from({ length: 40 }, (_, index) => index * 1000)
    const hexes = await Promise.all(sizes.map((size) => hash(new Blob([bytes(size)]), never)))
    expect(hexes).toEqual(sizes.map((size) => md5Of(bytes(size))))
  })

  it('keeps its Worker for the next file and lets it go after a rest', async () => {
    const { started, start } = workers()
    const clock = new TestClock()
    const hash = createMd5(start, clock, 2)
    await hash(new Blob(['a']), never)
    await clock.advance(9000)
    await hash(new Blob(['b']), never)
    await clock.advance(9000)
    expect(started.map(({ terminated }) => terminated)).toEqual([false])
    await clock.advance(2000)
    expect(started.map(({ terminated }) => terminated)).toEqual([true])
    expect(await hash(new Blob(['c']), never)).toBe(md5Of('c'))
    expect(started).toHaveLength(2)
  })

  it('takes a second Worker where there are cores for it, and no third', async () => {
    for (const [cores, expected] of [
      [2, 1],
      [8, 2],
    ] as const) {
      const { started, start } = workers()
      const hash = createMd5(start, new TestClock(), cores)
      await Promise.all([1, 2, 3, 4].map((size) => hash(new Blob([bytes(size)]), never)))
      expect(started).toHaveLength(expected)
    }
  })

  it('stops at the signal', async () => {
    const stop = new AbortController()
    const hash = createMd5(workers().start, new TestClock(), 2)
    const hashing = hash(new Blob([bytes(9 * MIB)]), stop.signal)
    stop.abort()
    await expect(hashing).rejects.toMatchObject({ name: 'AbortError' })
    expect(await hash(new Blob(['a']), never)).toBe(md5Of('a'))
  })

  it('reads large bodies one after the other, and small ones beside them', async () => {
    const hash = createMd5(workers().start, new TestClock(), 2)
    const said: string[] = []
    const told = async (name: string, size: number) => {
      const body = new Blob([bytes(size)])
      const stream = body.stream.bind(body)
      body.stream = () => {
        said.push(`${name} begins`)
        return stream()
      }
      await hash(body, never)
      said.push(`${name} ends`)
    }
    await Promise.all([told('first', 9 * MIB), told('second', 2 * MIB), told('small', 10)])
    const large = said.filter((one) => !one.startsWith('small'))
    expect(large).toEqual(['first begins', 'first ends', 'second begins', 'second ends'])
    expect(said.indexOf('small ends')).toBeLessThan(said.indexOf('first ends'))
  })

  it.each([
    ['small', 1],
    ['large', 2 * MIB],
  ])('says file-changed where the bytes of a %s file can no longer be read', async (_, size) => {
    const hash = createMd5(workers().start, new TestClock(), 2)
    const body = new Blob([bytes(size)])
    const gone = new DOMException('gone', 'NotReadableError')
    body.stream = () => new ReadableStream({ pull: (stream) => stream.error(gone) })
    body.arrayBuffer = () => Promise.reject(gone)
    await expect(hash(body, never)).rejects.toMatchObject({ code: 'file-changed' })
  })

  it('gives nothing where no Worker can run', async () => {
    const hash = createMd5(() => {
      throw new Error('refused by policy')
    })
    expect(await hash(new Blob(['a']), never)).toBeUndefined()
  })
})
