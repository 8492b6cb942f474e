import { useEffect, useState } from 'react'
import { findRecentCommit, forgetCommit, type RecentCommit, type Records } from '../../core/versioned/index.ts'
import { useI18n } from '../i18n/language.ts'
import type { Around } from './around.ts'
import type { Desk } from './desk.ts'
import { UndoPanel } from './UndoPanel.tsx'
import { useWords } from './words.ts'

/** What an earlier visit has landed here last, and the way to take it back. */
export function LastDrop({ records, desk, ...around }: Around & { records: Records | undefined; desk: Desk }) {
  const { lakefs, at, refresh } = around
  const { repository, branch } = at
  const words = useWords()
  const { format } = useI18n()
  const [last, setLast] = useState<RecentCommit>()
  /** Taken back, or not there any more; what was said of it stays. */
  const [over, setOver] = useState(false)
  useEffect(() => {
    if (!records) return
    let wanted = true
    findRecentCommit(lakefs, { repository, branch }, records).then(
      (found) => wanted && setLast(found),
      // What cannot be read is offered by nobody.
      () => {},
    )
    return () => {
      wanted = false
    }
  }, [records, lakefs, repository, branch])
  if (!last) return null
  const { commit, merge, when } = last
  const forget = () => void forgetCommit(lakefs, last, records)
  return (
    <UndoPanel
      {...around}
      desk={desk}
      commit={over ? undefined : { id: commit, merge }}
      onUndone={() => {
        forget()
        setOver(true)
        refresh()
      }}
    >
      {!over && (
        <p>
          {words.lastDrop(branch, commit.slice(0, 12), format.moment(when))}{' '}
          <button
            type="button"
            className="lfu-link"
            onClick={() => {
              forget()
              setLast(undefined)
            }}
          >
            {words.forget}
          </button>
        </p>
      )}
    </UndoPanel>
  )
}
