import { describe, expect, it } from 'vitest'
import { idle, TestClock } from '../testing/clock.ts'
import { ConcurrencyLimiter } from './limiter.ts'

const never = new AbortController().signal

/** A limiter with tasks that end when the test says so. */
function limiterOf(ceiling: number, start?: number) {
  const clock = new TestClock()
  const limiter = new ConcurrencyLimiter(clock, ceiling, start)
  const running: { owner: string; end: () => void }[] = []
  const task = (owner: string) => () =>
    new Promise<void>((resolve) => {
      running.push({ owner, end: resolve })
    })
  const run = (owner: string, kind = {}, signal = never) => limiter.run(owner, signal, task(owner), kind)
  const owners = () => running.map(({ owner }) => owner)
  const end = async (owner: string) => {
    const [one] = running.splice(owners().indexOf(owner), 1)
    one?.end()
    await idle()
  }
  return { clock, limiter, run, owners, end }
}

describe('who goes first', () => {
  it('is the owner with the fewest requests under way', async () => {
    const { run, owners, end } = limiterOf(3)
    for (let part = 0; part < 8; part += 1) void run('huge')
    void run('small')
    await idle()
    expect(owners()).toEqual(['huge', 'huge', 'huge'])
    await end('huge')
    expect(owners()).toEqual(['huge', 'huge', 'small'])
  })

  it('is half and half between large files and small ones, however many wait', async () => {
    const { run, owners, end } = limiterOf(6)
    for (let file = 0; file < 6; file += 1)
      for (let part = 0; part < 6; part += 1) void run(`L${file}`, { large: true })
    for (let file = 0; file < 20; file += 1) void run(`s${file}`)
    await idle()
    for (let turn = 0; turn < 12; turn += 1) await end(owners()[0] ?? '')
    expect(owners().filter((owner) => owner.startsWith('L'))).toHaveLength(3)
    // With no small ones left the large ones have it all.
    for (let turn = 0; turn < 17; turn += 1) await end(owners().find((owner) => owner.startsWith('s')) ?? '')
    expect(owners().filter((owner) => owner.startsWith('L'))).toHaveLength(6)
  })

  it('takes turns where there is room for one', async () => {
    const { run, owners, end } = limiterOf(1)
    for (let index = 0; index < 3; index += 1) {
      void run('L', { large: true })
      void run(`s${index}`)
    }
    await idle()
    const seen: string[] = []
    for (let turn = 0; turn < 6; turn += 1) {
      seen.push(owners()[0]?.slice(0, 1) ?? '')
      await end(owners()[0] ?? '')
    }
    expect(seen).toEqual(['L', 's', 'L', 's', 'L', 's'])
  })

  it('is nobody who has given up', async () => {
    const { run, owners, end, limiter } = limiterOf(1)
    const stop = new AbortController()
    void run('a')
    const given = run('b', {}, stop.signal)
    void run('c')
    stop.abort()
    await expect(given).rejects.toMatchObject({ name: 'AbortError' })
    await end('a')
    expect(owners()).toEqual(['c'])
    expect(limiter.waiting).toBe(0)
  })
})

describe('the limit', () => {
  it('halves at a refusal, once a second, and grows back by one a round', async () => {
    const { limiter, run, end, clock } = limiterOf(6)
    limiter.slowDown()
    limiter.slowDown()
    expect(limiter.limit).toBe(3)
    for (let round = 0; round < 3; round += 1) {
      for (let index = 0; index < 8; index += 1) void run('a')
      for (let index = 0; index < 8; index += 1) await end('a')
    }
    expect(limiter.limit).toBeGreaterThan(3)
    await clock.advance(2000)
    limiter.slowDown()
    expect(limiter.limit).toBeLessThan(6)
  })

  it('holds the whole limiter for as long as Retry-After says', async () => {
    const { limiter, run, owners, clock } = limiterOf(6)
    limiter.slowDown(5000)
    for (const owner of ['a', 'b']) void run(owner)
    await clock.advance(4999)
    expect(owners()).toEqual([])
    await clock.advance(1)
    expect(owners()).toEqual(['a', 'b'])
  })

  it('says to all that wait until when it is held, for an hour at most', async () => {
    const { limiter, clock } = limiterOf(1)
    const held: number[] = []
    const wait = () => void limiter.enter('a', new AbortController().signal, { onHold: (until) => held.push(until) })
    await limiter.enter('b', new AbortController().signal)
    wait()
    expect([held, limiter.heldUntil]).toEqual([[], undefined])
    limiter.slowDown(900_000)
    wait()
    expect(held).toEqual([clock.now() + 900_000, clock.now() + 900_000])
    expect(limiter.heldUntil).toBe(clock.now() + 900_000)
    limiter.slowDown(1e9)
    expect(limiter.heldUntil).toBe(clock.now() + 3_600_000)
    await clock.advance(3_600_000)
    expect(limiter.heldUntil).toBeUndefined()
  })

  it('goes on after Retry-After where the timer is early or the clock was set back', async () => {
    const { limiter, run, owners, clock } = limiterOf(6)
    limiter.slowDown(5000)
    void run('a')
    const { now } = clock
    clock.now = () => now() - 1
    await clock.advance(5000)
    expect(owners()).toEqual(['a'])
  })

  /** A server with room for so many at once; more of them wait their turn. */
  async function against(capacity: number, ceiling: number, answers: number) {
    const clock = new TestClock()
    const limiter = new ConcurrencyLimiter(clock, ceiling, 6)
    let inside = 0
    const call = async () => {
      inside += 1
      const ms = 50 * Math.max(1, inside / capacity)
      await new Promise<void>((resolve) => clock.after(ms, resolve))
      inside -= 1
    }
    let done = 0
    const all = Promise.all(
      Array.from({ length: answers }, (_, index) =>
        limiter.run(`f${index}`, never, call, { timed: true }).then(() => {
          done += 1
        }),
      ),
    )
    await clock.run(all)
    return { limiter, done }
  }

  it('grows to what the bound allows while answers stay quick', async () => {
    const { limiter } = await against(1000, 64, 600)
    expect(limiter.limit).toBe(64)
  })

  it('stops growing where answers begin to take longer', async () => {
    const { limiter } = await against(16, 64, 1500)
    expect(limiter.limit).toBeGreaterThan(12)
    expect(limiter.limit).toBeLessThan(56)
  })

  it('halves where answers take far longer than the quickest did', async () => {
    const { clock, limiter } = limiterOf(64)
    const call = (ms: number) =>
      clock.run(
        limiter.run('a', never, () => new Promise<void>((resolve) => clock.after(ms, resolve)), { timed: true }),
      )
    await call(20)
    for (let index = 0; index < 10; index += 1) await call(2000)
    expect(limiter.limit).toBeLessThan(64)
    expect(limiter.limit).toBeGreaterThanOrEqual(4)
  })
})
