import { Icon } from '../ui/icons.tsx'
import { Panel } from '../ui/Panel.tsx'
import type { Stage } from './desk-view.ts'
import { type PlanProps, PlanTable } from './PlanTable.tsx'
import { refused } from './refused.ts'
import { useWords } from './words.ts'

interface Props extends PlanProps {
  stage: Exclude<Stage, { type: 'idle' }>
  /** Files of drops that come after this one. */
  behind: number
}

/** What is going to happen, before anything has; and that more was dropped meanwhile. */
export function PlanBody({ behind, ...props }: Props) {
  const words = useWords()
  return (
    <>
      <Drop {...props} />
      <div role="status">
        {behind > 0 && (
          <p className="lfu-plan-note">
            <Icon name="info" /> {words.behind(behind)}
          </p>
        )}
      </div>
    </>
  )
}

function Drop({
  stage,
  snapshot,
  policy,
  onBranchChange,
  allowNewBranch,
  onRequestBranchChange,
}: Omit<Props, 'behind'>) {
  const words = useWords()
  if (stage.type === 'planning') {
    const { step, done, of } = stage
    return (
      <div className="lfu-summary lfu-plan-head" role="status">
        <h2>{words.planning(stage.files)}</h2>
        <p className="lfu-soft">{step === 'listing' ? words.reading(done) : words.hashing(done, of)}</p>
        <div className="lfu-go">
          <button type="button" className="lfu-button" onClick={stage.cancel}>
            {words.cancel}
          </button>
        </div>
      </div>
    )
  }
  if (stage.type === 'failed') {
    const title = stage.what === 'plan' ? words.planFailed : words.noBranch
    return (
      <div className="lfu-plan-failed" role="alert">
        <Panel icon="failed" title={title} note={refused(words, stage.error, stage.branch)}>
          <button type="button" className="lfu-button lfu-primary" onClick={stage.again}>
            {words.again}
          </button>
          <button type="button" className="lfu-button" onClick={stage.cancel}>
            {words.cancel}
          </button>
        </Panel>
      </div>
    )
  }
  return <PlanTable {...{ stage, snapshot, policy, onBranchChange, allowNewBranch, onRequestBranchChange }} />
}
