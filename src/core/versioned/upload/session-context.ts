import type { LakeFSClient } from '../../lakefs/retrying-client.ts'
import type { Destination } from '../../lakefs/wire.ts'
import type { Records } from '../../resume/database.ts'
import type { Uploader } from '../../uploader.ts'
import type { Decisions } from '../decisions.ts'
import type { MetadataRules } from '../metadata.ts'
import type { UploadLocks } from '../open-uploads.ts'
import type { EndedRows } from './rows.ts'
import type { SessionEvent, SessionState } from './session-state.ts'

/** Features of an upload session. */
export interface UploadSessionOptions {
  /** Compares the files with the branch and asks the user before the first byte is sent. Default false. */
  plan?: boolean | undefined
  /** Gathers the files on their own branch and merges them together, or not at all. Default false. */
  atomic?: boolean | 'review' | undefined
  /** Rules that derive metadata for each file. */
  metadataRules?: MetadataRules | undefined
}

/** Answer of the user about an upload in review. */
export type ReviewAnswer =
  | { type: 'confirm'; decisions: Decisions }
  /** Compares with this destination before anything is sent. */
  | { type: 'redirect'; destination: Destination }
  | { type: 'retry' }
  | { type: 'cancel' }

/** Access to the session for its effects. */
export interface SessionContext {
  readonly options: UploadSessionOptions
  readonly locks: UploadLocks | undefined
  /** Attached uploader; undefined before {@link UploadSession.attach}. */
  readonly uploader: Uploader | undefined
  /** Rows of the last upload that has ended. */
  readonly rows: EndedRows
  getState(): SessionState
  dispatch(event: SessionEvent): void
  /**
   * Resolves with the next answer of the user about this upload; at once with `cancel` when it is cancelled already.
   */
  nextAnswer(id: string): Promise<ReviewAnswer>
  /** Returns a signal for a comparison of this upload, which is aborted when the user skips the rest of it. */
  skipSignal(id: string): AbortSignal
  /** Runs work with the database; with undefined where the browser has none. */
  withRecords<T>(work: (records: Records | undefined) => Promise<T>): Promise<T>
  client(): Promise<LakeFSClient>
}
