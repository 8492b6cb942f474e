import { allowed } from '../request/allowed.ts'
import type { Uploader } from '../uploader.ts'

/** Parts of `window` that the guard needs. */
export interface GuardedWindow {
  addEventListener(type: 'beforeunload', listener: (event: BeforeUnloadEvent) => void): void
  removeEventListener(type: 'beforeunload', listener: (event: BeforeUnloadEvent) => void): void
  readonly document: Pick<Document, 'visibilityState' | 'addEventListener' | 'removeEventListener'>
  readonly navigator: { readonly wakeLock?: Pick<WakeLock, 'request'> | undefined }
}

/**
 * Asks the user before leaving the page, and keeps the screen on, while an uploader sends bytes or has stored bytes
 * that are not linked. At other times it has no listeners, so that browsers can keep the page in the back-forward
 * cache. Client-side routers have to check {@link Uploader.isBusy} themselves.
 * @returns a function that stops it.
 */
export function guardLeaving(
  uploader: Pick<Uploader, 'subscribe' | 'isBusy' | 'getSnapshot'>,
  page: GuardedWindow = globalThis as unknown as GuardedWindow,
): () => void {
  const ask = (event: BeforeUnloadEvent) => {
    if (uploader.isBusy) event.preventDefault()
  }
  const awake = wakeLockOf(page)
  let asking = false
  const look = () => {
    const { counts } = uploader.getSnapshot().totals
    awake.want(uploader, counts.sending + counts.finishing > 0)
    if (uploader.isBusy === asking) return
    asking = !asking
    if (asking) page.addEventListener('beforeunload', ask)
    else page.removeEventListener('beforeunload', ask)
  }
  const stop = uploader.subscribe(look)
  look()
  return () => {
    stop()
    awake.want(uploader, false)
    page.removeEventListener('beforeunload', ask)
  }
}

const wakeLocks = new WeakMap<GuardedWindow, ScreenWakeLock>()

function wakeLockOf(page: GuardedWindow): ScreenWakeLock {
  const wakeLock = wakeLocks.get(page) ?? new ScreenWakeLock(page)
  wakeLocks.set(page, wakeLock)
  return wakeLock
}

/**
 * Holds one wake lock for all uploaders of a page. The browser releases it when the tab is hidden, so it is requested
 * again.
 */
class ScreenWakeLock {
  readonly #window: GuardedWindow
  readonly #wanted = new Set<object>()
  #lock: Promise<WakeLockSentinel | undefined> | undefined
  readonly #shown = () => {
    if (this.#window.document.visibilityState === 'visible') this.#request()
  }

  constructor(page: GuardedWindow) {
    this.#window = page
  }

  want(who: object, wanted: boolean): void {
    if (wanted === this.#wanted.has(who)) return
    if (wanted) this.#wanted.add(who)
    else this.#wanted.delete(who)
    if (wanted && this.#wanted.size === 1) {
      this.#window.document.addEventListener('visibilitychange', this.#shown)
      this.#request()
    } else if (this.#wanted.size === 0) {
      this.#window.document.removeEventListener('visibilitychange', this.#shown)
      const lock = this.#lock
      this.#lock = undefined
      void lock?.then((sentinel) => sentinel?.release()).catch(() => {})
    }
  }

  #request(): void {
    // A low battery or a policy may refuse it. The upload continues and the screen sleeps.
    this.#lock = allowed(() => this.#window.navigator.wakeLock?.request('screen'))?.catch(() => undefined)
  }
}
