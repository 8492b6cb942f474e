import { base64Of } from '../checksum/etag.ts'
import { isUploadError, type UploadError } from '../errors.ts'
import type { LakeFS } from '../lakefs/client.ts'
import type { BranchRef } from '../lakefs/wire.ts'
import { type Clock, unlessAborted } from '../request/clock.ts'
import { ResponseError } from '../request/response-error.ts'
import { type CorsRule, corsRuleFor } from './cors-rule.ts'
import { type StoreTraits, traitsOf } from './limits.ts'
import type { Store, StoreAnswer } from './storage.ts'

/** What a look at the store found. */
export interface StoreCheck {
  verdict: /** Upload, answer and ETag are all there. */
    | 'fine'
    /** The store answers and the browser keeps the page from it: its CORS rule lacks this origin, PUT or a header. */
    | 'cors'
    /** The store takes the bytes and hides the ETag from the page. */
    | 'etag-hidden'
    /** An https page cannot send to an http store. */
    | 'mixed-content'
    /** What lakeFS gave for the store's address is none that a page can send to. */
    | 'bad-address'
    /** The store answers a refusal that the page can read: 403 and the like. */
    | 'refused'
    /** The store answers that it cannot now: 429 and 5xx. */
    | 'busy'
    /** Nothing answers at that address. */
    | 'network'
    /** lakeFS gave no address to try with. */
    | 'unknown'
  /** Scheme, host and port of the store. */
  origin: string
  /** HTTP status, where one could be read. */
  status?: number
  /** Whether the store's checksums are the MD5s of what it was sent; found out where it answered with one. */
  tellsMd5?: boolean
  /** Azure: whether its CORS rule lets Content-MD5 through, with which blocks are verified. */
  takesMd5?: boolean
  /** For a verdict that a CORS rule cures: the rule to set. */
  rule?: CorsRule
}

const MD5_OF_NOTHING = 'd41d8cd98f00b204e9800998ecf8427e'
const WITH_MD5: Readonly<Record<string, string>> = { 'Content-MD5': base64Of(MD5_OF_NOTHING) }
const NONE: Readonly<Record<string, string>> = {}

/** What a look at the store needs. */
export interface StoreTools {
  lakefs: LakeFS
  store: Store
  /** Whether the URL's host answers at all, without CORS. */
  reach: (url: string) => Promise<boolean>
  /** What lakeFS calls its store: s3, azure, gs. */
  blockstore: string
  /** Origin of the page. */
  page: string
  clock: Clock
}

/** Ms that a look may take: the row of a file waits for it. A store that is silent for so long is not reached. */
const LONGEST_LOOK = 20_000

/**
 * Sends nothing (a PUT of no bytes) to an address of its own that is never linked, and reads off what a page cannot
 * see of a failed request. Never rejects but at the signal.
 */
export async function testStore(
  tools: StoreTools,
  at: BranchRef,
  path: string,
  signal: AbortSignal,
): Promise<StoreCheck> {
  const late = new AbortController()
  const cancel = tools.clock.after(LONGEST_LOOK, () => late.abort())
  const either = AbortSignal.any([signal, late.signal])
  let url: string | undefined
  try {
    url = (await tools.lakefs.address(at, path, either)).presigned_url ?? undefined
    return url ? await lookAt(tools, url, either) : { verdict: 'unknown', origin: '' }
  } catch (thrown) {
    if (signal.aborted || (url && !late.signal.aborted)) throw thrown
    return url ? { verdict: 'network', origin: new URL(url).origin } : { verdict: 'unknown', origin: '' }
  } finally {
    cancel()
  }
}

async function lookAt(tools: StoreTools, url: string, signal: AbortSignal): Promise<StoreCheck> {
  const traits = traitsOf({ blockstore_type: tools.blockstore })
  const send = (more: Readonly<Record<string, string>>) => ask(tools.store, url, { ...traits.headers, ...more }, signal)
  const md5 = tools.blockstore === 'azure' ? WITH_MD5 : NONE
  const first = await send(md5)
  if (first !== SILENCE) return judge(first, url, traits, tools)
  const { origin } = new URL(url)
  if (!(await unlessAborted(tools.reach(url), signal))) return { verdict: 'network', origin }
  // A rule shuts the page out every time; a connection that was cut may hold the next time.
  const second = await send(NONE)
  if (second === SILENCE) return { verdict: 'cors', origin, rule: corsRuleFor(tools.blockstore, tools.page) }
  const takesMd5 = md5 === WITH_MD5 ? { takesMd5: await answersTo(md5, send) } : {}
  return { ...judge(second, url, traits, tools), ...takesMd5 }
}

/**
 * Whether the store answers with these headers, as it just did without them. Twice silent beside an answer each time is
 * a rule; once may be a connection that was cut, and every file after it would go unverified.
 */
async function answersTo(
  headers: Readonly<Record<string, string>>,
  send: (headers: Readonly<Record<string, string>>) => Promise<Echo>,
): Promise<boolean> {
  if ((await send(headers)) !== SILENCE) return true
  if ((await send(NONE)) === SILENCE) return true
  return (await send(headers)) !== SILENCE
}

/** What a try to send nothing came to: an answer, what the store or our own door says against it, or silence. */
type Echo = StoreAnswer | UploadError | ResponseError | typeof SILENCE
const SILENCE = Symbol('no readable answer')

async function ask(store: Store, url: string, more: Record<string, string>, signal: AbortSignal): Promise<Echo> {
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

function judge(echo: Exclude<Echo, typeof SILENCE>, url: string, traits: StoreTraits, tools: StoreTools): StoreCheck {
  if (isUploadError(echo)) {
    const { check, origin = '' } = echo.facts
    return { verdict: check === 'mixed-content' ? check : 'bad-address', origin: String(origin) }
  }
  const { origin } = new URL(url)
  const { status } = echo
  if (echo instanceof ResponseError)
    return { verdict: status === 429 || status >= 500 ? 'busy' : 'refused', origin, status }
  const md5 = traits.md5(echo)
  if (!echo.header('etag') && md5 === undefined) {
    return { verdict: 'etag-hidden', origin, status, rule: corsRuleFor(tools.blockstore, tools.page) }
  }
  return { verdict: 'fine', origin, status, ...(md5 === undefined ? {} : { tellsMd5: md5 === MD5_OF_NOTHING }) }
}
