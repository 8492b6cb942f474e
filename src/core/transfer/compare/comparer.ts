import type { Md5 } from '../../checksum/md5.ts'
import { compareBytes, isReadable, READ_AT_ONCE, SMALL_BYTES } from '../../file/compare-bytes.ts'
import { fullPath, type Job } from '../../file/job.ts'
import type { ObjectStats } from '../../lakefs/wire.ts'
import { type Clock, unlessAborted } from '../../request/clock.ts'
import type { Log } from '../../request/log.ts'
import { KnownFiles } from '../../resume/known-files.ts'
import type { ResumeStore } from '../../resume/resume-store.ts'
import type { Outcome } from '../transfer.ts'
import { ReadLimiter } from './read-limiter.ts'

/**
 * Compares files with the objects that have their path and size, apart from the files that are sent: those that wait
 * here hold nothing that sending needs.
 */
export class Comparer {
  readonly #md5: Md5
  readonly #known: KnownFiles | undefined
  readonly #small = new ReadLimiter(READ_AT_ONCE.small)
  readonly #large = new ReadLimiter(READ_AT_ONCE.large)

  /** @param resumeStore absent when nothing may be kept in the browser. */
  constructor({ md5, clock, log }: { md5: Md5; clock: Clock; log: Log }, resumeStore: ResumeStore | undefined) {
    this.#md5 = md5
    this.#known = resumeStore && new KnownFiles({ clock, log, records: resumeStore })
  }

  /**
   * Returns the outcome of a file that the branch has already. Otherwise returns undefined, with the result in the
   * resume point of the file. Rejects with UploadError when the file cannot be read, or with AbortError.
   */
  async compare(job: Job, existing: ObjectStats, signal: AbortSignal): Promise<Outcome | undefined> {
    const { file, resumePoint } = job
    const { checksum } = existing
    const same = { type: 'skip', reason: 'identical', object: existing } as const
    const isKnown = this.#known && (await unlessAborted(this.#known.has(factsOf(job), checksum), signal))
    if (isKnown) return { ...same, unchanged: true }
    // Small bodies are quick. Large ones let the parts that are being sent go first.
    const md5: Md5 = (body, stop) => this.#md5(body, stop, body.size > SMALL_BYTES)
    const limiter = job.size <= SMALL_BYTES ? this.#small : this.#large
    const verdict =
      file && isReadable(checksum)
        ? await limiter.run(signal, () => compareBytes(file, existing, md5, signal))
        : 'unknown'
    if (verdict === 'same') {
      this.remember(job, checksum)
      return same
    }
    resumePoint.compared = { checksum, verdict, existing }
    return undefined
  }

  /** Remembers that the file has the bytes of an object with this checksum. */
  remember(job: Job, checksum: string): void {
    this.#known?.add(factsOf(job), checksum)
  }

  /** Writes what was remembered since the last write. */
  save(): void {
    void this.#known?.flush()
  }
}

function factsOf(job: Job) {
  const { size, lastModified, destination } = job
  return { repository: destination.repository, path: fullPath(job), size, lastModified }
}
