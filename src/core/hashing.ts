import { createMD5, type IHasher } from 'hash-wasm'

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
  const under = new Set<number>()
  // Making one costs more than hashing a small file with it.
  const free: IHasher[] = []
  scope.onmessage = async ({ data }: MessageEvent<HashRequest>) => {
    if ('stop' in data) {
      if (under.has(data.id)) stopped.add(data.id)
      return
    }
    under.add(data.id)
    const answer = await hash(data.id, data.body, free, () => stopped.has(data.id))
    under.delete(data.id)
    if (!stopped.delete(data.id)) scope.postMessage(answer)
  }
}

async function hash(id: number, body: Blob, free: IHasher[], isStopped: () => boolean): Promise<HashAnswer> {
  let reading = false
  try {
    const md5 = free.pop() ?? (await createMD5())
    md5.init()
    reading = true
    const read = (from: number) => body.slice(from, from + CHUNK).arrayBuffer()
    let next = read(0)
    for (let from = 0; from < body.size && !isStopped(); from += CHUNK) {
      const chunk = await next
      // The next one is read while this one is hashed.
      if (from + CHUNK < body.size) {
        next = read(from + CHUNK)
        next.catch(() => {})
      }
      md5.update(new Uint8Array(chunk))
    }
    await next
    const hex = md5.digest('hex')
    free.push(md5)
    return { id, hex }
  } catch (error) {
    return { id, error: error instanceof Error ? error.name : String(error), unreadable: reading }
  }
}
