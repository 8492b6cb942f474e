/**
 * Stable code of a failure. The sentences for users are kept apart (error-sentences.ts), so that a host can replace or
 * translate them while tests and hosts rely on the code.
 */
export type ErrorCode =
  /** lakeFS no longer accepts the session: 401, or 403 "session expired". */
  | 'session-expired'
  /** lakeFS refuses the user: any other 403. */
  | 'forbidden'
  /** The branch only changes by merge: 403 "cannot write to protected branch". */
  | 'protected-branch'
  /** The whole repository refuses writes: 403 "read-only repository". */
  | 'read-only'
  /** A server before lakeFS refuses the request: its answer is not lakeFS's JSON. The fact `status` has its status. */
  | 'proxy-refused'
  /** A web page answers at the address of lakeFS, as where a proxy for `/api/v1` is missing. */
  | 'not-lakefs'
  /**
   * The page's own Content-Security-Policy refuses lakeFS or the store. The facts `directive`, `origin` and `rule` say
   * what it has to allow.
   */
  | 'blocked-by-policy'
  /**
   * Requests with the name in the fact `name` get no answer, and others do: something in this browser, or a server in
   * between, stops it.
   */
  | 'blocked'
  | 'repository-not-found'
  /** lakeFS describes no store, or not that of the repository; the fact `store` has its id. */
  | 'store-unknown'
  | 'branch-not-found'
  /** The destination names a tag or a commit; only branches take uploads. */
  | 'not-a-branch'
  /** The destination path is longer than 1,024 bytes of UTF-8. */
  | 'path-too-long'
  /** The destination path is invalid; the fact `reason` says why: see {@link PathFault}. */
  | 'path-invalid'
  /** Two files have the same destination path. */
  | 'path-twice'
  /** The metadata do not fit into headers, and the file can only be sent through lakeFS. */
  | 'metadata-invalid'
  /** The path is taken and the policy is `fail`, or the path was taken while the file was sent. */
  | 'exists'
  /** The address expired twice: after its 24 hours (400 "link address expired"), or before all bytes were sent. */
  | 'address-expired'
  /** lakeFS named another address (409) more than {@link MAX_REDIRECTS} times. */
  | 'address-taken'
  /** The store refused, and a repetition would not help. */
  | 'storage-refused'
  /**
   * The store is full: its disk has no space, or a quota is used up. `detail` has the words of the store or of lakeFS.
   * With the fact `unsent`, no byte of the file was sent, because files of its size or less had just been refused.
   */
  | 'storage-full'
  /** The store answered with errors (408, 500, 502, 504) for longer than the retry timeout; see {@link AnswerFacts}. */
  | 'storage-error'
  /** The store gave no readable answer: CORS, mixed content or the network. */
  | 'storage-unreachable'
  /** The store accepted the bytes and hides the ETag, so no checksum can be linked. */
  | 'etag-hidden'
  /**
   * lakeFS answered with errors (408, 425, 500, 502, 504) for longer than the retry timeout; see {@link AnswerFacts}.
   */
  | 'lakefs-error'
  /** lakeFS gave no answer. */
  | 'lakefs-unreachable'
  | 'checksum-mismatch'
  /** lakeFS answered for another path than it was asked for: a server in between changes addresses. */
  | 'path-mismatch'
  /** The object has another size than the file: a server in between cuts requests. */
  | 'size-mismatch'
  /** The object is on the branch, and its bytes cannot be read back from the store. */
  | 'object-unreadable'
  /** lakeFS confirmed the object, but the branch does not have it: a concurrent commit lost the entry. */
  | 'not-on-branch'
  /** Size or time of change of the file are others than when it was added, or its bytes are. */
  | 'file-changed'
  /** The browser refuses to read the file. Its drive may be away, or its bytes may have changed. */
  | 'file-unreadable'
  /** The path is a folder, and only a file can be read. */
  | 'is-folder'
  /** The file is larger than the store accepts. */
  | 'too-large'
  /**
   * A server answered 429 or 503 for longer than the retry timeout. The fact `side` names the server: `lakefs` or
   * `storage`; `by` is `itself` when the answer shows that the server gave it. Where it said when to come back, `until`
   * has that time in ms since 1970.
   */
  | 'throttled'
  /** The user stopped the file; never shown as a failure. */
  | 'aborted'
  /** A number in the options is out of its range; `add` rejects with it. */
  | 'option-invalid'
  /** The answer is none that the API documents. */
  | 'protocol'

/** Facts for the sentence of an error: numbers and names. They never hold a URL, a token or file content. */
export type ErrorFacts = Readonly<Record<string, string | number>>

/**
 * Facts about the answer behind `storage-error` and `lakefs-error`; a file that waits after such an answer has them
 * too.
 */
export type AnswerFacts = {
  /** Status and, where the answer had one, code: `500 InternalError`. */
  answer: string
  /** `itself` when the answer shows that the server gave it; `unknown` when a proxy may have given it. */
  by: 'itself' | 'unknown'
}

/** Reason why a path is invalid: the fact `reason` of the error `path-invalid`. */
export type PathFault =
  /** The path is empty. */
  | 'empty'
  | 'nul'
  /** The path has half of a surrogate pair, which UTF-8 cannot encode. */
  | 'half-character'
  /** A folder or the file is named `.` or `..`. */
  | 'dots'
  /** The path ends in a slash, so the file has no name. */
  | 'trailing-slash'
  /** The path has two slashes in a row: a folder without a name. */
  | 'empty-segment'
