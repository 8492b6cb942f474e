import { DEFAULT_MIME_TYPES } from 'file-selector'
import { UploadError } from '../errors.ts'
import { createJob, type Job } from '../file/job.ts'
import type { PickedFile } from '../intake/collect.ts'
import { landingPath, landingUnder } from '../intake/paths.ts'
import type { Destination } from '../lakefs/wire.ts'

const BYTES = 'application/octet-stream'

/**
 * A picked file as a job. A path that cannot land gives a job that has failed already, so that it is seen in its row
 * and no byte of it is sent.
 */
export function jobFromFile(
  picked: PickedFile,
  id: string,
  destination: Destination,
  metadata: Readonly<Record<string, string>>,
): Job {
  const { file } = picked
  let path = picked.path
  let error: unknown
  try {
    path = landingPath(picked.path)
    landingUnder(destination.prefix, path)
  } catch (thrown) {
    error = thrown
  }
  const job = createJob({
    id,
    path,
    destination,
    size: file.size,
    lastModified: file.lastModified,
    contentType: asHeader(picked.contentType) ?? asHeader(contentTypeOf(file)) ?? BYTES,
    metadata: { ...metadata, ...picked.metadata },
    file,
  })
  job.answer = picked.answer
  const { skip, existing } = picked
  if (skip) job.state = { status: 'skipped', reason: skip, ...(existing ? { object: existing } : {}) }
  if (error instanceof UploadError) job.state = { status: 'failed', error, sent: 0 }
  return job
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
