import { describe, expect, it } from 'vitest'
import type { Store } from '../store/storage.ts'
import { TestClock } from '../testing/clock.ts'
import { say } from '../testing/lake.ts'
import { file, rig } from '../testing/rig.ts'
import { ADDRESS_LIFE_MS, createJob, viewOf } from './job.ts'
import type { ResumePoint, Stored } from './resume-point.ts'
import type { FileState } from './state.ts'

const SIZE = 100e9
const BEGAN = 1_000_000_000_000

const job = () =>
  createJob({
    id: 'f1',
    path: 'a.bin',
    destination: { repository: 'lake', branch: 'main', prefix: '' },
    size: SIZE,
    lastModified: 0,
    contentType: 'application/octet-stream',
    metadata: {},
    file: undefined,
  })

const location = { physical_address: 'p' }
const multipart = { upload_id: 'u', physical_address: 'p', partSize: 8e6, etags: new Map(), verified: true }
/** The ways of bytes to an address that lakeFS gave at some moment. */
const WAYS: readonly [name: string, resumePoint: (since: number) => ResumePoint][] = [
  ['by parts', (since) => ({ multipart: { ...multipart, since } })],
  ['whole', (since) => ({ whole: { since } })],
  ['by blocks', (since) => ({ blocks: { location, blockSize: 8e6, arrived: new Set(), verified: true, since } })],
  // Begun in parts once, and gone another way since.
  ['whole after parts', (since) => ({ multipart: { ...multipart, since: 0 }, whole: { since } })],
]

describe.each(WAYS)('a file that goes %s', (_, resumePoint) => {
  /** It moves at a steady rate, seen ten seconds later. */
  function slow(bytesPerSecond: number, since = BEGAN) {
    const one = job()
    one.resumePoint = resumePoint(since)
    one.state = { status: 'sending', sent: 0 }
    for (let second = 0; second <= 10; second += 1) one.movement.measure(bytesPerSecond, BEGAN + second * 1000, false)
    return viewOf(one, BEGAN + 10_000)
  }

  it('tells when the address ends if the rate of now will miss it', () => {
    expect(slow(1e6).deadline).toBe(BEGAN + ADDRESS_LIFE_MS)
  })

  it('tells no deadline that will be kept', () => {
    expect(slow(10e6).deadline).toBeUndefined()
  })

  it('counts the life of an address that was begun earlier', () => {
    const since = BEGAN - ADDRESS_LIFE_MS + 3_600_000
    expect(slow(10e6, since).deadline).toBe(since + ADDRESS_LIFE_MS)
  })
})

describe('a file whose bytes are stored', () => {
  const STORED: readonly Stored[] = [
    { kind: 'link', location, checksum: 'c', verified: true, since: BEGAN },
    { kind: 'complete', multipart: { ...multipart, since: BEGAN }, verified: true },
  ]
  const seen = (stored: Stored, state: FileState) => {
    const one = job()
    one.resumePoint = { stored, multipart: { ...multipart, since: 0 } }
    one.state = state
    return viewOf(one, BEGAN + 10_000).deadline
  }
  const existing = { path: 'a.bin', physical_address: 'q', checksum: 'c', size_bytes: 1, mtime: 0 }
  const held: FileState[] = [
    { status: 'waiting', wait: { reason: 'session', side: 'lakefs' }, stored: true, sent: SIZE },
    { status: 'paused', sent: SIZE },
    { status: 'asking', conflict: { existing, renamed: 'a-2.bin' } },
  ]

  it.each(held)('tells how long its place is kept while it is $status', (state) => {
    for (const stored of STORED) expect(seen(stored, state)).toBe(BEGAN + ADDRESS_LIFE_MS)
  })

  it('tells nothing while its link is under way, or where there is none', () => {
    for (const stored of STORED) expect(seen(stored, { status: 'finishing', sent: SIZE })).toBeUndefined()
    for (const state of held) expect(seen({ kind: 'done', object: existing, verified: true }, state)).toBeUndefined()
  })
})

describe('foretold by a whole engine', () => {
  it('for one PUT: from its own address on, and no longer once it is quick enough', async () => {
    const clock = new TestClock()
    let speed = 100
    const crawling: Store = {
      send: ({ onProgress }) =>
        new Promise(() => {
          let sent = 0
          const step = () => {
            sent += speed
            onProgress?.(sent)
            clock.after(1000, step)
          }
          step()
        }),
    }
    const { engine, until } = rig({}, { store: crawling }, { clock })
    await clock.run(engine.add([file('a.bin', 12e6)]))
    await until('sending')
    const began = clock.now()
    await clock.advance(10_000)
    const deadline = engine.getSnapshot().files[0]?.deadline ?? 0
    expect(Math.abs(deadline - (began + ADDRESS_LIFE_MS))).toBeLessThan(1000)
    speed = 10_000
    await clock.advance(20_000)
    expect(engine.getSnapshot().files[0]).toMatchObject({ status: 'sending', deadline: undefined })
    engine.stop()
  })

  it('for stored bytes that lakeFS does not take yet', async () => {
    const { engine, lake, clock, until } = rig()
    lake.twist = ({ route }) => (route === 'link' ? say(503, 'busy') : undefined)
    await clock.run(engine.add([file('a.bin')]))
    const began = clock.now()
    const { deadline = 0 } = await until('waiting')
    expect(Math.abs(deadline - (began + ADDRESS_LIFE_MS))).toBeLessThan(1000)
    engine.stop()
  })
})
