import type { Uploader } from '../uploader.ts'

/** The parts of a window that are needed; for tests. */
export interface Place {
  addEventListener(type: 'beforeunload', listener: (event: BeforeUnloadEvent) => void): void
  removeEventListener(type: 'beforeunload', listener: (event: BeforeUnloadEvent) => void): void
  readonly document: Pick<Document, 'visibilityState' | 'addEventListener' | 'removeEventListener'>
  readonly navigator: { readonly wakeLock?: Pick<WakeLock, 'request'> | undefined }
}

/**
 * While an uploader moves bytes or has some that are not linked: asks before the page is left, and keeps the screen
 * awake. With nothing to lose it listens to nothing, so that browsers may keep the page in their back-forward cache.
 * App routers ask {@link Uploader.isBusy} themselves.
 * @returns the way to stop.
 */
export function guardLeaving(
  uploader: Pick<Uploader, 'subscribe' | 'isBusy' | 'getSnapshot'>,
  place: Place = globalThis as unknown as Place,
): () => void {
  const ask = (event: BeforeUnloadEvent) => {
    if (uploader.isBusy) event.preventDefault()
  }
  const awake = wakerOf(place)
  let asking = false
  const look = () => {
    const { counts } = uploader.getSnapshot().totals
    awake.want(uploader, counts.sending + counts.finishing > 0)
    if (uploader.isBusy === asking) return
    asking = !asking
    if (asking) place.addEventListener('beforeunload', ask)
    else place.removeEventListener('beforeunload', ask)
  }
  const stop = uploader.subscribe(look)
  look()
  return () => {
    stop()
    awake.want(uploader, false)
    place.removeEventListener('beforeunload', ask)
  }
}

const wakers = new WeakMap<Place, Waker>()

function wakerOf(place: Place): Waker {
  const waker = wakers.get(place) ?? new Waker(place)
  wakers.set(place, waker)
  return waker
}

/** One wake lock for all uploaders of a page. The browser drops it with every hidden tab; it is taken again. */
class Waker {
  readonly #place: Place
  readonly #wanted = new Set<object>()
  #lock: Promise<WakeLockSentinel | undefined> | undefined
  readonly #shown = () => {
    if (this.#place.document.visibilityState === 'visible') this.#take()
  }

  constructor(place: Place) {
    this.#place = place
  }

  want(who: object, wanted: boolean): void {
    if (wanted === this.#wanted.has(who)) return
    if (wanted) this.#wanted.add(who)
    else this.#wanted.delete(who)
    if (wanted && this.#wanted.size === 1) {
      this.#place.document.addEventListener('visibilitychange', this.#shown)
      this.#take()
    } else if (this.#wanted.size === 0) {
      this.#place.document.removeEventListener('visibilitychange', this.#shown)
      const lock = this.#lock
      this.#lock = undefined
      void lock?.then((sentinel) => sentinel?.release())
    }
  }

  #take(): void {
    // Refused on a low battery or by a policy: the upload goes on, the screen sleeps.
    this.#lock = this.#place.navigator.wakeLock?.request('screen').catch(() => undefined)
  }
}
