import { useEffect } from 'react'
import { workOn } from '../../core/versioned/index.ts'
import { useI18n } from '../i18n/language.ts'
import type { PanelContext } from './panel-context.ts'
import { UndoPanel } from './UndoPanel.tsx'
import { useWords } from './words.ts'

/** Shows the last commit of an earlier visit to this branch, with a button that reverts it. */
export function RecentCommitPanel(props: PanelContext) {
  const { at, session, state } = props
  const { repository, branch } = at
  const words = useWords()
  const { format } = useI18n()
  useEffect(() => {
    session.findRecent({ repository, branch }).catch(() => {
      // Without the engine there is nothing to revert, and adding files shows the error.
    })
  }, [session, repository, branch])
  const { recent, undo } = workOn(state, at)
  // The result of an undo stays on the page.
  if (!recent && undo.type === 'idle') return null
  return (
    <UndoPanel {...props} commit={recent && { id: recent.commit, merge: recent.merge }}>
      {recent && (
        <p>
          <span>{`${words.lastDrop(branch, recent.commit.slice(0, 12), format.moment(recent.when))} `}</span>
          <button type="button" className="lfu-link" onClick={() => void session.forgetRecent(at)}>
            {words.forget}
          </button>
        </p>
      )}
    </UndoPanel>
  )
}
