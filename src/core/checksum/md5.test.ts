import { describe, expect, it, vi } from 'vitest'
import { TestClock } from '../testing/clock.ts'
import { md5 as md5Of } from '../testing/lake.ts'
import { file, rig } from '../testing/rig.ts'
import { type HashAnswer, type HashRequest, type HashScope, serveHashes } from './hashing.ts'
import { createMd5 } from './md5.ts'

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

const PATTERN = Uint8Array.from({ length: 253 }, (_, index) => (index * 31) % 253)
const bytes = (size: number) => new Uint8Array(Buffer.alloc(size, PATTERN))

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

  it('takes a Worker a core, but for that of the page, and no fifth', async () => {
    for (const [cores, expected] of [
      [2, 1],
      [4, 3],
      [16, 4],
    ] as const) {
      const { started, start } = workers()
      const hash = createMd5(start, new TestClock(), cores)
      await Promise.all([1, 2, 3, 4, 5].map((size) => hash(new Blob([bytes(size)]), never)))
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
    const told = async (name: string, size: number, until?: Promise<unknown>) => {
      const body = new Blob([bytes(size)])
      const stream = body.stream.bind(body)
      body.stream = () => {
        said.push(`${name} begins`)
        return stream().pipeThrough(new TransformStream({ flush: async () => void (await until) }))
      }
      await hash(body, never)
      said.push(`${name} ends`)
    }
    let through = () => {}
    const small = new Promise<void>((resolve) => {
      through = resolve
    })
    // The end of the first one comes only when the small one, asked for last, is through.
    await Promise.all([told('first', 9 * MIB, small), told('second', 2 * MIB), told('small', 10).then(through)])
    const large = said.filter((one) => !one.startsWith('small'))
    expect(large).toEqual(['first begins', 'first ends', 'second begins', 'second ends'])
    expect(said.indexOf('small ends')).toBeLessThan(said.indexOf('first ends'))
  })

  it('lets others pass a body that goes behind, also those that come while it is read', async () => {
    const hash = createMd5(workers().start, new TestClock(), 2)
    const said: string[] = []
    const whole = new Blob([bytes(9 * MIB)])
    let late: Promise<unknown> | undefined
    // The second chunk is there when the late one has been asked for.
    whole.stream = () => {
      let chunk = 0
      return new ReadableStream<Uint8Array<ArrayBuffer>>({
        pull(stream) {
          if (chunk === 9) return stream.close()
          stream.enqueue(new Uint8Array(bytes(MIB)))
          chunk += 1
          if (chunk === 2) late = hash(new Blob([bytes(2 * MIB)]), never).then(() => said.push('late'))
        },
      })
    }
    const behind = hash(whole, never, true).then((hex) => said.push(`behind ${hex}`))
    const piece = hash(new Blob([bytes(2 * MIB)]), never).then(() => said.push('piece'))
    await Promise.all([behind, piece])
    await late
    const sum = md5Of(Buffer.concat(Array.from({ length: 9 }, () => bytes(MIB))))
    expect(said).toEqual(['piece', 'late', `behind ${sum}`])
  })

  it.each([
    ['small', 1],
    ['large', 2 * MIB],
  ])('says file-unreadable where the bytes of a %s file cannot be read', async (_, size) => {
    const hash = createMd5(workers().start, new TestClock(), 2)
    const body = new Blob([bytes(size)])
    const gone = new DOMException('gone', 'NotReadableError')
    body.stream = () => new ReadableStream({ pull: (stream) => stream.error(gone) })
    body.arrayBuffer = () => Promise.reject(gone)
    await expect(hash(body, never)).rejects.toMatchObject({ code: 'file-unreadable' })
  })

  it('gives nothing where no Worker can run', async () => {
    const hash = createMd5(() => {
      throw new Error('refused by policy')
    })
    expect(await hash(new Blob(['a']), never)).toBeUndefined()
  })
})

