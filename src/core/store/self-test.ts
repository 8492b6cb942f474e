import { isUploadError, type UploadError } from '../errors.ts'
import type { LakeFS } from '../lakefs/client.ts'
import type { BranchRef } from '../lakefs/wire.ts'
import { type Clock, unlessAborted } from '../request/clock.ts'
import { linkedAbort } from '../request/linked-abort.ts'
import { ResponseError } from '../request/response-error.ts'
import { asksForMd5, md5Header } from './content-md5.ts'
import { type CorsRule, corsRuleFor } from './cors-rule.ts'
import { type StoreTraits, traitsOf } from './limits.ts'
import type { Store, StoreAnswer } from './storage.ts'

/** Result of the self-test. */
export interface StoreCheck {
  verdict: /** The store accepts an upload and the page can read its ETag. */
    | 'fine'
    /** The store answers, but the browser hides the answer: its CORS rule lacks this origin, PUT or a header. */
    | 'cors'
    /** The store accepts the bytes and hides the ETag from the page. */
    | 'etag-hidden'
    /** An https page cannot send to an http store. */
    | 'mixed-content'
    /** The address of the store is not one that a page can send to. */
    | 'bad-address'
    /** The store refuses with an answer that the page can read, such as 403. */
    | 'refused'
    /** The store answers that it is temporarily unable: 429 or 5xx. */
    | 'busy'
    /** Nothing answers at the address. */
    | 'network'
    /** lakeFS returned no address for the test. */
    | 'unknown'
  /** Scheme, host and port of the store. */
  origin: string
  /** HTTP status, if an answer could be read. */
  status?: number
  /** True when the checksum of the store is the MD5 of the bytes; absent when its answer had none. */
  tellsMd5?: boolean
  /** Where Content-MD5 was sent: false when only the CORS rule of the store keeps it back. */
  takesMd5?: boolean
  /** CORS rule that solves the problem. */
  rule?: CorsRule
}

const MD5_OF_EMPTY = 'd41d8cd98f00b204e9800998ecf8427e'
const WITH_MD5: Readonly<Record<string, string>> = md5Header(MD5_OF_EMPTY)
const NONE: Readonly<Record<string, string>> = {}

/** Dependencies of the self-test. */
export interface StoreTools {
  lakefs: LakeFS
  store: Store
  /** Returns whether the host of a URL answers at all, without CORS. */
  reach: (url: string) => Promise<boolean>
  /** Kind of store as lakeFS names it: s3, azure, gs. */
  blockstore: string
  /** Origin of the page. */
  page: string
  /** True for a store that has refused bodies without Content-MD5. */
  needsMd5?: boolean
  clock: Clock
}

/** Ms of a test, for which the row of a file waits. A store that is silent for that long counts as unreachable. */
const TIMEOUT_MS = 20_000

/**
 * Sends a PUT without bytes to an address that is never linked, and finds out what a page cannot see of a failed
 * request. Rejects only at the signal.
 */
export async function testStore(
  tools: StoreTools,
  at: BranchRef,
  path: string,
  signal: AbortSignal,
): Promise<StoreCheck> {
  const test = linkedAbort(signal)
  const cancel = tools.clock.after(TIMEOUT_MS, () => test.abort())
  let url: string | undefined
  try {
    url = (await tools.lakefs.address(at, path, test.signal)).presigned_url ?? undefined
    return url ? await testAt(tools, url, test.signal) : { verdict: 'unknown', origin: '' }
  } catch (thrown) {
    if (signal.aborted || (url && !test.signal.aborted)) throw thrown
    return url ? { verdict: 'network', origin: new URL(url).origin } : { verdict: 'unknown', origin: '' }
  } finally {
    cancel()
    test.release()
  }
}

async function testAt(tools: StoreTools, url: string, signal: AbortSignal): Promise<StoreCheck> {
  const traits = traitsOf({ blockstore_type: tools.blockstore })
  const send = (more: Readonly<Record<string, string>>) => ask(tools.store, url, { ...traits.headers, ...more }, signal)
  const md5 = tools.blockstore === 'azure' || tools.needsMd5 ? WITH_MD5 : NONE
  const first = await send(md5)
  if (md5 === NONE && asksForMd5(first)) return await testAt({ ...tools, needsMd5: true }, url, signal)
  if (first !== SILENCE) return checkOf(first, url, traits, tools)
  const { origin } = new URL(url)
  if (!(await unlessAborted(tools.reach(url), signal))) return { verdict: 'network', origin }
  // A CORS rule blocks every request; a lost connection may recover.
  const second = await send(NONE)
  const rule = corsRuleFor(tools.blockstore, tools.page, tools.needsMd5)
  if (second === SILENCE) return { verdict: 'cors', origin, rule }
  if (md5 === NONE) return checkOf(second, url, traits, tools)
  const takesMd5 = await answersTo(md5, send)
  if (!tools.needsMd5) return { ...checkOf(second, url, traits, tools), takesMd5 }
  // It answers every body without the header, and refuses it.
  if (!takesMd5) return { verdict: 'cors', origin, rule, takesMd5 }
  const third = await send(md5)
  return third === SILENCE ? { verdict: 'network', origin } : checkOf(third, url, traits, tools)
}

/**
 * Returns whether the store answers with these headers. It answered without them before. Two failures beside two
 * answers show a rule; a single failure may be a lost connection, and treating it as a rule would leave every later
 * file unverified.
 */
async function answersTo(
  headers: Readonly<Record<string, string>>,
  send: (headers: Readonly<Record<string, string>>) => Promise<TestAnswer>,
): Promise<boolean> {
  if ((await send(headers)) !== SILENCE) return true
  if ((await send(NONE)) === SILENCE) return true
  return (await send(headers)) !== SILENCE
}

/** Result of a request: an answer, an error of the store or of the client, or silence. */
type TestAnswer = StoreAnswer | UploadError | ResponseError | typeof SILENCE
const SILENCE = Symbol('no readable answer')

async function ask(store: Store, url: string, more: Record<string, string>, signal: AbortSignal): Promise<TestAnswer> {
  const body = new Blob([], { type: 'application/octet-stream' })
  const headers = { 'Content-Type': 'application/octet-stream', ...more }
  try {
    return await store.send({ method: 'PUT', url, body, headers, signal })
  } catch (thrown) {
    if (isUploadError(thrown)) return thrown
    if (!(thrown instanceof ResponseError)) throw thrown
    return thrown.status > 0 ? thrown : SILENCE
  }
}

function checkOf(
  answer: Exclude<TestAnswer, typeof SILENCE>,
  url: string,
  traits: StoreTraits,
  tools: StoreTools,
): StoreCheck {
  if (isUploadError(answer)) {
    const { check, origin = '' } = answer.facts
    return { verdict: check === 'mixed-content' ? check : 'bad-address', origin: String(origin) }
  }
  const { origin } = new URL(url)
  const { status } = answer
  if (answer instanceof ResponseError)
    return { verdict: status === 429 || status >= 500 ? 'busy' : 'refused', origin, status }
  const md5 = traits.md5(answer)
  if (!answer.header('etag') && md5 === undefined) {
    return { verdict: 'etag-hidden', origin, status, rule: corsRuleFor(tools.blockstore, tools.page, tools.needsMd5) }
  }
  return { verdict: 'fine', origin, status, ...(md5 === undefined ? {} : { tellsMd5: md5 === MD5_OF_EMPTY }) }
}
