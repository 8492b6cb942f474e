import { useEffect } from 'react'
import type { ExternalChange } from '../../core/versioned/index.ts'
import type { VersionedMessages } from '../i18n/messages.versioned.ts'
import type { PanelContext } from './panel-context.ts'

interface Looked extends Pick<PanelContext, 'at' | 'session' | 'state'> {
  running: boolean
  /**
   * Time of a read of the branch that had none of the uploaded files among its changes; undefined when the last read
   * had.
   */
  looked: number | undefined
}

/** Finds out what another user did with the uploaded files, after each read of the branch. */
export function useExternalChange({ at: { repository, branch }, session, state, running, looked }: Looked): void {
  const { uploads } = state
  // Runs again after each read of the branch and each uploaded file.
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
