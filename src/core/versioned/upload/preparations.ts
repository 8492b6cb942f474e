import type { LakeFSClient } from '../../lakefs/retrying-client.ts'
import type { Destination } from '../../lakefs/wire.ts'
import type { GivenFiles, Prepared } from '../../options.ts'
import { uniqueName } from '../../request/clock.ts'
import { prepareUpload } from './compare-effect.ts'
import type { ReviewAnswer, SessionContext } from './session-context.ts'
import { newUpload } from './session-state.ts'
import { isAsking } from './upload.ts'

/** Prepares uploads one after another, and passes on the answers of the user. */
export class Preparations {
  #given = 0
  /** Settles when the previous upload is prepared. */
  #turn: Promise<unknown> = Promise.resolve()
  readonly #stops = new Map<string, AbortController>()
  /** Comparisons that the user may skip. */
  readonly #skips = new Map<string, AbortController>()
  readonly #answers = new Map<string, (answer: ReviewAnswer) => void>()

  /**
   * Prepares the files of one upload.
   * @param until resolves when the requirements of all uploads are met.
   * @returns undefined when nothing is to be sent.
   */
  async prepare(
    context: SessionContext,
    given: GivenFiles,
    lakefs: LakeFSClient,
    asked: Destination,
    until: () => Promise<void>,
  ): Promise<Prepared | undefined> {
    this.#given += 1
    const now = lakefs.clock.now()
    // Unique over all tabs and visits, for it is a key of the database. A host may name one upload twice.
    const isFree = context.getState().uploads.every(({ id }) => id !== given.upload)
    const named = isFree ? given.upload : undefined
    const id = named ?? `${asked.repository}/${asked.branch} ${uniqueName(lakefs.clock)} ${this.#given}`
    const bytes = given.files.reduce((sum, { file }) => sum + file.size, 0)
    const facts = { destination: given.destination, files: given.files.length, bytes }
    context.dispatch({ type: 'given', upload: newUpload(id, asked, now, facts) })
    const { signal } = this.#begin(id)
    const cancel = () => this.cancel(id)
    given.signal?.addEventListener('abort', cancel, { once: true })
    if (given.signal?.aborted) cancel()
    const turn = this.#turn.then(async () => {
      try {
        await until()
        if (signal.aborted) return undefined
        const prepared = await prepareUpload(context, given, { id, asked, signal }, lakefs)
        return signal.aborted ? undefined : prepared
      } finally {
        given.signal?.removeEventListener('abort', cancel)
        this.#stops.delete(id)
        this.#answers.delete(id)
        this.#skips.delete(id)
        const upload = context.getState().uploads.find((one) => one.id === id)
        if (upload && isAsking(upload)) context.dispatch({ type: 'dropped', id })
      }
    })
    this.#turn = turn.catch(() => {
      // The caller who added the files gets the error.
    })
    return await turn
  }

  /** Cancels an upload before anything is sent. */
  cancel(id: string): void {
    this.#stops.get(id)?.abort()
    this.answer(id, { type: 'cancel' })
  }

  /** Ends the comparison of an upload: what was not read counts as not compared. */
  skipComparing(id: string): void {
    this.#skips.get(id)?.abort()
  }

  /** Implements {@link SessionContext.skipSignal}. */
  skipSignal(id: string): AbortSignal {
    const skip = new AbortController()
    this.#skips.set(id, skip)
    return skip.signal
  }

  answer(id: string, answer: ReviewAnswer): void {
    const settle = this.#answers.get(id)
    this.#answers.delete(id)
    settle?.(answer)
  }

  /** Implements {@link SessionContext.nextAnswer}. */
  nextAnswer(id: string): Promise<ReviewAnswer> {
    const stop = this.#stops.get(id)
    if (!stop || stop.signal.aborted) return Promise.resolve({ type: 'cancel' })
    return new Promise((resolve) => void this.#answers.set(id, resolve))
  }

  #begin(id: string): AbortController {
    const stop = new AbortController()
    this.#stops.set(id, stop)
    return stop
  }
}
