import { UploadError } from '../errors.ts'
import { multipartOf, type ResumePoint } from '../file/resume-point.ts'

/**
 * Number of refused files after which no further file is sent in vain, if no file of that size has arrived in between.
 */
export const MAX_REFUSED_FILES = 3
/** Ms for which a store counts as full; it may have room again later. */
export const FULL_VALID_MS = 60_000

interface Finding {
  /** Number of consecutive refused files. */
  refused: number
  /** Size in bytes of the smallest refused file. */
  minBytes: number
  /** Ms since 1970 when the last one was refused. */
  at: number
  error: UploadError
}

/**
 * Remembers which stores are full, by repository, because a limit may apply to its place at the store. A full store
 * then costs a few requests instead of one for each of 20,000 files. Smaller files are still tried.
 */
export class FullStores {
  readonly #now: () => number
  readonly #found = new Map<string, Finding>()

  constructor(now: () => number) {
    this.#now = now
  }

  /** Records that the store had no room for a file. */
  refuse(repository: string, size: number, error: UploadError): void {
    // This error came from `check` and not from the store.
    if (error.facts.unsent !== undefined) return
    const before = this.#valid(repository)
    const least = Math.min(before?.minBytes ?? Number.POSITIVE_INFINITY, size)
    this.#found.set(repository, { refused: (before?.refused ?? 0) + 1, minBytes: least, at: this.#now(), error })
  }

  /** Records that a file has arrived: there is room for as much. */
  arrive(repository: string, size: number): void {
    const before = this.#found.get(repository)
    if (before && size >= before.minBytes) this.#found.delete(repository)
  }

  /**
   * Keeps back a file of which nothing is stored and that the store would refuse.
   * @throws UploadError `storage-full` with the fact `unsent`, and the status and text of the last refusal.
   */
  check(repository: string, size: number, resumePoint: ResumePoint): void {
    const found = this.#valid(repository)
    if (!found || found.refused < MAX_REFUSED_FILES || size < found.minBytes || hasPieces(resumePoint)) return
    const { status, detail, requestId } = found.error
    throw new UploadError('storage-full', { status, detail, requestId, facts: { unsent: 1 } })
  }

  /** Forgets all full stores, because the user retries and may have made room. */
  forget(): void {
    this.#found.clear()
  }

  #valid(repository: string): Finding | undefined {
    const found = this.#found.get(repository)
    return found && this.#now() - found.at < FULL_VALID_MS ? found : undefined
  }
}

/** Returns whether some of the file is stored. The rest is tried, because only the rest has to fit. */
function hasPieces(resumePoint: ResumePoint): boolean {
  return (
    resumePoint.stored !== undefined ||
    (multipartOf(resumePoint)?.etags.size ?? resumePoint.blocks?.arrived.size ?? 0) > 0
  )
}
