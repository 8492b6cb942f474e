import type { SessionState, UploadSession } from '../../core/versioned/index.ts'
import type { UploadSessionHandle } from './session-handle.ts'

/** The panels and the session behind them, in one piece: whoever uses one of them needs most of it. */
export const loadPanels = () => import('./panels.ts')

/** What a session shows before its code is there. */
export const NO_UPLOADS: SessionState = {
  uploads: [],
  previous: undefined,
  lockedByOtherTab: undefined,
  branches: {},
  asking: undefined,
  queuedFiles: 0,
  gathering: undefined,
  keptBranch: undefined,
  committed: false,
}

/** {@link UploadSessionHandle} of a page. */
export class LazySession implements UploadSessionHandle {
  readonly #listeners = new Set<() => void>()
  #session: UploadSession | undefined
  #loading: Promise<UploadSession> | undefined

  readonly getSnapshot = (): SessionState => this.#session?.getSnapshot() ?? NO_UPLOADS

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  readonly ready = (): Promise<UploadSession> => {
    this.#loading ??= this.#load().catch((thrown: unknown) => {
      // Asked for again with the next files.
      this.#loading = undefined
      throw thrown
    })
    return this.#loading
  }

  async #load(): Promise<UploadSession> {
    const { UploadSession } = await loadPanels()
    const session = new UploadSession()
    session.subscribe(() => this.#tell())
    this.#session = session
    this.#tell()
    return session
  }

  #tell(): void {
    for (const listener of [...this.#listeners]) listener()
  }
}
