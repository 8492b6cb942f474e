import { ResponseError } from '../request/response-error.ts'
import type { Store } from './storage.ts'
import { ask, SILENCE, type TestAnswer } from './test-request.ts'

const KIB = 1024
const MIB = 1024 * KIB
/** Sizes of the test bodies. Limits of servers in between begin at 1 MiB (nginx: client_max_body_size). */
const SIZES = [64 * KIB, 512 * KIB, MIB, 2 * MIB, 4 * MIB, 8 * MIB, 16 * MIB]
/** Largest body that is worth sending only to find out. */
const LARGEST = 16 * MIB
/** Size from which a request may be one that a server in between finds too large. */
export const LARGE_REQUEST_BYTES = 64 * KIB

/** Largest test body that got through, and the smallest that did not. */
export type BodyLimit = { passes: number } | { verdict: 'body-limit'; passes: number; stops: number }

/**
 * Sends bodies of growing size to a store that answers an empty one, up to the size of the request that got no answer.
 * One that fails twice, beside an empty one that gets through, shows a limit.
 */
export async function tryBodies(
  store: Store,
  url: string,
  traits: Readonly<Record<string, string>>,
  size: number,
  signal: AbortSignal,
): Promise<BodyLimit> {
  const headers = { 'Content-Type': 'application/octet-stream', ...traits }
  const stopped = async (bytes: number) => isStopped(await ask(store, url, headers, signal, bytes))
  if (size < LARGE_REQUEST_BYTES) return { passes: size }
  const sizes = [...SIZES.filter((one) => one < size), ...(size <= LARGEST ? [size] : [])]
  let passes = 0
  for (const bytes of sizes) {
    if (await stopped(bytes)) {
      if (!(await stopped(0)) && (await stopped(bytes))) return { verdict: 'body-limit', passes, stops: bytes }
      return { passes }
    }
    passes = bytes
  }
  return { passes }
}

/** A server in between refuses a large body with 413, which the page can rarely read. */
function isStopped(answer: TestAnswer): boolean {
  return answer === SILENCE || (answer instanceof ResponseError && answer.status === 413)
}
