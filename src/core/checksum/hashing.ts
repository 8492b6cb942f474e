import { createMD5, type IHasher } from 'hash-wasm'

// The one door to hash-wasm: a second import of it would bring all of it into the standalone file.
export { createMD5 }

/**
 * A body to hash, or word that its hash is no longer wanted. One that goes `behind` lets all others pass, those too that
 * come while it is under way.
 */
export type HashRequest = { id: number; body: Blob; behind?: boolean } | { id: number; stop: true }
/** What became of a body; `alive` tells of one that is still being read, once a second. */
export type HashAnswer = { id: number; hex?: string; error?: string; unreadable?: boolean; alive?: true }

/** What the Worker is called in developer tools, and how the standalone file knows that it runs in one. */
export const WORKER_NAME = 'lakefs-uploader-md5'

/** Bodies over this size wait for each other. */
const LARGE = 2 ** 20
/** Ms between two signs of life. */
const BEAT = 1000

/** The part of a Worker's global scope that hashing needs. */
export interface HashScope {
  onmessage: ((event: MessageEvent) => unknown) | null
  postMessage(answer: HashAnswer): void
}

/**
 * Makes a Worker's scope answer every {@link HashRequest} with one final {@link HashAnswer}, but for those stopped. Large
 * bodies one after the other, in the order in which they are sent: four parts hashed side by side would all be known at
 * the end of all four, and hold up the parts after them.
 */
export function serveHashes(scope: HashScope): void {
  const stopped = new Set<number>()
  const under = new Set<number>()
  const free: IHasher[] = []
  // Making one costs more than hashing a small file with it.
  let small: Promise<IHasher> | undefined
  const forSmall = () => {
    small ??= createMD5()
    return small
  }
  let turn: Promise<unknown> = Promise.resolve()
  let turnBehind: Promise<unknown> = Promise.resolve()
  scope.onmessage = ({ data }: MessageEvent<HashRequest>) => {
    if ('stop' in data) {
      if (under.has(data.id)) stopped.add(data.id)
      return
    }
    const { id, body, behind = false } = data
    under.add(id)
    let told = Date.now()
    const isStopped = () => {
      if (Date.now() - told >= BEAT) {
        told = Date.now()
        scope.postMessage({ id, alive: true })
      }
      return stopped.has(id)
    }
    const work = async () => {
      const large = behind || body.size > LARGE
      const answer = await (large
        ? hashStream(id, body, free, isStopped, behind ? () => turn : undefined)
        : hashWhole(id, body, forSmall()))
      under.delete(id)
      if (!stopped.delete(id)) scope.postMessage(answer)
    }
    if (behind) turnBehind = turnBehind.then(work)
    else if (body.size > LARGE) turn = turn.then(work)
    else void work()
  }
}

/** A body that is read at once. It needs the hasher for a moment only, so one serves all that are being read. */
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

/** @param others who goes first, asked before each chunk. */
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
    // A stream is read ahead while its last chunk is hashed, and takes half the time that a slice for each chunk takes.
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
