import { useEffect, useMemo, useState, useSyncExternalStore } from 'react'
import type { Snapshot, Uploader, UploadFile } from '../core/index.ts'

/** Minimum ms between two renders of numbers. */
const NUMBERS_INTERVAL_MS = 500
/** Ms between two renders of the remaining time. */
const TIME_LEFT_INTERVAL_MS = 2000

/** Throttles a value of the engine: urgent changes are published at once, others at most twice a second. */
class Throttle<T> {
  readonly #read: () => T
  readonly #isUrgent: (before: T, after: T) => boolean
  readonly #source: (listener: () => void) => () => void
  readonly #listeners = new Set<() => void>()
  #current: T
  #at = Number.NEGATIVE_INFINITY
  #timer: ReturnType<typeof setTimeout> | undefined
  #stop: (() => void) | undefined

  constructor(source: (listener: () => void) => () => void, read: () => T, isUrgent: (before: T, after: T) => boolean) {
    this.#source = source
    this.#read = read
    this.#isUrgent = isUrgent
    this.#current = read()
  }

  readonly get = (): T => this.#current

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener)
    this.#stop ??= this.#source(this.#update)
    this.#update()
    return () => {
      this.#listeners.delete(listener)
      if (this.#listeners.size > 0) return
      this.#stop?.()
      this.#stop = undefined
      clearTimeout(this.#timer)
      this.#timer = undefined
    }
  }

  readonly #update = (): void => {
    const next = this.#read()
    if (Object.is(next, this.#current)) return
    const now = performance.now()
    const wait = this.#at + NUMBERS_INTERVAL_MS - now
    if (wait > 0 && !this.#isUrgent(this.#current, next)) {
      this.#timer ??= setTimeout(() => {
        this.#timer = undefined
        this.#update()
      }, wait)
      return
    }
    this.#at = now
    this.#current = next
    for (const listener of this.#listeners) listener()
  }
}

/** Subscribes to one file: the component renders again only when this file changes. Undefined once it was removed. */
export function useFile(uploader: Uploader, id: string): UploadFile | undefined {
  const throttle = useMemo(
    () =>
      new Throttle(
        (listener) => uploader.subscribe(listener),
        () => uploader.getFile(id),
        (before, after) =>
          before?.status !== after?.status || before?.path !== after?.path || isOtherWait(before, after),
      ),
    [uploader, id],
  )
  return useSyncExternalStore(throttle.subscribe, throttle.get, throttle.get)
}

/** True when a wait has another reason or end; such a change is urgent. */
function isOtherWait(before: UploadFile | undefined, after: UploadFile | undefined): boolean {
  if (before?.status !== 'waiting' || after?.status !== 'waiting') return false
  return before.wait.reason !== after.wait.reason || before.wait.until !== after.wait.until
}

/** Subscribes to the whole uploader: urgent changes render at once, others at most twice a second. */
export function useThrottledSnapshot(uploader: Uploader): Snapshot {
  const throttle = useMemo(
    () =>
      new Throttle(
        (listener) => uploader.subscribe(listener),
        () => uploader.getSnapshot(),
        (before, after) =>
          before.status !== after.status ||
          before.ids.length !== after.ids.length ||
          before.sessionExpired !== after.sessionExpired ||
          before.destination !== after.destination ||
          before.rejections !== after.rejections ||
          before.adding?.paused !== after.adding?.paused ||
          isFew(after),
      ),
    [uploader],
  )
  return useSyncExternalStore(throttle.subscribe, throttle.get, throttle.get)
}

/** With few files a changed count usually answers a click of the user, so it must show at once. */
const isFew = ({ totals }: Snapshot) => totals.files <= 50 && totals.counts.sending === 0

/**
 * Returns a remaining time that is calm enough to read: it appears after 2 s, changes every 2 s, and disappears at once
 * when the upload stalls.
 */
export function useThrottledTime(value: number | undefined): number | undefined {
  const [shown, setShown] = useState<number>()
  const [latest] = useState(() => ({ value }))
  const known = value !== undefined
  useEffect(() => {
    latest.value = value
  })
  useEffect(() => {
    if (!known) return
    const timer = setInterval(() => setShown(latest.value), TIME_LEFT_INTERVAL_MS)
    return () => {
      clearInterval(timer)
      setShown(undefined)
    }
  }, [known, latest])
  return known ? shown : undefined
}

/** Renders again every second and returns the seconds until a time (ms since 1970). */
export function useCountdown(until: number | undefined): number | undefined {
  const [, setTick] = useState(0)
  useEffect(() => {
    if (until === undefined) return
    const timer = setInterval(() => setTick((tick) => tick + 1), 1000)
    return () => clearInterval(timer)
  }, [until])
  return until === undefined ? undefined : Math.max(0, Math.ceil((until - Date.now()) / 1000))
}
