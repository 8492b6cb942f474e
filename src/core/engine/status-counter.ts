import { SpeedMeter, secondsLeft } from '../file/speed-meter.ts'
import { type FileState, type FileStatus, STATUSES } from '../file/state.ts'
import type { Totals, UploaderStatus } from '../snapshot.ts'

/** Ms between two samples of the speed, and maximum number of samples in its average. */
const SAMPLE_INTERVAL_MS = 100
const MAX_SAMPLES = 300

/** Contribution of one file to the totals. */
export interface Share {
  status: FileStatus
  bytes: number
  sent: number
  uploaded: number
  failed: number
  cancelled: number
}

/** Returns the contribution of a file. @param sent maximum number of bytes ever shown as sent. */
export function shareOf(state: FileState, size: number, sent: number): Share {
  const { status } = state
  const none = { status, bytes: 0, sent: 0, uploaded: 0, failed: 0, cancelled: 0 }
  if (status === 'skipped') return none
  if (status === 'cancelled') return { ...none, cancelled: size }
  if (status === 'uploaded') return { ...none, bytes: size, sent: size, uploaded: size }
  return { ...none, bytes: size, sent, failed: status === 'failed' ? size : 0 }
}

/** Keeps the totals by differences, so that a change of one file costs the same with 10 and with 20,000 files. */
export class StatusCounter {
  readonly #counts = Object.fromEntries(STATUSES.map((status) => [status, 0])) as Record<FileStatus, number>
  readonly #meter = new SpeedMeter()
  #files = 0
  #bytes = 0
  #sent = 0
  #uploaded = 0
  #failed = 0
  #cancelled = 0
  #average = 0
  #samples = 0
  #sampledAt = Number.NEGATIVE_INFINITY

  add(share: Share): void {
    this.#apply(share, 1)
    this.#files += 1
  }

  remove(share: Share): void {
    this.#apply(share, -1)
    this.#files -= 1
  }

  change(before: Share, after: Share, now: number): void {
    this.#apply(before, -1)
    this.#apply(after, 1)
    const moving = after.status === 'sending' || after.status === 'finishing'
    if (!moving || after.sent <= before.sent) return
    this.#meter.add(after.sent - before.sent, now)
    this.#sample(now)
  }

  count(status: FileStatus): number {
    return this.#counts[status]
  }

  get counts(): Readonly<Record<FileStatus, number>> {
    return this.#counts
  }

  get files(): number {
    return this.#files
  }

  /** Number of files that have not ended. */
  get open(): number {
    return this.#files - this.#counts.uploaded - this.#counts.skipped - this.#counts.failed - this.#counts.cancelled
  }

  get status(): UploaderStatus {
    if (this.#files === 0) return 'idle'
    if (this.open === 0) return 'finished'
    const { queued, checking, sending, finishing, waiting, asking } = this.#counts
    if (checking + sending + finishing > 0) return 'running'
    if (waiting + asking > 0) return 'waiting'
    return queued > 0 ? 'running' : 'paused'
  }

  snapshot(now: number): Totals {
    const rate = this.#counts.sending > 0 ? this.#meter.rate(now) : undefined
    const left = this.#bytes - this.#failed - this.#sent
    return {
      files: this.#files,
      counts: { ...this.#counts },
      bytes: this.#bytes,
      sent: this.#sent,
      uploaded: this.#uploaded,
      failed: this.#failed,
      cancelled: this.#cancelled,
      ...(rate ? { bytesPerSecond: rate, secondsLeft: secondsLeft(left, rate) } : {}),
      ...(this.#average > 0 ? { averageBytesPerSecond: this.#average } : {}),
    }
  }

  /** Adds the current speed to the average. */
  #sample(now: number): void {
    if (now - this.#sampledAt < SAMPLE_INTERVAL_MS) return
    this.#sampledAt = now
    const rate = this.#meter.rate(now)
    if (!rate) return
    this.#samples = Math.min(this.#samples + 1, MAX_SAMPLES)
    this.#average += (rate - this.#average) / this.#samples
  }

  #apply(share: Share, sign: 1 | -1): void {
    this.#counts[share.status] += sign
    this.#bytes += sign * share.bytes
    this.#sent += sign * share.sent
    this.#uploaded += sign * share.uploaded
    this.#failed += sign * share.failed
    this.#cancelled += sign * share.cancelled
  }
}
