import type { LakeFSClient } from '../../lakefs/retrying-client.ts'
import type { Destination } from '../../lakefs/wire.ts'
import type { Records } from '../../resume/database.ts'
import type { Uploader } from '../../uploader.ts'
import type { Decisions } from '../decisions.ts'
import type { MetadataRules } from '../metadata.ts'
import type { UploadLocks } from '../open-uploads.ts'
import type { EndedRows } from './rows.ts'
import type { SessionEvent, SessionState } from './session-state.ts'

/** What a versioned store can do with an upload, each on or off. */
export interface UploadSessionOptions {
  /** Compare with the branch and wait for the user before the first byte. Default false. */
  plan?: boolean | undefined
  /** Files gather on a branch of their own and join the target together, or not at all. Default false. */
  atomic?: boolean | 'review' | undefined
  /** Metadata worked out for each file. */
  metadataRules?: MetadataRules | undefined
}

/** What the user says of an upload that is compared. */
export type ReviewAnswer =
  | { type: 'confirm'; decisions: Decisions }
  /** Nothing yet: compare with this destination first. */
  | { type: 'redirect'; destination: Destination }
  | { type: 'retry' }
  | { type: 'cancel' }

/** What the effects of a session have of it. */
export interface SessionContext {
  readonly options: UploadSessionOptions
  readonly locks: UploadLocks | undefined
  /** The uploader whose files these are; undefined until one is attached. */
  readonly uploader: Uploader | undefined
  /** Rows of what has ended last. */
  readonly rows: EndedRows
  getState(): SessionState
  dispatch(event: SessionEvent): void
  /** What the user says next of this upload. It is `cancel` at once where somebody has cancelled it already. */
  nextAnswer(id: string): Promise<ReviewAnswer>
  /** Work with what this browser remembers; undefined where it keeps nothing. */
  withRecords<T>(work: (records: Records | undefined) => Promise<T>): Promise<T>
  client(): Promise<LakeFSClient>
}
