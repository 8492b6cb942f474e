import type { Upload } from '../../core/versioned/index.ts'
import { Icon } from '../ui/icons.tsx'
import { useWords } from './words.ts'

/** Result of an upload with a branch of its own. */
export function UploadResult({ upload: { atomic, stage }, target }: { upload: Upload; target: string }) {
  const words = useWords()
  const ownBranch = atomic?.branch ?? ''
  return (
    <p className="lfu-plan-note" role="status">
      <Icon name="uploaded" />
      {stage.type === 'landed' && words.landed(target)}
      {stage.type === 'landed' && stage.branchLeft && ` ${words.branchLeft(ownBranch)}`}
      {stage.type === 'kept' && (stage.merged ? words.keptMerged(ownBranch, target) : words.kept(ownBranch))}
      {stage.type === 'discarded' && words.discarded}
      {stage.type === 'in-review' && (
        <>
          {words.reviewOpen}{' '}
          <a className="lfu-link" href={stage.href} target="_blank" rel="noreferrer">
            {words.openPull}
          </a>
        </>
      )}
    </p>
  )
}
