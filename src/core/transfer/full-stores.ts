import { UploadError } from '../errors.ts'
import { multipartOf, type ResumePoint } from '../file/resume-point.ts'

/** Files refused with none of their size arriving in between, after which no further one is sent for nothing. */
export const FULL_AFTER = 3
/** Ms for which a store that said so counts as full; room may have been made since. */
export const FULL_HOLDS = 60_000

interface Finding {
  /** Files refused in a row. */
  refused: number
  /** Bytes of the smallest of them: what had no room for it has none for larger ones. */
  least: number
  /** When the last one was refused, in ms of the clock. */
  at: number
  error: UploadError
}

/**
 * Which stores have said that they are full, by repository: a limit may be of its place at the store. So a store that is
 * full costs a few requests and not one for each of twenty thousand files; smaller files, which may still fit, are tried.
 */
export class FullStores {
  readonly #now: () => number
  readonly #found = new Map<string, Finding>()

  constructor(now: () => number) {
    this.#now = now
  }

  /** Takes note of a file that the store had no room for. */
  refuse(repository: string, size: number, error: UploadError): void {
    // Told of others, and not by the store.
    if (error.facts.unsent !== undefined) return
    const before = this.#valid(repository)
    const least = Math.min(before?.least ?? Number.POSITIVE_INFINITY, size)
    this.#found.set(repository, { refused: (before?.refused ?? 0) + 1, least, at: this.#now(), error })
  }

  /** Takes note of a file that has arrived: there is room for as much. */
  arrive(repository: string, size: number): void {
    const before = this.#found.get(repository)
    if (before && size >= before.least) this.#found.delete(repository)
  }

  /**
   * Keeps a file back that has nothing at the store yet and would only be refused.
   * @throws UploadError `storage-full` with the fact `unsent`, and what the store said of the last one.
   */
  check(repository: string, size: number, resumePoint: ResumePoint): void {
    const found = this.#valid(repository)
    if (!found || found.refused < FULL_AFTER || size < found.least || hasPieces(resumePoint)) return
    const { status, detail, requestId } = found.error
    throw new UploadError('storage-full', { status, detail, requestId, facts: { unsent: 1 } })
  }

  /** A person asks for another try: room may have been made. */
  forget(): void {
    this.#found.clear()
  }

  #valid(repository: string): Finding | undefined {
    const found = this.#found.get(repository)
    return found && this.#now() - found.at < FULL_HOLDS ? found : undefined
  }
}

/** Whether the store has some of the file: the rest is tried, for it alone is what has to fit. */
function hasPieces(resumePoint: ResumePoint): boolean {
  return (
    resumePoint.stored !== undefined ||
    (multipartOf(resumePoint)?.etags.size ?? resumePoint.blocks?.arrived.size ?? 0) > 0
  )
}
