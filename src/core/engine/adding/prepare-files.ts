import type { PickedFile } from '../../intake/collect.ts'
import type { Rejection } from '../../intake/input.ts'
import type { LakeFSClient } from '../../lakefs/retrying-client.ts'
import type { Destination } from '../../lakefs/wire.ts'
import type { Configuration, Prepared } from '../../options.ts'
import { unlessAborted } from '../../request/clock.ts'
import type { Addition } from './addition.ts'

/** A drop as it is made ready for the queue. */
export interface PreparedFiles {
  files: PickedFile[]
  destination: Destination
  rejections: readonly Rejection[]
  /** {@link Prepared.upload}. */
  upload?: string | undefined
  /** Aborted when its addition is cancelled. */
  signal?: AbortSignal
  /** Cancelled before everybody had a say in it. */
  undecided?: boolean
}

/**
 * What the host makes of a drop, and then what somebody agrees to. A cancel waits for neither of them: the drop is given
 * back as far as it has come.
 */
export async function prepareFiles(
  drop: PreparedFiles,
  { signal, isCancelled }: Addition,
  options: () => Configuration,
  lakefs: LakeFSClient,
): Promise<PreparedFiles> {
  const { beforeUpload: prepare, agree } = options()
  if (drop.files.length === 0) return drop
  // Where nobody has a say, a file that is sent after all needs not be asked about.
  if (isCancelled) return { ...drop, undecided: Boolean(prepare ?? agree) }
  let known: PreparedFiles = { ...drop, signal }
  try {
    if (prepare) known = readied(known, await unlessAborted(Promise.resolve(prepare(known, lakefs)), signal))
    // As it is by then: the host may have taken its time.
    const { agree } = options()
    const open = known.files.filter(({ skip }) => !skip)
    if (!agree || open.length === 0) return known
    const asked = agree({ ...known, files: open }, lakefs, drop.destination)
    const agreed = await unlessAborted(Promise.resolve(asked), signal)
    const ready = readied(known, agreed)
    // What is skipped anyway is listed with the rest, and not where all of it was given up.
    return agreed ? { ...ready, files: [...ready.files, ...known.files.filter(({ skip }) => skip)] } : ready
  } catch (thrown) {
    if (!signal.aborted) throw thrown
    return { ...known, undecided: true }
  }
}

/** A drop as its preparing has left it. */
function readied(drop: PreparedFiles, prepared: Prepared | undefined): PreparedFiles {
  const files = (prepared?.files ?? []).map((one) => ({ ...one, path: one.path ?? one.file.name }))
  const { destination = drop.destination, upload } = prepared ?? {}
  return { ...drop, files, destination, upload }
}
