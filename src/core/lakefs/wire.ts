import { hasObject, hasText } from '../request/json-body.ts'

/** StagingLocation of the lakeFS API: where the bytes of one path may be put. Sent back untouched at link. */
export interface StagingLocation {
  physical_address: string
  presigned_url?: string | null
  /** Unix seconds; absent or 0: unknown. */
  presigned_url_expiry?: number | null
  /** Servers before the signed address give this and want it back. */
  token?: string
}

/** Body of link (StagingMetadata). */
export interface LinkBody {
  staging: StagingLocation
  /** The ETag without quotes, MD5 in hex wherever it is known. */
  checksum: string
  size_bytes: number
  content_type?: string
  user_metadata?: Record<string, string>
  /** Unix seconds. */
  mtime?: number
}

export interface MultipartUpload {
  upload_id: string
  physical_address: string
  /** Only when asked for at create. */
  presigned_urls?: string[]
}

export interface Part {
  part_number: number
  etag: string
}

export interface StorageConfig {
  blockstore_type: string
  pre_sign_support: boolean
  pre_sign_multipart_upload?: boolean
}

export interface ServerConfig {
  storage_config: StorageConfig
  version_config?: { version?: string }
}

/** Objects and, with a delimiter, folders under a prefix. */
export type Listing = Page<ObjectStats>

/** A branch of a repository, as the API paths need it. */
export interface BranchRef {
  repository: string
  branch: string
}

/** One call of the API. */
export interface Call {
  method?: 'GET' | 'POST' | 'PUT' | 'DELETE'
  /** Under the endpoint, every variable part already encoded. */
  path: string
  query?: Record<string, string | number | boolean | undefined>
  json?: unknown
  headers?: Record<string, string>
  signal?: AbortSignal | undefined
  /** Ms. Default 30,000. */
  timeout?: number
  /** What a good answer looks like; anything else is a `protocol` refusal. Default: no body is read. */
  expect?: (body: unknown) => boolean
}

/** Paths of the API, every variable part encoded. */
export const repoPath = (repository: string) => `repositories/${encodeURIComponent(repository)}`
export const branchPath = ({ repository, branch }: BranchRef) =>
  `${repoPath(repository)}/branches/${encodeURIComponent(branch)}`
/** For reading: there a commit or a tag may stand for the branch. */
export const refPath = ({ repository, branch }: BranchRef) =>
  `${repoPath(repository)}/refs/${encodeURIComponent(branch)}`

/** Whether a body is a StagingLocation; a 409's hint is told from an error by this. */
export function isLocation(body: unknown): body is StagingLocation {
  return hasText(body, 'physical_address') && body.physical_address !== ''
}

/** Whether two addresses are one: complete answers one relative to the repository, everything else the full one (recorded). */
export function isSameAddress(a: string, b: string): boolean {
  return a === b || (b !== '' && a.endsWith(`/${b}`)) || (a !== '' && b.endsWith(`/${a}`))
}

export function isStats(body: unknown): body is ObjectStats {
  return hasText(body, 'physical_address') && hasText(body, 'path') && hasText(body, 'checksum')
}

/** Accepts the missing body of a call that answers none: the HTML page of a server in front of lakeFS is not a yes. */
export function isNotHtml(body: unknown): boolean {
  return typeof body !== 'string'
}

/** What lakeFS says of one object (ObjectStats of its API, names as on the wire). */
export interface ObjectStats {
  path: string
  path_type?: string
  physical_address: string
  checksum: string
  size_bytes: number
  /** Unix seconds. */
  mtime: number
  metadata?: Record<string, string>
  content_type?: string
}

/** Where files land. */
export interface Destination {
  repository: string
  branch: string
  /** Folder under the branch; empty or ending in `/`. */
  prefix: string
}

export interface Repository {
  id: string
  default_branch: string
  read_only?: boolean
  storage_namespace: string
}

export interface Branch {
  id: string
  commit_id: string
}

export interface Change {
  path: string
  path_type: string
  size_bytes?: number
  type: 'added' | 'removed' | 'changed' | 'conflict' | 'prefix_changed'
}

export interface Commit {
  id: string
  message: string
  committer: string
  creation_date: number
  parents: string[]
  metadata: Record<string, string>
}

export interface LoginConfig {
  /** Set: sign in there, by redirect. */
  login_url: string
  logout_url: string
  login_failed_message?: string
  login_url_method?: string
  fallback_login_url?: string
}

export interface Page<T> {
  pagination: { has_more: boolean; next_offset: string; results: number }
  results: T[]
}

/** One hook of an action run. */
export interface HookRun {
  hook_run_id: string
  action: string
  hook_id: string
  status: string
}

/** Two refs to compare. */
export interface DiffRange {
  left: string
  right: string
  /** Default `three_dot`. */
  type?: 'three_dot' | 'two_dot' | undefined
  /** Only paths that begin so. */
  prefix?: string | undefined
}

/** Whether a body is one page of a listing, whatever is listed. */
export function isPage(body: unknown): body is Page<unknown> {
  return hasObject(body, 'pagination') && Array.isArray((body as Record<string, unknown>).results)
}

/** Whether a body is of something that lakeFS has named. */
export function hasId(body: unknown): body is { id: string } {
  return hasText(body, 'id')
}
