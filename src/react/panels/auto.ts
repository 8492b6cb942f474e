import { useEffect, useRef } from 'react'

/** Does it once a run, when the run is over and everything is as it must be. Only for runs that were seen from their start. */
export function useAuto(ready: boolean, status: string, work: () => Promise<void>): void {
  const ran = useRef(false)
  const latest = useRef(work)
  useEffect(() => {
    latest.current = work
  })
  useEffect(() => {
    if (status === 'running') ran.current = true
    if (!ready || status !== 'finished' || !ran.current) return
    ran.current = false
    void latest.current()
  }, [ready, status])
}
