import { isUploadError, type UploadError } from '../errors.ts'
import { ResponseError } from '../request/response-error.ts'
import type { Store, StoreAnswer } from './storage.ts'

export const SILENCE = Symbol('no readable answer')

/** Readable result of a request: an answer, or an error of the store or of the client. */
export type Answered = StoreAnswer | UploadError | ResponseError
export type TestAnswer = Answered | typeof SILENCE

/** Sends a PUT of zero bytes, or of that many. Rejects only at the signal. */
export async function ask(
  store: Store,
  url: string,
  headers: Readonly<Record<string, string>>,
  signal: AbortSignal,
  size = 0,
): Promise<TestAnswer> {
  // The type of a Blob would be sent as Content-Type.
  const body = new Blob(size > 0 ? [new Uint8Array(size)] : [])
  try {
    return await store.send({ method: 'PUT', url, body, headers: { ...headers }, signal })
  } catch (thrown) {
    if (isUploadError(thrown)) return thrown
    if (!(thrown instanceof ResponseError)) throw thrown
    return thrown.status > 0 ? thrown : SILENCE
  }
}
