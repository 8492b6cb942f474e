import type { Plan, PlanEntry, Share } from '../../core/versioned/index.ts'
import { Path } from '../ui/Path.tsx'
import { Choice } from './Choice.tsx'
import { PlanRow } from './PlanRow.tsx'
import { useWords } from './words.ts'

/** Maximum number of pairs; the others are counted. */
const MAX_SHOWN = 50

/** Rows of a plan for names that are easily confused, in pairs, with a choice about the second file. */
export function ClashRows(props: {
  plan: Plan
  without: ReadonlySet<PlanEntry>
  onWithout: (without: ReadonlySet<PlanEntry>) => void
}) {
  const { plan, without, onWithout } = props
  const words = useWords()
  const { clashes } = plan
  if (clashes.length === 0) return null
  return (
    <>
      <PlanRow
        icon="asking"
        tone="ask"
        name={words.clashes}
        note={words.clashesNote(clashes.length)}
        share={shareOf(plan)}
      />
      <li className="lfu-nest">
        {clashes.slice(0, MAX_SHOWN).map(({ first, second, reason, onBranch: there }) => (
          <div className="lfu-pair" key={second.path}>
            <div>
              <Path path={first} />
              <Path path={second.spelled ?? second.path} />
              <p>
                {[reason === 'case' ? words.byCase : words.byAccents, ...(there ? [words.onBranch] : [])].join(' · ')}
              </p>
            </div>
            <Choice
              label={second.path}
              value={without.has(second) ? 'skip' : 'both'}
              onChange={(value) => {
                const next = new Set(without)
                if (value === 'skip') next.add(second)
                else next.delete(second)
                onWithout(next)
              }}
              options={[
                ['both', words.keepBoth],
                ['skip', words.skipSecond],
              ]}
            />
          </div>
        ))}
        {clashes.length > MAX_SHOWN && <p className="lfu-more">{words.more(clashes.length - MAX_SHOWN)}</p>}
      </li>
    </>
  )
}

/** Counts the files of the upload that clash. A file that the branch has already does not count. */
function shareOf({ clashes, entries }: Plan): Share {
  const names = new Set(
    clashes.flatMap(({ first, second, onBranch }) => (onBranch ? second.path : [first, second.path])),
  )
  const sizes = entries.flatMap(({ path, size }) => (names.has(path) ? size : []))
  return { files: sizes.length, bytes: sizes.reduce((sum, size) => sum + size, 0) }
}
