import { DEFAULT_MIME_TYPES } from 'file-selector'
import { UploadError } from '../../errors.ts'
import { createJob, type Job } from '../../file/job.ts'
import type { FileState } from '../../file/state.ts'
import type { PickedFile } from '../../intake/collect.ts'
import { landingPath, landingUnder } from '../../intake/paths.ts'

const BYTES = 'application/octet-stream'

/**
 * A picked file as a job. A path that cannot land gives a job that has failed already, so that it is seen in its row
 * and no byte of it is sent.
 */
export function jobFromFile(
  picked: PickedFile,
  facts: Pick<Job, 'id' | 'destination' | 'requestedDestination' | 'upload'>,
  metadata: Readonly<Record<string, string>>,
): Job {
  const { file, handle, answer, skip, existing } = picked
  let path = picked.path
  let error: unknown
  try {
    path = landingPath(picked.path)
    landingUnder(facts.destination.prefix, path)
  } catch (thrown) {
    error = thrown
  }
  return createJob({
    ...facts,
    path,
    size: file.size,
    lastModified: file.lastModified,
    contentType: asHeader(picked.contentType) ?? asHeader(contentTypeOf(file)) ?? BYTES,
    metadata: { ...metadata, ...picked.metadata },
    file,
    handle,
    answer,
    state: stateOf(error, skip, existing),
  })
}

/** The state in which a picked file begins. */
function stateOf(error: unknown, skip: PickedFile['skip'], existing: PickedFile['existing']): FileState {
  if (error instanceof UploadError) return { status: 'failed', error, sent: 0 }
  if (skip) return { status: 'skipped', reason: skip, ...(existing ? { object: existing } : {}) }
  return { status: 'queued' }
}

/** The browser's type, else the extension's, else bytes. Fixed once, and the same for the store and for lakeFS. */
function contentTypeOf(file: File): string {
  const extension = file.name.slice(file.name.lastIndexOf('.') + 1).toLowerCase()
  return file.type || DEFAULT_MIME_TYPES.get(extension) || BYTES
}

/** Undefined for what no header can carry: the browser would throw at it in the middle of a request. */
function asHeader(type: string | undefined): string | undefined {
  return type && /^[\x20-\x7e]+$/.test(type) ? type : undefined
}
