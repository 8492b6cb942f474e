import { type Clock, unlessAborted } from './clock.ts'
import { type CorsRule, corsRuleFor } from './corsrule.ts'
import { isUploadError } from './errors.ts'
import type { LakeFS } from './lakefs.ts'
import { Refusal } from './refusal.ts'
import type { Store } from './storage.ts'
import { traitsOf } from './strategies/stores.ts'
import type { BranchRef } from './wire.ts'

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
    /** The store answers a refusal that the page can read. */
    | 'refused'
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
  /** For a verdict that a CORS rule cures: the rule to set. */
  rule?: CorsRule
}

const MD5_OF_NOTHING = 'd41d8cd98f00b204e9800998ecf8427e'

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
 * see of a failed request (issue 4.7, peers B16). Never rejects but at the signal.
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
  let url: URL | undefined
  try {
    const location = await tools.lakefs.address(at, path, either)
    url = new URL(location.presigned_url ?? '')
    return await lookAt(tools, url, either)
  } catch (thrown) {
    if (signal.aborted || (url && !late.signal.aborted)) throw thrown
    return url ? { verdict: 'network', origin: url.origin } : { verdict: 'unknown', origin: '' }
  } finally {
    cancel()
  }
}

async function lookAt(tools: StoreTools, { href: url, origin }: URL, signal: AbortSignal): Promise<StoreCheck> {
  const traits = traitsOf({ blockstore_type: tools.blockstore })
  const rule = corsRuleFor(tools.blockstore, tools.page)
  const body = new Blob([], { type: 'application/octet-stream' })
  const headers = { 'Content-Type': 'application/octet-stream', ...traits.headers }
  for (let again = false; ; again = true) {
    try {
      const answer = await tools.store.send({ method: 'PUT', url, body, headers, signal })
      const { status } = answer
      if (!answer.header('etag')) return { verdict: 'etag-hidden', origin, status, rule }
      const md5 = traits.md5(answer)
      if (md5 === undefined) return { verdict: 'fine', origin, status }
      return { verdict: 'fine', origin, status, tellsMd5: md5 === MD5_OF_NOTHING }
    } catch (thrown) {
      if (signal.aborted) throw thrown
      if (isUploadError(thrown)) return { verdict: 'mixed-content', origin }
      const status = thrown instanceof Refusal ? thrown.status : 0
      if (status > 0) return { verdict: 'refused', origin, status }
      if (!(await unlessAborted(tools.reach(url), signal))) return { verdict: 'network', origin }
      // A rule shuts the page out every time; a connection that was cut may hold the next time.
      if (again) return { verdict: 'cors', origin, rule }
    }
  }
}
