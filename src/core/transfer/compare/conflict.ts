import type { Conflict } from '../../file/state.ts'
import type { ObjectStats } from '../../lakefs/wire.ts'
import type { TransferContext } from '../context.ts'

type Facts = Pick<TransferContext, 'choice' | 'job' | 'resumePoint'>

/** Returns the object with which the file was compared a moment ago, once; undefined when it has to be looked up. */
export function comparedWith({ job, resumePoint }: Facts): ObjectStats | undefined {
  const { compared } = resumePoint
  const existing = compared?.existing
  if (!compared || !existing) return undefined
  compared.existing = undefined
  return job.contested ? undefined : existing
}

/**
 * Returns whether the bytes have to be compared before the conflict is decided. `overwrite` is left alone: it may be
 * meant for the metadata, and needs no look at the branch. So is an answer that keeps the object, whatever it is.
 */
export function mustCompare({ size_bytes, checksum }: ObjectStats, { choice, job, resumePoint }: Facts): boolean {
  if (choice === 'overwrite' || job.answer === 'skip') return false
  return size_bytes === job.size && resumePoint.compared?.checksum !== checksum
}

/** Returns what is known of the difference between a file and the object at its path. */
export function verdictOf({ size_bytes, checksum }: ObjectStats, { job, resumePoint }: Facts): Conflict['compared'] {
  if (size_bytes !== job.size) return 'different'
  const { compared } = resumePoint
  return compared?.checksum === checksum ? compared.verdict : undefined
}
