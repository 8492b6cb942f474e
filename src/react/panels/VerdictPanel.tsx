import type { Plan } from '../../core/versioned/index.ts'
import { Panel } from '../ui/Panel.tsx'
import { useWords } from './words.ts'

/** Codes for which another branch of the same repository would not help. */
const ELSEWHERE: ReadonlySet<string> = new Set(['read-only', 'repository-not-found', 'store-unknown', 'forbidden'])

/** Panel of a plan that cannot start: the reason, and buttons for other destinations. */
export function VerdictPanel(props: {
  plan: Plan
  problem: string | undefined
  onMake: (() => void) | undefined
  onChoose: (() => void) | undefined
}) {
  const words = useWords()
  const { verdict, destination } = props.plan
  if (!verdict) return null
  const { permission } = verdict.facts
  const { title, note } =
    verdict.code in words.verdicts ? words.verdicts[verdict.code as keyof typeof words.verdicts] : words.verdicts.other
  const make =
    verdict.code === 'protected-branch' || verdict.code === 'not-a-branch'
      ? words.useUploadBranch
      : verdict.code === 'branch-not-found'
        ? words.createBranch
        : undefined
  return (
    <Panel
      icon={verdict.code === 'protected-branch' || verdict.code === 'read-only' ? 'lock' : 'asking'}
      title={title(destination.branch)}
      // The note explains the button, so it is omitted without the button.
      note={make && !props.onMake ? undefined : note(destination.branch, permission?.toString())}
    >
      {make && props.onMake && (
        <button type="button" className="lfu-button lfu-primary" onClick={props.onMake}>
          {make}
        </button>
      )}
      {props.onChoose && (
        <button type="button" className="lfu-button" onClick={props.onChoose}>
          {ELSEWHERE.has(verdict.code) ? words.choosePlace : words.chooseBranch}
        </button>
      )}
      {props.problem && (
        <p role="alert" className="lfu-bad-text">
          {props.problem}
        </p>
      )}
    </Panel>
  )
}
