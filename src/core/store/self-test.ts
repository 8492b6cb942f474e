import { isUploadError } from '../errors.ts'
import type { LakeFS } from '../lakefs/client.ts'
import type { BranchRef } from '../lakefs/wire.ts'
import { type Clock, unlessAborted } from '../request/clock.ts'
import { ResponseError } from '../request/response-error.ts'
import { within } from '../request/within.ts'
import { tryBodies } from './body-limit.ts'
import type { BrowserProbes, NetworkPermission } from './browser-probes.ts'
import { asksForMd5, md5Header } from './content-md5.ts'
import { type CorsRule, corsRuleFor } from './cors-rule.ts'
import { hostKind, isTrustworthy } from './host-kind.ts'
import { type StoreTraits, traitsOf } from './limits.ts'
import type { Store } from './storage.ts'
import { type Answered, ask, SILENCE, type TestAnswer } from './test-request.ts'

/** Result of the self-test: what was observed. Where several causes look alike, the words for it list them. */
export interface StoreCheck {
  verdict: /** The store accepts an upload and the page can read its ETag. */
    | 'fine'
    /** Something answers, and the page may read nothing: no CORS rule for it, or a preflight that is refused. */
    | 'cors'
    /** The same PUT gets through without one header: the CORS rule lacks that. */
    | 'cors-header'
    /** The page may read answers, and the browser does not send the PUT: its preflight is not answered as it must. */
    | 'cors-preflight'
    /** The page may read answers, and they lead elsewhere, which no preflight may. */
    | 'cors-redirect'
    /** The store has answered this page before, and now answers with something that it may not read. */
    | 'hidden'
    /** The store accepts the bytes and hides the ETag from the page. */
    | 'etag-hidden'
    /** Small bodies get through and larger ones do not. */
    | 'body-limit'
    /** The page's own Content-Security-Policy refuses the store. */
    | 'policy'
    /** The store is near the browser, and the user or an administrator denies this page to reach such servers. */
    | 'permission'
    /** Requests get through only past the functions that a script of the page has replaced. */
    | 'script'
    /** An https page cannot send to an http store. */
    | 'mixed-content'
    /** Nothing answers on this machine, or the browser does not let an https page ask there without https. */
    | 'loopback'
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
  /** Request headers that the CORS rule lacks, for `cors-header`. */
  header?: string
  /** Directive of the page that refuses, and what it must be instead, for `policy`. */
  policy?: { directive: string; rule: string }
  /** Permission that is denied, or not granted yet and needed for such an address. */
  permission?: NetworkPermission
  /** Bytes of the largest test body that got through. */
  passes?: number
  /** Bytes of the smallest one that did not, for `body-limit`. */
  stops?: number
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
  /** What else the browser tells. */
  probes?: BrowserProbes | undefined
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
 * @param size bytes of the request that got no answer: where an empty one gets through, growing ones up to that size
 *   are tried.
 */
export async function testStore(
  tools: StoreTools,
  at: BranchRef,
  path: string,
  signal: AbortSignal,
  size = 0,
): Promise<StoreCheck> {
  const { clock } = tools
  let url: string | undefined
  const look = async (own: AbortSignal) => {
    try {
      url = (await tools.lakefs.address(at, path, own)).presigned_url ?? undefined
    } catch (thrown) {
      if (own.aborted) throw thrown
    }
    return url ? await testAt(tools, url, own) : undefined
  }
  const check = await within(TIMEOUT_MS, clock, signal, look)
  if (!url) return { verdict: 'unknown', origin: '' }
  const target = url
  if (!check) return await unreachable(tools, target)
  if (check.verdict !== 'fine' || size === 0) return check
  const traits = traitsOf({ blockstore_type: tools.blockstore })
  const bodies = (own: AbortSignal) => tryBodies(tools.store, target, traits.headers, size, own)
  return { ...check, ...(await within(TIMEOUT_MS, clock, signal, bodies)) }
}

async function testAt(tools: StoreTools, url: string, signal: AbortSignal): Promise<StoreCheck> {
  const traits = traitsOf({ blockstore_type: tools.blockstore })
  const send = (more: Readonly<Record<string, string>>) =>
    ask(tools.store, url, { ...CONTENT_TYPE, ...traits.headers, ...more }, signal)
  const md5 = tools.blockstore === 'azure' || tools.needsMd5 ? WITH_MD5 : NONE
  const first = await send(md5)
  if (md5 === NONE && asksForMd5(first)) return await testAt({ ...tools, needsMd5: true }, url, signal)
  if (first !== SILENCE) return checkOf(first, url, traits, tools)
  const reached = await unlessAborted(tools.reach(url), signal)
  // A CORS rule blocks every request; a lost connection may recover.
  const second = reached ? await send(NONE) : SILENCE
  if (second === SILENCE) return await whySilent(tools, url, traits, reached, signal)
  if (md5 === NONE) return checkOf(second, url, traits, tools)
  const takesMd5 = await answersTo(md5, send)
  if (!tools.needsMd5) return { ...checkOf(second, url, traits, tools), takesMd5 }
  const { origin } = new URL(url)
  const rule = corsRuleFor(tools.blockstore, tools.page, true)
  // It answers every body without the header, and refuses it.
  if (!takesMd5) return { verdict: 'cors-header', origin, header: 'content-md5', rule, takesMd5 }
  const third = await send(md5)
  return third === SILENCE ? await unreachable(tools, url) : checkOf(third, url, traits, tools)
}

const CONTENT_TYPE: Readonly<Record<string, string>> = { 'Content-Type': 'application/octet-stream' }

/** Tells apart, as far as a browser can, what keeps the page from an answer. The surest evidence is asked first. */
async function whySilent(
  tools: StoreTools,
  url: string,
  traits: StoreTraits,
  reached: boolean,
  signal: AbortSignal,
): Promise<StoreCheck> {
  const { probes } = tools
  const { origin } = new URL(url)
  const headers = { ...CONTENT_TYPE, ...traits.headers }
  const policy = probes?.policy(origin)
  if (policy) return { verdict: 'policy', origin, policy }
  const pristine = probes?.pristine()
  try {
    if (pristine && (await ask(pristine.store, url, headers, signal)) !== SILENCE) return { verdict: 'script', origin }
  } finally {
    pristine?.close()
  }
  if (!reached) return await unreachable(tools, url)
  const rule = corsRuleFor(tools.blockstore, tools.page, tools.needsMd5)
  const header = await missingHeaders(tools.store, url, headers, signal)
  if (header) return { verdict: 'cors-header', origin, header, rule }
  const simple = await probes?.answersSimple(url)
  if (simple === 'redirected') return { verdict: 'cors-redirect', origin }
  return { verdict: simple === 'readable' ? 'cors-preflight' : 'cors', origin, rule }
}

/** Returns the headers without which the same request gets an answer, and with which it gets none. */
async function missingHeaders(
  store: Store,
  url: string,
  headers: Readonly<Record<string, string>>,
  signal: AbortSignal,
): Promise<string | undefined> {
  if ((await ask(store, url, NONE, signal)) === SILENCE) return undefined
  const missing: string[] = []
  for (const [name, value] of Object.entries(headers)) {
    if ((await ask(store, url, { [name]: value }, signal)) === SILENCE) missing.push(name.toLowerCase())
  }
  return missing.join(', ') || undefined
}

/** Describes an address where nothing answers. A page cannot see whether its name is unknown or nobody listens. */
async function unreachable(tools: StoreTools, address: string): Promise<StoreCheck> {
  const { page, probes } = tools
  const url = new URL(address)
  const { origin } = url
  const policy = probes?.policy(origin)
  if (policy) return { verdict: 'policy', origin, policy }
  const kind = hostKind(url)
  const permission: NetworkPermission = kind === 'loopback' ? 'loopback-network' : 'local-network'
  const state = await probes?.permission(permission)
  if (state === 'denied' && kind !== 'any') return { verdict: 'permission', origin, permission }
  const isHttps = page.startsWith('https:')
  if (kind === 'loopback' && isHttps && isTrustworthy(url) && url.protocol === 'http:')
    return { verdict: 'loopback', origin }
  // A question that was put off leaves the permission as it was. Whether the browser asks at all depends on where it has
  // the page from, which a page cannot see.
  const isOpen = state === 'denied' || (state === 'prompt' && kind !== 'any')
  return { verdict: 'network', origin, ...(isOpen ? { permission } : {}) }
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

function checkOf(answer: Answered, url: string, traits: StoreTraits, tools: StoreTools): StoreCheck {
  if (isUploadError(answer)) {
    const { check, origin = '' } = answer.facts
    return { verdict: check === 'mixed-content' ? check : 'bad-address', origin: String(origin) }
  }
  const { origin } = new URL(url)
  tools.probes?.reached(origin)
  const { status } = answer
  if (answer instanceof ResponseError)
    return { verdict: status === 429 || status >= 500 ? 'busy' : 'refused', origin, status }
  const md5 = traits.md5(answer)
  if (!answer.header('etag') && md5 === undefined) {
    return { verdict: 'etag-hidden', origin, status, rule: corsRuleFor(tools.blockstore, tools.page, tools.needsMd5) }
  }
  return { verdict: 'fine', origin, status, ...(md5 === undefined ? {} : { tellsMd5: md5 === MD5_OF_EMPTY }) }
}
