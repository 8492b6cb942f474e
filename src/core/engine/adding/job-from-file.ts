import { DEFAULT_MIME_TYPES } from 'file-selector'
import { UploadError } from '../../errors.ts'
import { createJob, type Job } from '../../file/job.ts'
import type { FileState } from '../../file/state.ts'
import type { PickedFile } from '../../intake/collect.ts'
import { landingPath, landingUnder } from '../../intake/paths.ts'
import { joinMetadata } from '../../lakefs/user-metadata.ts'

const DEFAULT_TYPE = 'application/octet-stream'

/**
 * Creates the job of a picked file. With an invalid path the job has failed already, so that its row shows the error
 * and no byte is sent.
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
    contentType: validHeader(picked.contentType) ?? validHeader(contentTypeOf(file)) ?? DEFAULT_TYPE,
    metadata: joinMetadata(metadata, picked.metadata),
    file,
    handle,
    answer,
    state: stateOf(error, skip, existing),
  })
}

/** Returns the first state of a picked file. */
function stateOf(error: unknown, skip: PickedFile['skip'], existing: PickedFile['existing']): FileState {
  if (error instanceof UploadError) return { status: 'failed', error, sent: 0 }
  if (skip) return { status: 'skipped', reason: skip, ...(existing ? { object: existing } : {}) }
  return { status: 'queued' }
}

/**
 * Returns the media type of the browser, else that of the extension, else the type for bytes. It is fixed here, so that
 * the store and lakeFS get the same one.
 */
function contentTypeOf(file: File): string {
  const extension = file.name.slice(file.name.lastIndexOf('.') + 1).toLowerCase()
  return file.type || DEFAULT_MIME_TYPES.get(extension) || DEFAULT_TYPE
}

/** Returns undefined for a type that is no valid header value, at which the browser would throw during a request. */
function validHeader(type: string | undefined): string | undefined {
  return type && /^[\x20-\x7e]+$/.test(type) ? type : undefined
}
