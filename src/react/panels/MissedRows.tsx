import type { Plan } from '../../core/versioned/index.ts'
import { Path } from '../ui/Path.tsx'
import { PlanRow } from './PlanRow.tsx'
import { useWords } from './words.ts'

/** Maximum number of files; the others are counted. */
const MAX_SHOWN = 50

/** Rows of a plan for files of the previous receipt that are neither in this upload nor on the branch. */
export function MissedRows({ plan: { saved, destination } }: { plan: Plan }) {
  const words = useWords()
  const missed = saved?.notChosen ?? []
  if (missed.length === 0) return null
  return (
    <>
      <PlanRow
        icon="receipt"
        tone="ask"
        name={words.notChosen}
        note={words.notChosenNote(missed.length, destination.branch)}
        share={{ files: missed.length, bytes: missed.reduce((sum, { size }) => sum + size, 0) }}
      />
      <li className="lfu-nest lfu-missed">
        {missed.slice(0, MAX_SHOWN).map(({ path }) => (
          <Path key={path} path={path.slice(destination.prefix.length)} />
        ))}
        {missed.length > MAX_SHOWN && <p className="lfu-more">{words.more(missed.length - MAX_SHOWN)}</p>}
      </li>
    </>
  )
}
