import { useEffect, useState } from 'react'
import { type ExternalChange, findExternalChange } from '../../core/versioned/index.ts'
import type { VersionedMessages } from '../i18n/messages.versioned.ts'
import type { Around } from './around.ts'
import type { Desk } from './desk.ts'

interface Looked extends Pick<Around, 'lakefs' | 'at'> {
  desk: Desk
  running: boolean
  /** When the branch was looked at and had none of what arrived among its changes; undefined: not so. */
  looked: number | undefined
}

/** What somebody else has done with the changes of the drop, until the next one; looked for at each look at the branch. */
export function useTaken({ lakefs, at, desk, running, looked }: Looked): ExternalChange | undefined {
  const [taken, setTaken] = useState<ExternalChange>()
  const { arrivals } = desk.get()
  useEffect(() => {
    if (running) setTaken(undefined)
  }, [running])
  useEffect(() => {
    const objects = looked !== undefined && !running ? desk.arrivalsOn(at.repository, at.branch) : []
    if (objects.length === 0) return
    const stop = new AbortController()
    findExternalChange(lakefs, at, objects, stop.signal).then(
      (found) => {
        if (!found || stop.signal.aborted) return
        setTaken(found)
        desk.settle(at.repository, at.branch, true)
      },
      // Nothing is known then, as before; the next look at the branch asks again.
      () => {},
    )
    return () => stop.abort()
    // Arrivals are noted in place, so their number tells of them.
  }, [looked, running, arrivals, arrivals.size, lakefs, at.repository, at.branch, desk])
  return taken
}

export function takenSentence(taken: ExternalChange, branch: string, words: VersionedMessages): string {
  if (taken.type !== 'committed') return taken.type === 'same' ? words.sameBytes(branch) : words.resetSince(branch)
  const { committer = '', id = '' } = taken.commit ?? {}
  return words.committedBy(committer, id.slice(0, 12), branch)
}
