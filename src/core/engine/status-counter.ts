import { SpeedMeter, secondsLeft } from '../file/speed-meter.ts'
import { type FileState, type FileStatus, STATUSES } from '../file/state.ts'
import type { Totals, UploaderStatus } from '../snapshot.ts'

/** Ms between two looks at the rate for its average, and how many of them the average goes back. */
const LOOK_EVERY = 100
const REMEMBERED = 300

/** What one file adds to the totals in a state. */
interface Share {
  status: FileStatus
  bytes: number
  sent: number
  uploaded: number
  failed: number
}

/** @param sent the most that was ever shown as sent, so that a file that is queued again takes nothing back. */
export function shareOf(state: FileState, size: number, sent: number): Share {
  const { status } = state
  if (status === 'skipped' || status === 'cancelled') return { status, bytes: 0, sent: 0, uploaded: 0, failed: 0 }
  if (status === 'uploaded') return { status, bytes: size, sent: size, uploaded: size, failed: 0 }
  return { status, bytes: size, sent, uploaded: 0, failed: status === 'failed' ? size : 0 }
}

/** The totals, kept by differences: a change of one file costs the same with ten files and with 20,000. */
export class StatusCounter {
  readonly #counts = Object.fromEntries(STATUSES.map((status) => [status, 0])) as Record<FileStatus, number>
  readonly #meter = new SpeedMeter()
  #files = 0
  #bytes = 0
  #sent = 0
  #uploaded = 0
  #failed = 0
  #seen = 0
  #looks = 0
  #lookedAt = Number.NEGATIVE_INFINITY

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
    this.#look(now)
  }

  count(status: FileStatus): number {
    return this.#counts[status]
  }

  get counts(): Readonly<Record<FileStatus, number>> {
    return this.#counts
  }

  /** Files that something is still going to happen to. */
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
      ...(rate ? { bytesPerSecond: rate, secondsLeft: secondsLeft(left, rate) } : {}),
      ...(this.#seen > 0 ? { averageBytesPerSecond: this.#seen } : {}),
    }
  }

  /** Puts the rate into the average of what was seen lately. */
  #look(now: number): void {
    if (now - this.#lookedAt < LOOK_EVERY) return
    this.#lookedAt = now
    const rate = this.#meter.rate(now)
    if (!rate) return
    this.#looks = Math.min(this.#looks + 1, REMEMBERED)
    this.#seen += (rate - this.#seen) / this.#looks
  }

  #apply(share: Share, sign: 1 | -1): void {
    this.#counts[share.status] += sign
    this.#bytes += sign * share.bytes
    this.#sent += sign * share.sent
    this.#uploaded += sign * share.uploaded
    this.#failed += sign * share.failed
  }
}
