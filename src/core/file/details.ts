import type { Job } from './job.ts'
import { multipartOf } from './resume-point.ts'
import type { FileDetails } from './upload-file.ts'

/** Returns the details of a file beyond its row. @param mayGoThroughLakeFS the other way would help the file. */
export function detailsOf(job: Job, now: number, mayGoThroughLakeFS = false): FileDetails {
  const { state, resumePoint, tries, movement } = job
  const { stored, blocks } = resumePoint
  const address =
    state.status === 'uploaded'
      ? state.object.physical_address
      : ((stored?.kind === 'link' ? stored.location.physical_address : undefined) ??
        multipartOf(resumePoint)?.physical_address ??
        blocks?.location.physical_address)
  const parts = job.sentParts ?? partsOf(job)
  return {
    ...(address === undefined ? {} : { address }),
    ...(parts === undefined ? {} : { parts }),
    tries,
    rates: movement.rates(now),
    ...(mayGoThroughLakeFS ? { mayGoThroughLakeFS: true } : {}),
  }
}

/** Returns how many parts or blocks of a file are at the store; undefined when it is sent whole. */
export function partsOf({ resumePoint, size }: Job): FileDetails['parts'] {
  const { blocks } = resumePoint
  const multipart = multipartOf(resumePoint)
  if (multipart) return { done: multipart.etags.size, all: Math.ceil(size / multipart.partSize) }
  return blocks && { done: blocks.arrived.size, all: Math.ceil(size / blocks.blockSize) }
}
