import { joinMetadata } from '../lakefs/user-metadata.ts'
import type { Destination } from '../lakefs/wire.ts'
import { Alarm } from '../request/clock.ts'
import { Movement } from './movement.ts'
import type { ResumePoint } from './resume-point.ts'
import { secondsLeft } from './speed-meter.ts'
import type { ConflictAnswer, FileState, FileStatus } from './state.ts'
import { StopControl } from './stop-control.ts'
import type { FileDetails, Notice, UploadFile } from './upload-file.ts'

/** Ms for which lakeFS accepts a link to an address that it issued (docs/lakefs-contract.md, "Presigned addresses"). */
export const ADDRESS_LIFE_MS = 24 * 3_600_000
/** Bytes above which a file counts as large. */
const LARGE_BYTES = 16 * 2 ** 20

/** File inside the engine: its facts, its state, and what its transfer has left at the store. */
export interface Job {
  readonly id: string
  /** Path under the prefix. Changes when the user renames the file or keeps both versions. */
  path: string
  readonly destination: Destination
  /** Id of the upload it belongs to. Undefined only for jobs that are never listed. */
  readonly upload: string | undefined
  /**
   * Destination that the user chose. `destination` differs from it when an atomic upload collects its files on a branch
   * of its own.
   */
  readonly requestedDestination: Destination
  readonly size: number
  readonly lastModified: number
  readonly contentType: string
  readonly metadata: Readonly<Record<string, string>>
  /**
   * The browser's file. Undefined once it is uploaded or skipped, and when only an earlier visit could read it.
   */
  file: File | undefined
  /**
   * Handle of the file, if the browser gives one. It shows changes of the file, and finds the file again in a later
   * visit.
   */
  readonly handle: FileSystemFileHandle | undefined
  /** The dropped or chosen file or folder, and the path of this file inside it. */
  source: { root: FileSystemHandle; inside: readonly string[] } | undefined
  /** Fate of what an earlier visit had sent of this file. */
  earlier: UploadFile['earlier']
  state: FileState
  /** Maximum number of bytes that was ever shown as sent; shown progress never goes back. */
  maxSentShown: number
  /**
   * Another tab sent a file to this path since the file was added, so earlier lookups on the branch may be outdated.
   */
  contested: boolean
  answer: ConflictAnswer | undefined
  notice: Notice | undefined
  resumePoint: ResumePoint
  /** Number of parts, kept once the file is on the branch and its resume point is cleared. */
  sentParts: FileDetails['parts']
  readonly movement: Movement
  tries: number
  /** Ends the waits of this file early. */
  readonly alarm: Alarm
  readonly stop: StopControl
  /**
   * The file was cancelled before `beforeUpload` and `agree` had answered. A retry asks them again, as for a new file.
   */
  undecided: boolean
  /** The last view built; undefined when the job has changed since. */
  view: UploadFile | undefined
}

type Facts = Pick<Job, 'id' | 'path' | 'destination' | 'size' | 'lastModified' | 'contentType' | 'metadata' | 'file'> &
  Partial<Pick<Job, 'requestedDestination' | 'upload' | 'handle' | 'answer' | 'state' | 'resumePoint'>>

export function createJob(facts: Facts): Job {
  return {
    requestedDestination: facts.destination,
    upload: undefined,
    handle: undefined,
    source: undefined,
    earlier: undefined,
    state: { status: 'queued' },
    maxSentShown: 0,
    contested: false,
    answer: undefined,
    notice: undefined,
    resumePoint: {},
    sentParts: undefined,
    movement: new Movement(),
    tries: 1,
    alarm: new Alarm(),
    stop: new StopControl(),
    undecided: false,
    view: undefined,
    ...facts,
    metadata: joinMetadata(facts.metadata),
  }
}

/** Returns whether a file counts as large: it starts early, and shares the limits of the store with small files. */
export function isLarge(size: number): boolean {
  return size > LARGE_BYTES
}

/** Returns the full path on the branch. */
export function fullPath(job: Job): string {
  return job.destination.prefix + job.path
}

/**
 * Returns the public view of a file. It is built when it is first read, and kept until the job changes.
 * @param anyMovedAt ms since 1970 when any file last transferred a byte.
 */
export function viewOf(job: Job, now: number, anyMovedAt = job.movement.movedAt): UploadFile {
  if (job.view) return job.view
  const { id, path, destination, size, lastModified, contentType, metadata, answer, notice, earlier, upload } = job
  const facts = { id, path, destination, size, lastModified, contentType, metadata, answer, notice, earlier, upload }
  job.view = { ...facts, ...figuresOf(job, now, anyMovedAt), ...job.state }
  return job.view
}

/** Returns the figures of a view that change with time, even while nothing happens. */
export function figuresOf(job: Job, now: number, anyMovedAt: number) {
  const { state, movement, size, maxSentShown } = job
  const sends = state.status === 'sending'
  const rate = sends && !movement.hasSentAll(size) ? movement.rate(now) : undefined
  return {
    bytesPerSecond: rate,
    secondsLeft: secondsLeft(size - maxSentShown, rate),
    deadline: deadlineOf(job, rate, now),
    ...(sends ? movement.standstill(size, now, anyMovedAt) : {}),
  }
}

/**
 * Returns when the address of the file expires, in ms since 1970. While the file is sent: only if the bytes left need
 * longer than that at this rate. When all bytes are stored: while the file waits, is paused, or asks.
 */
function deadlineOf(
  { resumePoint, size, maxSentShown, state }: Job,
  rate: number | undefined,
  now: number,
): number | undefined {
  const since = addressOf(resumePoint)?.since
  if (since === undefined) return undefined
  const end = since + ADDRESS_LIFE_MS
  if (resumePoint.stored) return HELD_STATUSES.has(state.status) ? end : undefined
  return rate && now + ((size - maxSentShown) / rate) * 1000 > end ? end : undefined
}

/** States in which a file with all bytes stored waits for its user or a server. */
const HELD_STATUSES: ReadonlySet<FileStatus> = new Set<FileStatus>(['waiting', 'paused', 'asking'])

/** Returns the address that the bytes are sent to or were sent to. */
function addressOf({ stored, whole, blocks, multipart }: ResumePoint): { since: number } | undefined {
  if (!stored) return whole ?? blocks ?? multipart
  if (stored.kind === 'done') return undefined
  return stored.kind === 'link' ? stored : stored.multipart
}

/** Creates a job for calls that belong to no file, so that they use the same retries and log. */
export function createJobWithoutFile(): Job {
  return createJob({
    id: 'client',
    path: '',
    destination: { repository: '', branch: '', prefix: '' },
    size: 0,
    lastModified: 0,
    contentType: '',
    metadata: {},
    file: undefined,
  })
}
