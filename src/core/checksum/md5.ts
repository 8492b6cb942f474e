import { UploadError } from '../errors.ts'
import { allowed } from '../request/allowed.ts'
import { abortError, type Clock, systemClock } from '../request/clock.ts'
import type { HashAnswer, HashRequest } from './hashing.ts'

/**
 * Computes an MD5 in lower-case hexadecimal; undefined where this page cannot (no Worker, no WebAssembly, or a Worker
 * that stopped answering).
 * @param behind lets all other bodies go first, for a whole file whose pieces are hashed too.
 */
export type Md5 = (body: Blob, signal: AbortSignal, behind?: boolean) => Promise<string | undefined>

interface Pending {
  hashWorker: HashWorker
  resolve: (hex: string | undefined) => void
  reject: (error: unknown) => void
}

/** Worker with its state. */
interface HashWorker {
  worker: Worker
  /** Bytes of the bodies that it has not answered. */
  pendingBytes: number
  /** True once it has sent any message. */
  hasAnswered: boolean
  /** Number of consecutive checks without a message. */
  silentChecks: number
  /** Cancels its timer: the end of its idle time, or the next check. */
  cancel: () => void
}

/**
 * Ms without work after which a Worker is terminated. Starting one for each small file would cost more than hashing it.
 */
const IDLE_MS = 10_000
/**
 * Ms between two checks of a busy Worker, and the number of checks that may find no message: a Worker that works sends
 * one every second. Checks are counted instead of time, because a laptop may have slept between two of them.
 */
const CHECK_MS = 15_000
const MAX_SILENT_CHECKS = 4
/** Number of Workers that may fail in a row, without a hash between them, before no other is started. */
const MAX_LOST = 2
/** Maximum number of Workers; more of them would slow each other down at the disk. */
const MAX_WORKERS = 4

/**
 * Creates the function that hashes in Workers. They start with the first file and stop some time after the last one.
 * When a Worker cannot run (an old bundler, a policy), dies or stops answering, uploads continue and are reported as
 * not verified: no file waits for a checksum that is never computed.
 */
export function createMd5(start: () => Worker = startWorker, clock: Clock = systemClock, cores = coresOf()): Md5 {
  const pending = new Map<number, Pending>()
  const workers: HashWorker[] = []
  let broken = false
  let lost = 0
  let nextId = 1

  function finish(id: number): Pending | undefined {
    const one = pending.get(id)
    pending.delete(id)
    return one
  }

  function open(): HashWorker {
    const hashWorker: HashWorker = {
      worker: start(),
      pendingBytes: 0,
      hasAnswered: false,
      silentChecks: 0,
      cancel: () => {},
    }
    hashWorker.worker.onmessage = ({ data }: MessageEvent<HashAnswer>) => {
      hashWorker.hasAnswered = true
      hashWorker.silentChecks = 0
      if (data.alive) return
      lost = 0
      const one = finish(data.id)
      if (data.hex !== undefined) one?.resolve(data.hex)
      else if (data.unreadable) one?.reject(new UploadError('file-unreadable', { detail: data.error }))
      else one?.resolve(undefined)
    }
    hashWorker.worker.onerror = (event) => {
      event.preventDefault()
      // A Worker that fails before its first message cannot run on this page, so none is started again.
      broken ||= !hashWorker.hasAnswered
      abandon(hashWorker)
    }
    hashWorker.worker.onmessageerror = () => abandon(hashWorker)
    workers.push(hashWorker)
    return hashWorker
  }

  /** Resolves its hashes with undefined, so that their uploads continue. */
  function abandon(hashWorker: HashWorker): void {
    terminate(hashWorker)
    lost += 1
    broken ||= lost >= MAX_LOST
    for (const [id, one] of [...pending]) if (one.hashWorker === hashWorker) finish(id)?.resolve(undefined)
    hashWorker.cancel()
  }

  function terminate(hashWorker: HashWorker): void {
    workers.splice(0, workers.length, ...workers.filter((one) => one !== hashWorker))
    hashWorker.worker.terminate()
  }

  function watch(hashWorker: HashWorker): void {
    hashWorker.cancel = clock.after(CHECK_MS, () => {
      hashWorker.silentChecks += 1
      if (hashWorker.silentChecks === MAX_SILENT_CHECKS) abandon(hashWorker)
      else watch(hashWorker)
    })
  }

  /** Returns the Worker with the least work, or a new one while all are busy and the machine has more cores. */
  function choose(): HashWorker {
    const [leastBusy] = [...workers].sort((a, b) => a.pendingBytes - b.pendingBytes)
    const spare = workers.length < Math.min(MAX_WORKERS, Math.max(1, cores - 1))
    return !leastBusy || (leastBusy.pendingBytes > 0 && spare) ? open() : leastBusy
  }

  function terminateWhenIdle(hashWorker: HashWorker): void {
    hashWorker.cancel()
    hashWorker.cancel = clock.after(IDLE_MS, () => terminate(hashWorker))
  }

  return (body, signal, behind = false) => {
    if (broken) return Promise.resolve(undefined)
    let hashWorker: HashWorker
    try {
      hashWorker = choose()
    } catch {
      broken = true
      return Promise.resolve(undefined)
    }
    const id = nextId++
    // An empty file counts as work too.
    const load = body.size + 1
    return new Promise((resolve, reject) => {
      const stop = () => {
        hashWorker.worker.postMessage({ id, stop: true } satisfies HashRequest)
        finish(id)?.reject(abortError())
      }
      const settled =
        <T>(act: (value: T) => void) =>
        (value: T) => {
          signal.removeEventListener('abort', stop)
          hashWorker.pendingBytes -= load
          if (hashWorker.pendingBytes === 0) terminateWhenIdle(hashWorker)
          act(value)
        }
      if (hashWorker.pendingBytes === 0) {
        hashWorker.cancel()
        hashWorker.silentChecks = 0
        watch(hashWorker)
      }
      hashWorker.pendingBytes += load
      pending.set(id, { hashWorker, resolve: settled(resolve), reject: settled(reject) })
      if (signal.aborted) return stop()
      signal.addEventListener('abort', stop)
      hashWorker.worker.postMessage({ id, body, ...(behind ? { behind } : {}) } satisfies HashRequest)
    })
  }
}

function coresOf(): number {
  return allowed(() => navigator.hardwareConcurrency) ?? 2
}

function startWorker(): Worker {
  return new Worker(new URL('./md5.worker.ts', import.meta.url), { type: 'module', name: 'lakefs-uploader-md5' })
}
