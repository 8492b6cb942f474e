import type { Stage } from '../deskview.ts'
import { Panel } from '../Panel.tsx'
import { type PlanProps, PlanTable } from './PlanTable.tsx'
import { refused } from './refused.ts'
import { useWords } from './words.ts'

interface Props extends PlanProps {
  stage: Exclude<Stage, { type: 'idle' }>
}

/** What is going to happen, before anything has. */
export function PlanBody({ stage, rate, policy, onBranch, onChooseBranch }: Props) {
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
  return <PlanTable stage={stage} rate={rate} policy={policy} onBranch={onBranch} onChooseBranch={onChooseBranch} />
}
