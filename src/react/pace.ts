import { useEffect, useMemo, useState, useSyncExternalStore } from 'react'
import type { Snapshot, Uploader, UploadFile } from '../core/index.ts'

/** Figures change at most once in this many ms … */
const FIGURES_EVERY = 500
/** … and a time left at most once in this many. */
const LEFT_EVERY = 2000

/** A value of the engine as often as an eye can follow it: at once where it matters, else twice a second. */
class Pace<T> {
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
    this.#stop ??= this.#source(this.#look)
    this.#look()
    return () => {
      this.#listeners.delete(listener)
      if (this.#listeners.size > 0) return
      this.#stop?.()
      this.#stop = undefined
      clearTimeout(this.#timer)
      this.#timer = undefined
    }
  }

  readonly #look = (): void => {
    const next = this.#read()
    if (Object.is(next, this.#current)) return
    const now = performance.now()
    const wait = this.#at + FIGURES_EVERY - now
    if (wait > 0 && !this.#isUrgent(this.#current, next)) {
      this.#timer ??= setTimeout(() => {
        this.#timer = undefined
        this.#look()
      }, wait)
      return
    }
    this.#at = now
    this.#current = next
    for (const listener of this.#listeners) listener()
  }
}

/** One file; a component that uses it renders again only when this file changes. Undefined once it was removed. */
export function useFile(uploader: Uploader, id: string): UploadFile | undefined {
  const pace = useMemo(
    () =>
      new Pace(
        (listener) => uploader.subscribe(listener),
        () => uploader.getFile(id),
        (before, after) => before?.status !== after?.status || before?.path !== after?.path || stalls(before, after),
      ),
    [uploader, id],
  )
  return useSyncExternalStore(pace.subscribe, pace.get, pace.get)
}

/** A wait for another reason or time is news, not a figure. */
function stalls(before: UploadFile | undefined, after: UploadFile | undefined): boolean {
  if (before?.status !== 'waiting' || after?.status !== 'waiting') return false
  return before.wait.reason !== after.wait.reason || before.wait.until !== after.wait.until
}

/** The whole uploader: at once when it starts, stops or gets other files, else twice a second. */
export function usePacedSnapshot(uploader: Uploader): Snapshot {
  const pace = useMemo(
    () =>
      new Pace(
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
  return useSyncExternalStore(pace.subscribe, pace.get, pace.get)
}

/** With few files a change of a count is somebody's click, to be answered at once; with many it is a stream. */
const isFew = ({ totals }: Snapshot) => totals.files <= 50 && totals.counts.sending === 0

/**
 * A time left that is fit to be read: not before it has been known for a while, then every two seconds, gone at once
 * when it stalls.
 */
export function useSlowly(value: number | undefined): number | undefined {
  const [shown, setShown] = useState<number>()
  const [latest] = useState(() => ({ value }))
  const known = value !== undefined
  useEffect(() => {
    latest.value = value
  })
  useEffect(() => {
    if (!known) return
    const timer = setInterval(() => setShown(latest.value), LEFT_EVERY)
    return () => {
      clearInterval(timer)
      setShown(undefined)
    }
  }, [known, latest])
  return known ? shown : undefined
}

/** Renders again every second as long as something counts down; gives the seconds until then. */
export function useCountdown(until: number | undefined): number | undefined {
  const [, setTick] = useState(0)
  useEffect(() => {
    if (until === undefined) return
    const timer = setInterval(() => setTick((tick) => tick + 1), 1000)
    return () => clearInterval(timer)
  }, [until])
  return until === undefined ? undefined : Math.max(0, Math.ceil((until - Date.now()) / 1000))
}