describe('a Worker that is gone', () => {
  /** Workers that do what the test says with each request. */
  function fakes(act: (worker: Fake, request: HashRequest, index: number) => void) {
    const started: Fake[] = []
    const start = () => {
      const worker = new Fake((one, request) => act(one, request, started.indexOf(one)))
      started.push(worker)
      return worker as unknown as Worker
    }
    return { started, start }
  }

  class Fake {
    onmessage: ((event: { data: HashAnswer }) => void) | undefined
    onerror: ((event: { preventDefault(): void }) => void) | undefined
    onmessageerror: (() => void) | undefined
    terminated = false
    readonly #act: (worker: Fake, request: HashRequest) => void
    constructor(act: (worker: Fake, request: HashRequest) => void) {
      this.#act = act
    }
    postMessage(request: HashRequest) {
      this.#act(this, request)
    }
    terminate() {
      this.terminated = true
    }
    say(answer: HashAnswer) {
      this.onmessage?.({ data: answer })
    }
    die() {
      this.onerror?.({ preventDefault() {} })
    }
  }

  const outcome = (hashing: Promise<string | undefined>) => {
    const seen: (string | undefined)[] = []
    void hashing.then((hex) => seen.push(hex))
    return seen
  }
  const some = new Blob(['a'])

  it('silent, holds nobody for more than a minute, and is not started a third time', async () => {
    const { started, start } = fakes(() => {})
    const clock = new TestClock()
    const hash = createMd5(start, clock, 2)
    const [first, second] = [outcome(hash(some, never)), outcome(hash(some, never))]
    await clock.advance(59_000)
    expect([first, second]).toEqual([[], []])
    await clock.advance(2000)
    expect([first, second]).toEqual([[undefined], [undefined]])
    expect(started[0]?.terminated).toBe(true)
    const third = outcome(hash(some, never))
    await clock.advance(61_000)
    expect(third).toEqual([undefined])
    expect(await hash(some, never)).toBeUndefined()
    expect(started).toHaveLength(2)
  })

  it('dead in the middle gives up what it had, and the next one does the work', async () => {
    const { started, start } = fakes((worker, request, index) => {
      if ('stop' in request) return
      if (index === 0 && request.id > 1) worker.die()
      else worker.say({ id: request.id, hex: `hex ${index}` })
    })
    const hash = createMd5(start, new TestClock(), 2)
    expect(await hash(some, never)).toBe('hex 0')
    expect(await hash(some, never)).toBeUndefined()
    expect(await hash(some, never)).toBe('hex 1')
    expect(started.map(({ terminated }) => terminated)).toEqual([true, false])
  })

  it('whose script cannot run at all is not waited for again', async () => {
    const { started, start } = fakes((worker) => worker.die())
    const hash = createMd5(start, new TestClock(), 2)
    expect(await hash(some, never)).toBeUndefined()
    expect(await hash(some, never)).toBeUndefined()
    expect(started).toHaveLength(1)
  })

  it('whose answer cannot be read is given up', async () => {
    const { started, start } = fakes((worker) => worker.onmessageerror?.())
    expect(await createMd5(start, new TestClock(), 2)(some, never)).toBeUndefined()
    expect(started[0]?.terminated).toBe(true)
  })

  it('is not one that takes long and says so, nor one that slept with the machine', async () => {
    const { started, start } = fakes(() => {})
    const clock = new TestClock()
    const hashing = outcome(createMd5(start, clock, 2)(some, never))
    for (let sign = 0; sign < 60; sign += 1) {
      await clock.advance(40_000)
      started[0]?.say({ id: 1, alive: true })
    }
    clock.jump(8 * 3_600_000)
    await clock.advance(1000)
    started[0]?.say({ id: 1, hex: 'late' })
    await clock.advance(0)
    expect(hashing).toEqual(['late'])
  })

  it('does not hold a file: it lands and says that it is not verified', async () => {
    const clock = new TestClock()
    const { lake, engine, upload } = rig({}, { md5: createMd5(fakes(() => {}).start, clock, 2) }, { clock })
    expect(await upload([file('a.csv'), file('large.bin', 20 * MIB)])).toMatchObject({ uploaded: 2 })
    expect(engine.getSnapshot().files).toMatchObject([{ verified: false }, { verified: false }])
    expect(lake.objects.size).toBe(2)
  })
})

it('says once a second that it is alive', async () => {
  let now = 0
  vi.spyOn(Date, 'now').mockImplementation(() => now)
  const said: HashAnswer[] = []
  const scope: HashScope = { onmessage: null, postMessage: (answer) => said.push(answer) }
  serveHashes(scope)
  const body = new Blob([bytes(2 * MIB)])
  body.stream = () => {
    let chunk = 0
    return new ReadableStream<Uint8Array<ArrayBuffer>>({
      pull(stream) {
        if (chunk === 10) return stream.close()
        chunk += 1
        now += 250
        stream.enqueue(new Uint8Array(10))
      },
    })
  }
  scope.onmessage?.({ data: { id: 7, body } } as MessageEvent)
  await vi.waitFor(() => expect(said.at(-1)).toMatchObject({ id: 7, hex: md5Of(new Uint8Array(100)) }), {
    timeout: 20_000,
  })
  vi.restoreAllMocks()
  expect(said.slice(0, -1)).toEqual([
    { id: 7, alive: true },
    { id: 7, alive: true },
  ])
})
