import type { PickedFile } from '../../intake/collect.ts'
import type { Rejection } from '../../intake/input.ts'
import { givenPath } from '../../intake/paths.ts'
import type { LakeFSClient } from '../../lakefs/retrying-client.ts'
import type { Destination } from '../../lakefs/wire.ts'
import type { Configuration, Prepared } from '../../options.ts'
import { unlessAborted } from '../../request/clock.ts'
import type { Addition } from './addition.ts'

/** Files that are prepared for the queue. */
export interface PreparedFiles {
  files: PickedFile[]
  destination: Destination
  rejections: readonly Rejection[]
  /** Id of the upload that the files form: {@link Prepared.upload}. */
  upload?: string | undefined
  /** Aborted when the addition is cancelled. */
  signal?: AbortSignal
  /** True when the files were cancelled before `beforeUpload` and `agree` had answered. */
  undecided?: boolean
}

/**
 * Passes files through `beforeUpload` of the host and then through `agree`. A cancellation waits for neither: it
 * resolves with the files as prepared so far.
 */
export async function prepareFiles(
  given: PreparedFiles,
  { signal, isCancelled, upload }: Addition,
  options: () => Configuration,
  lakefs: LakeFSClient,
): Promise<PreparedFiles> {
  const { beforeUpload: prepare, agree } = options()
  if (given.files.length === 0) return given
  // Without these functions, a file that is retried needs no answer.
  if (isCancelled) return { ...given, undecided: Boolean(prepare ?? agree) }
  let current: PreparedFiles = { ...given, signal }
  try {
    if (prepare)
      current = applyPrepared(
        current,
        await unlessAborted(Promise.resolve(prepare({ ...current, upload }, lakefs)), signal),
      )
    // Read again, because the host may have changed it meanwhile.
    const { agree } = options()
    const open = current.files.filter(({ skip }) => !skip)
    if (!agree || open.length === 0) return current
    const asked = agree({ ...current, files: open, upload: current.upload ?? upload }, lakefs, given.destination)
    const agreed = await unlessAborted(Promise.resolve(asked), signal)
    const ready = applyPrepared(current, agreed)
    // Files that are skipped anyway are listed with the others, but not when `agree` gave up the whole upload.
    return agreed ? { ...ready, files: [...ready.files, ...current.files.filter(({ skip }) => skip)] } : ready
  } catch (thrown) {
    if (!signal.aborted) throw thrown
    return { ...current, undecided: true }
  }
}

/** Applies the result of one of the functions. */
function applyPrepared(given: PreparedFiles, prepared: Prepared | undefined): PreparedFiles {
  const files = (prepared?.files ?? []).map((one) => ({ ...one, path: givenPath(one.path ?? one.file.name, one.file) }))
  const { destination = given.destination, upload } = prepared ?? {}
  return { ...given, files, destination, upload }
}
