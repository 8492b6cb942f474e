import { abortError, type Clock, systemClock } from './clock.ts'
import { UploadError } from './errors.ts'
import type { HashAnswer, HashRequest } from './hashing.ts'

/** MD5 in lower-case hex; undefined where this page may not compute it (no Worker, no WebAssembly). */
export type Md5 = (body: Blob, signal: AbortSignal) => Promise<string | undefined>

interface Pending {
  resolve: (hex: string | undefined) => void
  reject: (error: unknown) => void
}

/** One Worker and what it has to do. */
interface Bench {
  worker: Worker
  /** Bytes that it has been given and has not answered. */
  load: number
  cancelRest: () => void
}

/** Ms without work after which a Worker is let go; starting one for each small file would cost more than hashing it. */
const REST = 10_000
/** More than these read the disk faster than it likes. */
const MOST = 2

/**
 * Hashes in Workers that start with the first file and stop some time after the last one. Where a Worker cannot run (an
 * old bundler, a policy against it) uploads go on and are told apart as not verified.
 */
export function createMd5(start: () => Worker = startWorker, clock: Clock = systemClock, cores = coresOf()): Md5 {
  const pending = new Map<number, Pending>()
  const benches: Bench[] = []
  let broken = false
  let nextId = 1

  function finish(id: number): Pending | undefined {
    const one = pending.get(id)
    pending.delete(id)
    return one
  }

  function open(): Bench {
    const bench: Bench = { worker: start(), load: 0, cancelRest: () => {} }
    bench.worker.onmessage = ({ data }: MessageEvent<HashAnswer>) => {
      const one = finish(data.id)
      if (data.hex !== undefined) one?.resolve(data.hex)
      else if (data.unreadable) one?.reject(new UploadError('file-changed', { detail: data.error }))
      else one?.resolve(undefined)
    }
    bench.worker.onerror = (event) => {
      // The script cannot run here at all: nobody waits for it again.
      event.preventDefault()
      broken = true
      for (const id of [...pending.keys()]) finish(id)?.resolve(undefined)
    }
    benches.push(bench)
    return bench
  }

  /** The one with the least to do; a new one while all are busy and the machine has cores to spare. */
  function choose(): Bench {
    const [idlest] = [...benches].sort((a, b) => a.load - b.load)
    const spare = benches.length < Math.min(MOST, Math.max(1, cores - 1))
    return !idlest || (idlest.load > 0 && spare) ? open() : idlest
  }

  function rest(bench: Bench): void {
    bench.cancelRest = clock.after(REST, () => {
      benches.splice(benches.indexOf(bench), 1)
      bench.worker.terminate()
    })
  }

  return (body, signal) => {
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
      bench.cancelRest()
      bench.load += load
      pending.set(id, { resolve: settled(resolve), reject: settled(reject) })
      if (signal.aborted) return stop()
      signal.addEventListener('abort', stop)
      bench.worker.postMessage({ id, body } satisfies HashRequest)
    })
  }
}

function coresOf(): number {
  return globalThis.navigator?.hardwareConcurrency ?? 2
}

function startWorker(): Worker {
  return new Worker(new URL('./md5.worker.ts', import.meta.url), { type: 'module', name: 'lakefs-uploader-md5' })
}
