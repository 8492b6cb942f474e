import type { FileDetails } from './api.ts'
import type { Job } from './job.ts'

/** What a person may want to know of one file beyond its row; put together when somebody looks. */
export function detailsOf({ state, memo, size, tries, trace }: Job, now: number): FileDetails {
  const { stored, blocks, multipart = stored?.kind === 'complete' ? stored.multipart : undefined } = memo
  const address =
    state.status === 'uploaded'
      ? state.object.physical_address
      : ((stored?.kind === 'link' ? stored.location.physical_address : undefined) ??
        multipart?.physical_address ??
        blocks?.location.physical_address)
  const parts = multipart
    ? { done: multipart.etags.size, all: Math.ceil(size / multipart.partSize) }
    : blocks && { done: blocks.arrived.size, all: Math.ceil(size / blocks.blockSize) }
  return {
    ...(address === undefined ? {} : { address }),
    ...(parts === undefined ? {} : { parts }),
    tries,
    rates: trace?.rates(now) ?? [],
  }
}
