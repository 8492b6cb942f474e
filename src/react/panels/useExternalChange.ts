import { useEffect } from 'react'
import type { ExternalChange } from '../../core/versioned/index.ts'
import type { VersionedMessages } from '../i18n/messages.versioned.ts'
import type { PanelContext } from './panel-context.ts'

interface Looked extends Pick<PanelContext, 'at' | 'session' | 'state'> {
  running: boolean
  /** When the branch was looked at and had none of what arrived among its changes; undefined: not so. */
  looked: number | undefined
}

/** Looks what somebody else has done with what has arrived, at each look at the branch. */
export function useExternalChange({ at: { repository, branch }, session, state, running, looked }: Looked): void {
  const { uploads } = state
  // Each look at the branch, and each arrival, asks anew.
  useEffect(() => {
    if (looked === undefined || running) return
    const stop = new AbortController()
    void session.lookOutside({ repository, branch }, stop.signal)
    return () => stop.abort()
  }, [looked, running, uploads, session, repository, branch])
}

export function externalChangeText(change: ExternalChange, branch: string, words: VersionedMessages): string {
  if (change.type !== 'committed') return change.type === 'same' ? words.sameBytes(branch) : words.resetSince(branch)
  const { committer = '', id = '' } = change.commit ?? {}
  return words.committedBy(committer, id.slice(0, 12), branch)
}
