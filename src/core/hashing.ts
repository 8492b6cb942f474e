import { createMD5 } from 'hash-wasm'

// The one door to hash-wasm: a second import of it would bring all of it into the standalone file.
export { createMD5 }

/** A body to hash, or word that its hash is no longer wanted. */
export type HashRequest = { id: number; body: Blob } | { id: number; stop: true }
export type HashAnswer = { id: number; hex?: string; error?: string; unreadable?: boolean }

/** What the Worker is called in developer tools, and how the standalone file knows that it runs in one. */
export const WORKER_NAME = 'lakefs-uploader-md5'

/** Read at once: large enough to keep the hash busy, small enough to stop soon and to hold little. */
const CHUNK = 4 * 2 ** 20

/** The part of a Worker's global scope that hashing needs. */
export interface HashScope {
  onmessage: ((event: MessageEvent) => unknown) | null
  postMessage(answer: HashAnswer): void
}

/** Makes a Worker's scope answer every {@link HashRequest} with one {@link HashAnswer}, but for those stopped. */
export function serveHashes(scope: HashScope): void {
  const stopped = new Set<number>()
  scope.onmessage = ({ data }: MessageEvent<HashRequest>) => {
    if ('stop' in data) stopped.add(data.id)
    else hash(scope, data.id, data.body, stopped)
  }
}

async function hash(scope: HashScope, id: number, body: Blob, stopped: Set<number>): Promise<void> {
  let reading = false
  try {
    const md5 = await createMD5()
    md5.init()
    reading = true
    for (let from = 0; from < body.size && !stopped.has(id); from += CHUNK) {
      md5.update(new Uint8Array(await body.slice(from, from + CHUNK).arrayBuffer()))
    }
    if (!stopped.delete(id)) scope.postMessage({ id, hex: md5.digest('hex') })
  } catch (error) {
    scope.postMessage({ id, error: error instanceof Error ? error.name : String(error), unreadable: reading })
  }
}
