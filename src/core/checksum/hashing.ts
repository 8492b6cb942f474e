import { createMD5, type IHasher } from 'hash-wasm'

// Only this module imports hash-wasm: with a second import the standalone file would contain the whole package.
export { createMD5 }

/**
 * Body to hash, or the message that a hash is no longer needed. A body with `behind` waits for all others, also for
 * those that arrive while it is hashed.
 */
export type HashRequest = { id: number; body: Blob; behind?: boolean } | { id: number; stop: true }
/** Result for one body. `alive` is sent once a second while a body is read. */
export type HashAnswer = { id: number; hex?: string; error?: string; unreadable?: boolean; alive?: true }

/** Name of the Worker in developer tools, by which the standalone file knows that it runs in one. */
export const WORKER_NAME = 'lakefs-uploader-md5'

/** Bytes from which bodies are hashed one after another. */
const LARGE_BYTES = 2 ** 20
/** Ms between two `alive` messages. */
const ALIVE_EVERY_MS = 1000

/** Part of the global scope of a Worker that hashing uses. */
export interface HashScope {
  onmessage: ((event: MessageEvent) => unknown) | null
  postMessage(answer: HashAnswer): void
}

/**
 * Answers every {@link HashRequest} with one final {@link HashAnswer}, unless it was stopped. Large bodies are hashed
 * one after another in the order of their requests: hashed in parallel, four parts would all finish at the end and
 * delay the parts after them.
 */
export function serveHashes(scope: HashScope): void {
  const stopped = new Set<number>()
  const running = new Set<number>()
  const free: IHasher[] = []
  // Creating a hasher costs more than hashing a small file.
  let small: Promise<IHasher> | undefined
  const forSmall = () => {
    small ??= createMD5()
    return small
  }
  let turn: Promise<unknown> = Promise.resolve()
  let turnBehind: Promise<unknown> = Promise.resolve()
  scope.onmessage = ({ data }: MessageEvent<HashRequest>) => {
    if ('stop' in data) {
      if (running.has(data.id)) stopped.add(data.id)
      return
    }
    const { id, body, behind = false } = data
    running.add(id)
    let reportedAt = Date.now()
    const isStopped = () => {
      if (Date.now() - reportedAt >= ALIVE_EVERY_MS) {
        reportedAt = Date.now()
        scope.postMessage({ id, alive: true })
      }
      return stopped.has(id)
    }
    const work = async () => {
      const large = behind || body.size > LARGE_BYTES
      const answer = await (large
        ? hashStream(id, body, free, isStopped, behind ? () => turn : undefined)
        : hashWhole(id, body, forSmall()))
      running.delete(id)
      if (!stopped.delete(id)) scope.postMessage(answer)
    }
    if (behind) turnBehind = turnBehind.then(work)
    else if (body.size > LARGE_BYTES) turn = turn.then(work)
    else void work()
  }
}

/** Hashes a body that is read as a whole. The hasher is used synchronously, so all small bodies share one. */
async function hashWhole(id: number, body: Blob, hasher: Promise<IHasher>): Promise<HashAnswer> {
  let bytes: Uint8Array
  try {
    bytes = new Uint8Array(await body.arrayBuffer())
  } catch (error) {
    return failure(id, error, true)
  }
  try {
    return { id, hex: (await hasher).init().update(bytes).digest('hex') }
  } catch (error) {
    return failure(id, error, false)
  }
}

/** @param others resolves when the bodies that come first are hashed; awaited before each chunk. */
async function hashStream(
  id: number,
  body: Blob,
  free: IHasher[],
  isStopped: () => boolean,
  others: (() => Promise<unknown>) | undefined,
): Promise<HashAnswer> {
  let reading = false
  try {
    if (isStopped()) return { id }
    const md5 = free.pop() ?? (await createMD5())
    md5.init()
    reading = true
    // A stream reads ahead while a chunk is hashed, and takes half the time of slices.
    const reader = body.stream().getReader()
    for (;;) {
      const { done, value } = await reader.read()
      if (done) break
      await others?.()
      if (isStopped()) {
        await reader.cancel()
        break
      }
      md5.update(value)
    }
    const hex = md5.digest('hex')
    free.push(md5)
    return { id, hex }
  } catch (error) {
    return failure(id, error, reading)
  }
}

function failure(id: number, error: unknown, unreadable: boolean): HashAnswer {
  return { id, error: error instanceof Error ? error.name : String(error), unreadable }
}
