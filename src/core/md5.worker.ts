import { createMD5 } from 'hash-wasm'

/** A body to hash, or word that its hash is no longer wanted. */
export type HashRequest = { id: number; body: Blob } | { id: number; stop: true }
export type HashAnswer = { id: number; hex?: string; error?: string; unreadable?: boolean }

/** Read at once: large enough to keep the hash busy, small enough to stop soon and to hold little. */
const CHUNK = 4 * 2 ** 20

const stopped = new Set<number>()

self.onmessage = async ({ data }: MessageEvent<HashRequest>) => {
  if ('stop' in data) {
    stopped.add(data.id)
    return
  }
  const { id, body } = data
  let reading = false
  try {
    const md5 = await createMD5()
    md5.init()
    reading = true
    for (let from = 0; from < body.size && !stopped.has(id); from += CHUNK) {
      md5.update(new Uint8Array(await body.slice(from, from + CHUNK).arrayBuffer()))
    }
    if (!stopped.delete(id)) self.postMessage({ id, hex: md5.digest('hex') } satisfies HashAnswer)
  } catch (error) {
    const answer: HashAnswer = { id, error: error instanceof Error ? error.name : String(error), unreadable: reading }
    self.postMessage(answer)
  }
}
