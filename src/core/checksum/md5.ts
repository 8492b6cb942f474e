import { UploadError } from '../errors.ts'
import { abortError, type Clock, systemClock } from '../request/clock.ts'
import type { HashAnswer, HashRequest } from './hashing.ts'

/**
 * Computes an MD5 in lower-case hexadecimal; undefined where this page cannot (no Worker, no WebAssembly, or a Worker
 * that stopped answering).
 * @param behind lets all other bodies go first, for a whole file whose pieces are hashed too.
 */
export type Md5 = (body: Blob, signal: AbortSignal, behind?: boolean) => Promise<string | undefined>

interface Pending {
  bench: Bench
  resolve: (hex: string | undefined) => void
  reject: (error: unknown) => void
}

/** Worker with its state. */
interface Bench {
  worker: Worker
  /** Bytes of the bodies that it has not answered. */
  load: number
  /** True once it has sent any message. */
  spoke: boolean
  /** Number of consecutive checks without a message. */
  silent: number
  /** Cancels its timer: the end of its idle time, or the next check. */
  cancel: () => void
}

/**
 * Ms without work after which a Worker is terminated. Starting one for each small file would cost more than hashing it.
 */
const REST = 10_000
/**
 * Ms between two checks of a busy Worker, and the number of checks that may find no message: a Worker that works sends
 * one every second. Checks are counted instead of time, because a laptop may have slept between two of them.
 */
const LOOK = 15_000
const MOST_SILENT = 4
/** Number of Workers that may fail in a row, without a hash between them, before no other is started. */
const MOST_LOST = 2
/** Maximum number of Workers; more of them would slow each other down at the disk. */
const MOST = 2

/**
 * Creates the function that hashes in Workers. They start with the first file and stop some time after the last one.
 * When a Worker cannot run (an old bundler, a policy), dies or stops answering, uploads continue and are reported as
 * not verified: no file waits for a checksum that is never computed.
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
      // A Worker that fails before its first message cannot run on this page, so none is started again.
      broken ||= !bench.spoke
      giveUp(bench)
    }
    bench.worker.onmessageerror = () => giveUp(bench)
    benches.push(bench)
    return bench
  }

  /** Resolves its hashes with undefined, so that their uploads continue. */
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

  /** Returns the Worker with the least work, or a new one while all are busy and the machine has more cores. */
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
    // An empty file counts as work too.
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
