import { abortError } from './clock.ts'
import { UploadError } from './errors.ts'
import type { HashAnswer, HashRequest } from './hashing.ts'

/** MD5 in lower-case hex; undefined where this page may not compute it (no Worker, no WebAssembly). */
export type Md5 = (body: Blob, signal: AbortSignal) => Promise<string | undefined>

interface Pending {
  resolve: (hex: string | undefined) => void
  reject: (error: unknown) => void
}

/**
 * Hashes in one Worker that starts with the first file and stops when there is nothing left to hash. Where a Worker
 * cannot run (an old bundler, a policy against it) uploads go on and are told apart as not verified.
 */
export function createMd5(start: () => Worker = startWorker): Md5 {
  const pending = new Map<number, Pending>()
  let worker: Worker | undefined
  let broken = false
  let nextId = 1

  function finish(id: number): Pending | undefined {
    const one = pending.get(id)
    pending.delete(id)
    if (pending.size === 0) {
      worker?.terminate()
      worker = undefined
    }
    return one
  }

  function open(): Worker {
    const opened = start()
    opened.onmessage = ({ data }: MessageEvent<HashAnswer>) => {
      const one = finish(data.id)
      if (data.hex !== undefined) one?.resolve(data.hex)
      else if (data.unreadable) one?.reject(new UploadError('file-changed', { detail: data.error }))
      else one?.resolve(undefined)
    }
    opened.onerror = (event) => {
      // The script cannot run here at all: nobody waits for it again.
      event.preventDefault()
      broken = true
      for (const id of [...pending.keys()]) finish(id)?.resolve(undefined)
    }
    return opened
  }

  return (body, signal) => {
    if (broken) return Promise.resolve(undefined)
    try {
      worker ??= open()
    } catch {
      broken = true
      return Promise.resolve(undefined)
    }
    const id = nextId++
    const running = worker
    return new Promise((resolve, reject) => {
      const stop = () => {
        running.postMessage({ id, stop: true } satisfies HashRequest)
        finish(id)?.reject(abortError())
      }
      const settled =
        <T>(act: (value: T) => void) =>
        (value: T) => {
          signal.removeEventListener('abort', stop)
          act(value)
        }
      pending.set(id, { resolve: settled(resolve), reject: settled(reject) })
      if (signal.aborted) return stop()
      signal.addEventListener('abort', stop)
      running.postMessage({ id, body } satisfies HashRequest)
    })
  }
}

function startWorker(): Worker {
  return new Worker(new URL('./md5.worker.ts', import.meta.url), { type: 'module', name: 'lakefs-uploader-md5' })
}
