import { isUploadError } from './errors.ts'
import type { BranchRef, LakeFS } from './lakefs.ts'
import { Refusal } from './refusal.ts'
import type { Store } from './storage.ts'

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
}

interface Tools {
  lakefs: LakeFS
  store: Store
  /** Whether the URL's host answers at all, without CORS. */
  reach: (url: string) => Promise<boolean>
}

/**
 * Sends nothing (a PUT of no bytes) to an address of its own that is never linked, and reads off what a page cannot
 * see of a failed request (issue 4.7, peers B16). Never rejects but at the signal.
 */
export async function testStore(tools: Tools, at: BranchRef, path: string, signal: AbortSignal): Promise<StoreCheck> {
  let url: string
  try {
    const location = await tools.lakefs.address(at, path, signal)
    url = new URL(location.presigned_url ?? '').href
  } catch (thrown) {
    if (signal.aborted) throw thrown
    return { verdict: 'unknown', origin: '' }
  }
  const { origin } = new URL(url)
  try {
    const body = new Blob([], { type: 'application/octet-stream' })
    const headers = { 'Content-Type': 'application/octet-stream' }
    const answer = await tools.store.send({ method: 'PUT', url, body, headers, signal })
    return { verdict: answer.header('etag') ? 'fine' : 'etag-hidden', origin, status: answer.status }
  } catch (thrown) {
    if (signal.aborted) throw thrown
    if (isUploadError(thrown)) return { verdict: 'mixed-content', origin }
    const status = thrown instanceof Refusal ? thrown.status : 0
    if (status > 0) return { verdict: 'refused', origin, status }
    return { verdict: (await tools.reach(url)) ? 'cors' : 'network', origin }
  }
}
