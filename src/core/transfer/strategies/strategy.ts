import type { ResumePoint, Stored } from '../../file/resume-point.ts'
import type { StagingLocation } from '../../lakefs/wire.ts'
import type { StoreTraits } from '../../store/limits.ts'
import type { TransferContext } from '../context.ts'
import type { FileToSend } from '../file-to-send.ts'

/** What a strategy is given besides the file and the context. */
export interface SendOptions {
  readonly resumePoint: ResumePoint
  readonly traits: StoreTraits
  /** Where a 409 said to send the file; without it an address is asked for. */
  readonly hint: StagingLocation | undefined
  /** Refuse to write over an object. */
  readonly ifAbsent: boolean
}

/** One way of bytes to where they belong. Goes on from the resumePoint; rejects with ResponseError, UploadError or AbortError. */
export type Strategy = (toSend: FileToSend, context: TransferContext, options: SendOptions) => Promise<Stored>
