import type { ResumePoint, Stored } from '../../file/resume-point.ts'
import type { StagingLocation } from '../../lakefs/wire.ts'
import type { StoreTraits } from '../../store/limits.ts'
import type { TransferContext } from '../context.ts'
import type { FileToSend } from '../file-to-send.ts'

/** Inputs of a strategy besides the file and the context. */
export interface SendOptions {
  readonly resumePoint: ResumePoint
  readonly traits: StoreTraits
  /** Address that a 409 returned; without it the strategy requests one. */
  readonly hint: StagingLocation | undefined
  /** True when an existing object must not be replaced. */
  readonly ifAbsent: boolean
}

/**
 * Sends the bytes of a file in one way, from its resume point. Rejects with ResponseError, UploadError or AbortError.
 */
export type Strategy = (toSend: FileToSend, context: TransferContext, options: SendOptions) => Promise<Stored>
