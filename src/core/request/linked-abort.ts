/** AbortController that is aborted with an outer signal too. */
export interface LinkedAbort {
  readonly signal: AbortSignal
  abort(): void
  /** Lets go of the outer signal. Must be called when the work is over, because that signal may live much longer. */
  release(): void
}

/**
 * Creates an AbortController that follows a signal. It takes the place of `AbortSignal.any`, which Safari has since 17.4
 * and Firefox since 124 (docs/browsers.md).
 */
export function linkedAbort(outer: AbortSignal): LinkedAbort {
  const own = new AbortController()
  const follow = () => own.abort(outer.reason)
  const release = () => outer.removeEventListener('abort', follow)
  if (outer.aborted) follow()
  else outer.addEventListener('abort', follow, { once: true })
  return {
    signal: own.signal,
    abort: () => {
      release()
      own.abort()
    },
    release,
  }
}
