import type { SessionState, UploadSession } from '../../core/versioned/index.ts'
import type { UploadSessionHandle } from './session-handle.ts'

/** Loads the panels and their session as one chunk, because each panel needs most of it. */
export const loadPanels = () => import('./panels.ts')

/** State of a session before its code is loaded. */
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

/** {@link UploadSessionHandle} that loads its session on demand. */
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
      // The next files load it again.
      this.#loading = undefined
      throw thrown
    })
    return this.#loading
  }

  async #load(): Promise<UploadSession> {
    const { UploadSession } = await loadPanels()
    const session = new UploadSession()
    session.subscribe(() => this.#notify())
    this.#session = session
    this.#notify()
    return session
  }

  #notify(): void {
    for (const listener of [...this.#listeners]) listener()
  }
}
