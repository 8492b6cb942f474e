import type { ErrorCode, ErrorFacts } from './error-codes.ts'

/** Who or what has refused a file, or has kept an answer away. */
export type RefusedBy =
  /** lakeFS does not know who asks: there is no session, or it has ended. */
  | 'session'
  /** lakeFS knows the user, who lacks a permission; the fact `permission` names it where lakeFS does. */
  | 'permission'
  /** lakeFS, for a reason of its own. */
  | 'lakefs'
  /** A server between the page and lakeFS or the store. */
  | 'proxy'
  /** The store, or the CORS rule of its bucket. */
  | 'store'
  /** The browser, or something in it, such as an extension or a permission. */
  | 'browser'
  /** The page itself: its security policy, its address, or a script of it. */
  | 'page'
  /** Nothing answers. */
  | 'network'

type Cause = RefusedBy | undefined | ((facts: ErrorFacts) => RefusedBy | undefined)

/** What the self-test of the store has found (StoreCheck in store/self-test.ts). */
const BY_CHECK: Readonly<Record<string, RefusedBy>> = {
  cors: 'store',
  'cors-header': 'store',
  'cors-preflight': 'store',
  'cors-redirect': 'store',
  refused: 'store',
  busy: 'store',
  'etag-hidden': 'store',
  'body-limit': 'proxy',
  hidden: 'proxy',
  'bad-address': 'lakefs',
  policy: 'page',
  'mixed-content': 'page',
  script: 'page',
  permission: 'browser',
}

/** An answer that does not show who gave it accuses nobody. */
const byAnswer =
  (side: RefusedBy): Cause =>
  ({ by }) =>
    by === 'unknown' ? undefined : side

const CAUSES: Readonly<Record<ErrorCode, Cause>> = {
  'session-expired': 'session',
  forbidden: 'permission',
  'protected-branch': 'lakefs',
  'read-only': 'lakefs',
  'proxy-refused': 'proxy',
  'not-lakefs': 'proxy',
  'blocked-by-policy': 'page',
  blocked: 'browser',
  'repository-not-found': 'lakefs',
  'store-unknown': 'lakefs',
  'branch-not-found': 'lakefs',
  'not-a-branch': 'lakefs',
  exists: 'lakefs',
  'address-expired': 'lakefs',
  'address-taken': 'lakefs',
  'lakefs-error': byAnswer('lakefs'),
  'lakefs-unreachable': 'network',
  'not-on-branch': 'lakefs',
  'storage-refused': 'store',
  'storage-full': 'store',
  'storage-error': byAnswer('store'),
  'storage-unreachable': ({ check = '' }) => BY_CHECK[check] ?? 'network',
  'etag-hidden': 'store',
  'object-unreadable': 'store',
  throttled: ({ side, by }) => (by === 'unknown' ? undefined : side === 'storage' ? 'store' : 'lakefs'),
  'path-mismatch': 'proxy',
  'size-mismatch': 'proxy',
  // Bytes can change anywhere, and what no server has refused has no cause among them.
  'checksum-mismatch': undefined,
  'path-too-long': undefined,
  'path-invalid': undefined,
  'path-twice': undefined,
  'metadata-invalid': undefined,
  'file-changed': undefined,
  'file-unreadable': undefined,
  'is-folder': undefined,
  'too-large': undefined,
  'option-invalid': undefined,
  aborted: undefined,
  protocol: undefined,
}

/** Returns who or what an error comes from; undefined where nobody has refused, or where it cannot be told. */
export function refusedBy(code: ErrorCode, facts: ErrorFacts): RefusedBy | undefined {
  const cause = CAUSES[code]
  return typeof cause === 'function' ? cause(facts) : cause
}
