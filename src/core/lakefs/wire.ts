import { hasObject, hasText } from '../request/json-body.ts'

/** StagingLocation of the lakeFS API: address for the bytes of one path. The link sends it back unchanged. */
export interface StagingLocation {
  physical_address: string
  presigned_url?: string | null
  /** Seconds since 1970; absent or 0 when unknown. */
  presigned_url_expiry?: number | null
  /** Sent by servers from before the signed address, which want it back. */
  token?: string
}

/** Body of a link (StagingMetadata). */
export interface LinkBody {
  staging: StagingLocation
  /** ETag without quotes; the MD5 in hexadecimal wherever it is known. */
  checksum: string
  size_bytes: number
  content_type?: string
  user_metadata?: Record<string, string>
  /** Seconds since 1970. */
  mtime?: number
}

export interface MultipartUpload {
  upload_id: string
  physical_address: string
  /** Only when requested at create. */
  presigned_urls?: string[]
}

export interface Part {
  part_number: number
  etag: string
}

/** Settings of one store. */
export interface StorageConfig {
  /** Id that repositories name as their `storage_id`. Absent or empty on servers with one store. */
  blockstore_id?: string
  blockstore_type: string
  pre_sign_support: boolean
  /** False when pages shall not use presigned addresses, as where browsers cannot reach the store. */
  pre_sign_support_ui?: boolean
  pre_sign_multipart_upload?: boolean
  /** True for the store of the repositories that name none, on a server with several. */
  backward_compatible?: boolean
}

/** Answer of GET /config. {@link PrecheckResult} has the store of one repository. */
export interface ServerConfig {
  /** May be absent on a server with several stores. */
  storage_config?: StorageConfig | null
  /** Stores of a server with several; empty with one. */
  storage_config_list?: readonly StorageConfig[] | null
  version_config?: { version?: string }
}

/** Objects below a prefix, and folders when the request has a delimiter. */
export type Listing = Page<ObjectStats>

/** Branch of a repository, as in the paths of the API. */
export interface BranchRef {
  repository: string
  branch: string
}

/** One call of the API. */
export interface Call {
  method?: 'GET' | 'POST' | 'PUT' | 'DELETE'
  /** Path below the endpoint with encoded variables. */
  path: string
  query?: Record<string, string | number | boolean | undefined>
  json?: unknown
  headers?: Record<string, string>
  signal?: AbortSignal | undefined
  /** Ms. Default 30,000. */
  timeout?: number
  /** Bytes of a successful answer after which the rest is left. Default: all are read. */
  atMost?: number
  /**
   * Returns true for the body of a successful answer; any other body throws a ResponseError that becomes `protocol`.
   * Default: the body is not checked.
   */
  expect?: (body: unknown) => boolean
}

/** Detail of a request whose answer began and did not end. */
export const BROKEN_OFF = 'the answer broke off'

/** Paths of the API with encoded variables. */
export const repoPath = (repository: string) => `repositories/${encodeURIComponent(repository)}`
export const branchPath = ({ repository, branch }: BranchRef) =>
  `${repoPath(repository)}/branches/${encodeURIComponent(branch)}`
/** Path for reading, where a commit or a tag may take the place of the branch. */
export const refPath = ({ repository, branch }: BranchRef) =>
  `${repoPath(repository)}/refs/${encodeURIComponent(branch)}`

/** True for a StagingLocation; it distinguishes the new address of a 409 from an error. */
export function isLocation(body: unknown): body is StagingLocation {
  return hasText(body, 'physical_address') && body.physical_address !== ''
}

/**
 * True for equal addresses: complete returns an address relative to the repository, all other calls a full one
 * (recorded).
 */
export function isSameAddress(a: string, b: string): boolean {
  return a === b || (b !== '' && a.endsWith(`/${b}`)) || (a !== '' && b.endsWith(`/${a}`))
}

export function isStats(body: unknown): body is ObjectStats {
  return hasText(body, 'physical_address') && hasText(body, 'path') && hasText(body, 'checksum')
}

/** True for the empty body of a call without an answer, and false for the HTML page of a server in front of lakeFS. */
export function isNotHtml(body: unknown): boolean {
  return typeof body !== 'string'
}

/** ObjectStats of the lakeFS API. */
export interface ObjectStats {
  path: string
  path_type?: string
  physical_address: string
  checksum: string
  size_bytes: number
  /** Seconds since 1970. */
  mtime: number
  metadata?: Record<string, string>
  content_type?: string
}

/** Destination of uploads. */
export interface Destination {
  repository: string
  branch: string
  /** Folder on the branch; empty or with a `/` at its end. */
  prefix: string
}

export interface Repository {
  id: string
  default_branch: string
  read_only?: boolean
  /** Id of its store; empty or absent on servers with one. */
  storage_id?: string
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
  /** When set, the user signs in there by a redirect. */
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

/** Hook of an action run. */
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
  /** Only paths that start with this. */
  prefix?: string | undefined
}

/** True for an answer about the server that describes its stores, or at least its version. */
export function isServerConfig(body: unknown): body is ServerConfig {
  return ['storage_config', 'storage_config_list', 'version_config'].some((key) => hasObject(body, key))
}

/** True for a page of any listing. */
export function isPage(body: unknown): body is Page<unknown> {
  return hasObject(body, 'pagination') && Array.isArray((body as Record<string, unknown>).results)
}

/** True for a resource with an id. */
export function hasId(body: unknown): body is { id: string } {
  return hasText(body, 'id')
}
