/**
 * Every way an upload can fail, as a stable code. The sentence for a user is kept apart (error-sentences.ts), so that
 * a host can replace or translate it while tests and hosts hold on to the code.
 */
export type ErrorCode =
  /** lakeFS no longer knows who asks: 401, or 403 "session expired". */
  | 'session-expired'
  /** lakeFS refuses this person: 403 otherwise. */
  | 'forbidden'
  /** The branch only changes by merge: 403 "cannot write to protected branch". */
  | 'protected-branch'
  /** The whole repository refuses writes: 403 "read-only repository". */
  | 'read-only'
  | 'repository-not-found'
  | 'branch-not-found'
  /** The destination names a tag or a commit; only branches take uploads. */
  | 'not-a-branch'
  /** The destination path is over 1,024 bytes of UTF-8. */
  | 'path-too-long'
  /** The destination path cannot be one; the fact `reason` says why: see {@link PathFault}. */
  | 'path-invalid'
  /** Two files were given for one destination path. */
  | 'path-twice'
  /** Metadata that a header cannot carry, for a file that can only go through lakeFS. */
  | 'metadata-invalid'
  /** The path is taken and the policy is `fail`, or it was taken while the file was sent. */
  | 'exists'
  /** The address outlived its 24 hours (400 "link address expired") twice. */
  | 'address-expired'
  /** lakeFS moved the file to another address (409) more often than {@link MAX_MOVES}. */
  | 'address-taken'
  /** The store answered with a final refusal. */
  | 'storage-refused'
  /**
   * The store has no room: its disk is full or a quota is used up, as it said itself or by lakeFS. Its words are the
   * `detail`. With the fact `unsent` nothing of this file was sent, because files no larger had been refused just before.
   */
  | 'storage-full'
  /** The store answered with an error of its own (408, 500, 502, 504) for longer than the retry timeout; see {@link AnswerFacts}. */
  | 'storage-error'
  /** The store gave no readable answer: CORS, mixed content or network. */
  | 'storage-unreachable'
  /** The store took the bytes and hid the ETag, so there is no checksum to link with. */
  | 'etag-hidden'
  /** lakeFS answered with an error (408, 425, 500, 502, 504) for longer than the retry timeout; see {@link AnswerFacts}. */
  | 'lakefs-error'
  /** lakeFS gave no answer. */
  | 'lakefs-unreachable'
  | 'checksum-mismatch'
  /** lakeFS confirmed the object, and the branch does not have it: a commit beside the upload has lost it. */
  | 'not-on-branch'
  | 'file-changed'
  | 'file-unreadable'
  /** A folder came where only a file can be read. */
  | 'is-folder'
  /** Over what the store takes in one object. */
  | 'too-large'
  /** 429 or 503 for longer than the retry timeout. The fact `side` says whose: `lakefs` or `storage`. */
  | 'throttled'
  /** Stopped by the person, never shown as a failure. */
  | 'aborted'
  /** A figure among the uploader's options that cannot be; `add` rejects with it. */
  | 'option-invalid'
  /** An answer outside the contract. */
  | 'protocol'

/** Facts a sentence may need: figures, names. Never a URL, a token or file content. */
export type ErrorFacts = Readonly<Record<string, string | number>>

/** What `storage-error` and `lakefs-error` know of the answer; also part of the state of a file that waits after one. */
export type AnswerFacts = {
  /** Its status and, where it had one, its code: `500 InternalError`. */
  answer: string
  /** `unknown`: nothing in it shows that the side asked gave it, and not a server in front of it. */
  by: 'itself' | 'unknown'
}

/** Why a path cannot land: the fact `reason` of the error `path-invalid`. */
export type PathFault =
  /** Nothing is left of it. */
  | 'empty'
  | 'nul'
  /** Half of a surrogate pair, which UTF-8 cannot write. */
  | 'half-character'
  /** A folder or the file is named `.` or `..`. */
  | 'dots'
  /** It ends in a slash, so the file has no name. */
  | 'trailing-slash'
  /** Two slashes in a row: a folder without a name. */
  | 'empty-segment'
