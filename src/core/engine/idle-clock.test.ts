import { expect, it } from 'vitest'
import type { UploaderOptions } from '../options.ts'
import { ResponseError } from '../request/response-error.ts'
import type { Store, StoreRequest } from '../store/storage.ts'
import { TestClock } from '../testing/clock.ts'
import { TestLake } from '../testing/lake.ts'
import { file, rig } from '../testing/rig.ts'

const KB = 1000
const SIZE = 100 * KB

/** A store whose requests move and end as a test says. */
function heldStore() {
  const requests: { sent: (bytes: number) => void; refuse: (refusal: ResponseError) => void }[] = []
  const store: Store = {
    send: (request: StoreRequest) =>
      new Promise((_, reject) => {
        requests.push({ sent: (bytes) => request.onProgress?.(bytes), refuse: reject })
        request.signal.addEventListener('abort', () => reject(new DOMException('stopped', 'AbortError')))
      }),
  }
  return { requests, store }
}

/** Files that have begun to send, one request for each of the first six. */
async function sending(count = 1, options: Partial<UploaderOptions> = {}) {
  const { requests, store } = heldStore()
  const clock = new TestClock()
  const { engine } = rig(options, { store }, { clock })
  const ids = await clock.run(engine.add(Array.from({ length: count }, (_, index) => file(`${index}.bin`, SIZE))))
  await clock.advance(100)
  const seen = (index = 0) => engine.getFile(ids.ids[index] ?? '')
  /** Bytes at a steady pace: a kilobyte a second. */
  const move = async (seconds: number, from = 0) => {
    for (let second = 1; second <= seconds; second += 1) {
      requests[0]?.sent((from + second) * KB)
      await clock.advance(1000)
    }
  }
  return { engine, clock, requests, seen, move, totals: () => engine.getSnapshot().totals }
}

it('where nothing moves the rate falls to nothing by itself, and from the tenth second on that is told', async () => {
  const { engine, clock, seen, move, totals } = await sending()
  await move(20)
  expect(seen()?.bytesPerSecond).toBeGreaterThan(800)
  let told = 0
  engine.subscribe(() => {
    told += 1
  })
  const rates: number[] = []
  for (let second = 1; second < 9; second += 1) {
    await clock.advance(1000)
    rates.push(seen()?.bytesPerSecond ?? 0)
    expect([second, totals().bytesPerSecond]).toEqual([second, seen()?.bytesPerSecond])
    expect(seen()?.idleSeconds).toBeUndefined()
  }
  expect(rates).toEqual([...rates].sort((a, b) => b - a))
  expect(rates.at(-1)).toBeLessThan(200)
  expect(told).toBeGreaterThanOrEqual(8)
  for (const idle of [10, 11, 12]) {
    await clock.advance(idle === 10 ? 2000 : 1000)
    for (const figures of [seen(), totals()]) {
      expect(figures?.idleSeconds).toBeGreaterThanOrEqual(idle)
      expect(figures?.idleSeconds).toBeLessThanOrEqual(idle + 1)
      expect(figures?.bytesPerSecond).toBeUndefined()
      expect(figures?.secondsLeft).toBeUndefined()
    }
  }
})

it('once bytes move again, rate and time left come back', async () => {
  const { clock, seen, move, totals } = await sending()
  await move(10)
  await clock.advance(30_000)
  expect(totals().idleSeconds).toBeGreaterThanOrEqual(30)
  await move(5, 10)
  for (const figures of [seen(), totals()]) {
    expect(figures?.idleSeconds).toBeUndefined()
    expect(figures?.bytesPerSecond).toBeGreaterThan(800)
    expect(figures?.secondsLeft).toBeGreaterThan(60)
  }
})

it('tells it of a store that takes requests and answers none', async () => {
  const lake = new TestLake()
  lake.twist = ({ route }) => (route === 'put' ? 'hang' : undefined)
  const { engine, clock, until } = rig({}, {}, { lake })
  void engine.add(file('a.bin', SIZE))
  await until('sending')
  await clock.advance(12_500)
  expect(engine.getSnapshot().files[0]).toMatchObject({ status: 'sending', idleSeconds: 12 })
  expect(engine.getSnapshot().totals).toMatchObject({ idleSeconds: 12 })
})

it('after the last byte it is the answer that is missing, and no time is left', async () => {
  const { clock, requests, seen, move, totals } = await sending()
  await move(20)
  requests[0]?.sent(SIZE)
  expect(seen()).toMatchObject({ bytesPerSecond: undefined, secondsLeft: undefined, awaitsAnswer: undefined })
  await clock.advance(3000)
  for (const figures of [seen(), totals()]) {
    expect(figures).toMatchObject({ awaitsAnswer: true, secondsLeft: undefined })
  }
  expect(seen()?.bytesPerSecond).toBeUndefined()
})

it('bytes that are sent once more move, though they take the file no further', async () => {
  const { clock, requests, seen, move } = await sending()
  await move(20)
  requests[0]?.refuse(new ResponseError({ side: 'storage', status: 503 }))
  await clock.advance(40_000)
  expect(requests).toHaveLength(2)
  for (let second = 1; second <= 15; second += 1) {
    requests[1]?.sent(second * KB)
    await clock.advance(1000)
  }
  expect(seen()).toMatchObject({ status: 'sending', sent: 20 * KB })
  expect(seen()?.idleSeconds).toBeUndefined()
})

it('a file that waits for its turn stands still only with those before it', async () => {
  const { clock, requests, seen, move, totals } = await sending(8)
  expect(requests).toHaveLength(6)
  expect(seen(7)?.status).toBe('sending')
  await move(30)
  // The first one moves; the others before it have a connection each, and nothing goes through.
  expect(seen(1)).toMatchObject({ idleSeconds: 30 })
  expect(seen(7)?.idleSeconds).toBeUndefined()
  expect(totals().idleSeconds).toBeUndefined()
  await clock.advance(15_000)
  expect(seen(7)?.idleSeconds).toBeGreaterThanOrEqual(15)
  expect(totals().idleSeconds).toBeGreaterThanOrEqual(15)
})

it('renews the files that are sending and no others', async () => {
  const { engine, clock, move } = await sending(1000)
  await move(5)
  const before = engine.getSnapshot().files
  await clock.advance(3000)
  const renewed = engine.getSnapshot().files.filter((one, index) => one !== before[index])
  // The only one that moved: whoever would say the same as before is the same.
  expect(renewed.map(({ path }) => path)).toEqual(['0.bin'])
  await clock.advance(12_000)
  const idle = engine.getSnapshot().files.filter((one, index) => one !== before[index])
  expect(idle.length).toBe(engine.getSnapshot().totals.counts.sending)
  expect(idle.length).toBeLessThan(100)
})

it.each(['pause', 'cancel', 'remove', 'stop'] as const)('leaves no timer behind after %s', async (act) => {
  const { engine, clock, move } = await sending()
  await move(3)
  expect(clock.scheduled).toBeGreaterThan(0)
  engine[act]()
  if (act === 'remove') engine.cancel()
  await clock.advance(200)
  expect(engine.getSnapshot().totals.counts.sending).toBe(0)
  expect(clock.scheduled).toBe(0)
})

it('sets no timer for files that do not send', async () => {
  const clock = new TestClock()
  const { engine } = rig({}, {}, { clock })
  engine.pause()
  expect(clock.scheduled).toBe(0)
})
