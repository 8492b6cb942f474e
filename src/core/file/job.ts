import type { Destination } from '../lakefs/wire.ts'
import { Alarm } from '../request/clock.ts'
import { Movement } from './movement.ts'
import type { ResumePoint } from './resume-point.ts'
import { secondsLeft } from './speed-meter.ts'
import type { ConflictAnswer, FileState, FileStatus } from './state.ts'
import { StopControl } from './stop-control.ts'
import type { FileDetails, Notice, UploadFile } from './upload-file.ts'

/** Ms for which lakeFS takes a link to an address it gave (docs/lakefs-contract.md, "Presigned addresses"). */
export const ADDRESS_LIFE = 24 * 3_600_000
const LARGE = 16 * 2 ** 20

/** One file inside the engine: its facts, its state and what its transfer left behind. */
export interface Job {
  readonly id: string
  /** Under the prefix; changes only when both versions are kept. */
  path: string
  readonly destination: Destination
  /** Id of the upload that it was given with, where whoever prepares uploads has named one. */
  readonly upload: string | undefined
  /** Where the person sent it; a drop of its own gathers on another branch. */
  readonly requestedDestination: Destination
  readonly size: number
  readonly lastModified: number
  readonly contentType: string
  readonly metadata: Readonly<Record<string, string>>
  /** Let go once the file is on the branch. */
  file: File | undefined
  /** Where the browser gives one: tells of changes, and finds the file again in a later visit. */
  readonly handle: FileSystemFileHandle | undefined
  /** What was dropped or given, and where in it the file is. */
  source: { root: FileSystemHandle; inside: readonly string[] } | undefined
  /** What an earlier visit had begun of it. */
  earlier: UploadFile['earlier']
  state: FileState
  /** Most bytes ever shown as sent; shown progress never goes back. */
  maxSentShown: number
  /**
   * Another tab had this path since the file was added: what an earlier look at the branch told may be no longer true.
   */
  contested: boolean
  answer: ConflictAnswer | undefined
  notice: Notice | undefined
  resumePoint: ResumePoint
  /** How many parts it went in, once it is on the branch and the resumePoint is gone. */
  sentParts: FileDetails['parts']
  readonly movement: Movement
  tries: number
  /** Wakes whatever of this file waits. */
  readonly alarm: Alarm
  readonly stop: StopControl
  /** Cancelled before it was prepared or agreed to: to be sent after all, it goes that way like a new one. */
  undecided: boolean
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
  }
}

/** Worth parts: it takes its time, so it starts early and shares its lane with small ones. */
export function isLarge(size: number): boolean {
  return size > LARGE
}

/** Path on the branch. */
export function fullPath(job: Job): string {
  return job.destination.prefix + job.path
}

/**
 * What everybody outside sees; built when somebody looks and kept until the job changes.
 * @param anyMovedAt ms since 1970 when a byte of any file moved last.
 */
export function viewOf(job: Job, now: number, anyMovedAt = job.movement.movedAt): UploadFile {
  if (job.view) return job.view
  const { id, path, destination, size, lastModified, contentType, metadata, answer, notice, earlier, upload } = job
  const facts = { id, path, destination, size, lastModified, contentType, metadata, answer, notice, earlier, upload }
  job.view = { ...facts, ...figuresOf(job, now, anyMovedAt), ...job.state }
  return job.view
}

/** What a view says that changes as time goes by, even where nothing happens. */
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
 * When the address of the file ends: while it sends, if its bytes will take longer than that at this rate; and for as
 * long as its bytes are stored and something else than lakeFS's answer keeps them from the branch.
 */
function deadlineOf(
  { resumePoint, size, maxSentShown, state }: Job,
  rate: number | undefined,
  now: number,
): number | undefined {
  const since = addressOf(resumePoint)?.since
  if (since === undefined) return undefined
  const end = since + ADDRESS_LIFE
  if (resumePoint.stored) return HELD.has(state.status) ? end : undefined
  return rate && now + ((size - maxSentShown) / rate) * 1000 > end ? end : undefined
}

/** Where a file whose bytes are stored waits for a person or a server. */
const HELD: ReadonlySet<FileStatus> = new Set<FileStatus>(['waiting', 'paused', 'asking'])

/** The place that the bytes go to, or have gone to. */
function addressOf({ stored, whole, blocks, multipart }: ResumePoint): { since: number } | undefined {
  if (!stored) return whole ?? blocks ?? multipart
  if (stored.kind === 'done') return undefined
  return stored.kind === 'link' ? stored : stored.multipart
}
