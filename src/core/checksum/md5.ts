import { UploadError } from '../errors.ts'
import { abortError, type Clock, systemClock } from '../request/clock.ts'
import type { HashAnswer, HashRequest } from './hashing.ts'

/**
 * MD5 in lower-case hex; undefined where this page cannot compute it (no Worker, no WebAssembly, a Worker gone silent).
 * @param behind lets the bodies of others pass: for a whole file whose pieces are hashed too.
 */
export type Md5 = (body: Blob, signal: AbortSignal, behind?: boolean) => Promise<string | undefined>

interface Pending {
  bench: Bench
  resolve: (hex: string | undefined) => void
  reject: (error: unknown) => void
}

/** One Worker and what it has to do. */
interface Bench {
  worker: Worker
  /** Bytes that it has been given and has not answered. */
  load: number
  /** Whether it has ever said anything. */
  spoke: boolean
  /** Looks at it in a row that found nothing said. */
  silent: number
  /** Takes back what is to happen to it later: its rest, or the next look. */
  cancel: () => void
}

/** Ms without work after which a Worker is let go; starting one for each small file would cost more than hashing it. */
const REST = 10_000
/**
 * Ms between two looks at a Worker that has work to do, and how many of them in a row may find nothing said by it: it
 * says something each second that it can read. Counted in looks, not by the clock: a laptop that slept woke up at one.
 */
const LOOK = 15_000
const MOST_SILENT = 4
/** Workers that may die or fall silent, with no hash between them, before none is started any more. */
const MOST_LOST = 2
/** More than these read the disk faster than it likes. */
const MOST = 2

/**
 * Hashes in Workers that start with the first file and stop some time after the last one. Where a Worker cannot run (an
 * old bundler, a policy against it), dies or falls silent, uploads go on and are told apart as not verified: no file waits
 * for a checksum that nobody computes.
 */
export function createMd5(start: () => Worker = startWorker, clock: Clock = systemClock, cores = coresOf()): Md5 {
  const pending = new Map<number, Pending>()
  const benches: Bench[] = []
  let broken = false
  let lost = 0
  let nextId = 1

  function finish(id: number): Pending | undefined {
    const one = pending.get(id)
    pending.delete(id)
    return one
  }

  function open(): Bench {
    const bench: Bench = { worker: start(), load: 0, spoke: false, silent: 0, cancel: () => {} }
    bench.worker.onmessage = ({ data }: MessageEvent<HashAnswer>) => {
      bench.spoke = true
      bench.silent = 0
      if (data.alive) return
      lost = 0
      const one = finish(data.id)
      if (data.hex !== undefined) one?.resolve(data.hex)
      else if (data.unreadable) one?.reject(new UploadError('file-changed', { detail: data.error }))
      else one?.resolve(undefined)
    }
    bench.worker.onerror = (event) => {
      event.preventDefault()
      // Without a word from it before, the script cannot run here at all: nobody waits for it again.
      broken ||= !bench.spoke
      giveUp(bench)
    }
    bench.worker.onmessageerror = () => giveUp(bench)
    benches.push(bench)
    return bench
  }

  /** Whoever waits for it goes on without. */
  function giveUp(bench: Bench): void {
    letGo(bench)
    lost += 1
    broken ||= lost >= MOST_LOST
    for (const [id, one] of [...pending]) if (one.bench === bench) finish(id)?.resolve(undefined)
    bench.cancel()
  }

  function letGo(bench: Bench): void {
    benches.splice(0, benches.length, ...benches.filter((one) => one !== bench))
    bench.worker.terminate()
  }

  function watch(bench: Bench): void {
    bench.cancel = clock.after(LOOK, () => {
      bench.silent += 1
      if (bench.silent === MOST_SILENT) giveUp(bench)
      else watch(bench)
    })
  }

  /** The one with the least to do; a new one while all are busy and the machine has cores to spare. */
  function choose(): Bench {
    const [idlest] = [...benches].sort((a, b) => a.load - b.load)
    const spare = benches.length < Math.min(MOST, Math.max(1, cores - 1))
    return !idlest || (idlest.load > 0 && spare) ? open() : idlest
  }

  function rest(bench: Bench): void {
    bench.cancel()
    bench.cancel = clock.after(REST, () => letGo(bench))
  }

  return (body, signal, behind = false) => {
    if (broken) return Promise.resolve(undefined)
    let bench: Bench
    try {
      bench = choose()
    } catch {
      broken = true
      return Promise.resolve(undefined)
    }
    const id = nextId++
    // An empty file is some work too.
    const load = body.size + 1
    return new Promise((resolve, reject) => {
      const stop = () => {
        bench.worker.postMessage({ id, stop: true } satisfies HashRequest)
        finish(id)?.reject(abortError())
      }
      const settled =
        <T>(act: (value: T) => void) =>
        (value: T) => {
          signal.removeEventListener('abort', stop)
          bench.load -= load
          if (bench.load === 0) rest(bench)
          act(value)
        }
      if (bench.load === 0) {
        bench.cancel()
        bench.silent = 0
        watch(bench)
      }
      bench.load += load
      pending.set(id, { bench, resolve: settled(resolve), reject: settled(reject) })
      if (signal.aborted) return stop()
      signal.addEventListener('abort', stop)
      bench.worker.postMessage({ id, body, ...(behind ? { behind } : {}) } satisfies HashRequest)
    })
  }
}

function coresOf(): number {
  return globalThis.navigator?.hardwareConcurrency ?? 2
}

function startWorker(): Worker {
  return new Worker(new URL('./md5.worker.ts', import.meta.url), { type: 'module', name: 'lakefs-uploader-md5' })
}
