import type { Upload } from '../../core/versioned/index.ts'
import { Icon } from '../ui/icons.tsx'
import { useWords } from './words.ts'

/** Result of an upload with a branch of its own. */
export function UploadResult({ upload: { atomic, stage }, target }: { upload: Upload; target: string }) {
  const words = useWords()
  const ownBranch = atomic?.branch ?? ''
  const { type } = stage
  const text = [
    ...(type === 'landed' ? [words.landed(target)] : []),
    ...(type === 'landed' && stage.branchLeft ? [words.branchLeft(ownBranch)] : []),
    ...(type === 'kept' ? [stage.merged ? words.keptMerged(ownBranch, target) : words.kept(ownBranch)] : []),
    ...(type === 'discarded' ? [words.discarded] : []),
    ...(type === 'in-review' ? [words.reviewOpen] : []),
  ]
  return (
    <p className="lfu-plan-note" role="status">
      <Icon name="uploaded" />
      <span>{text.join(' ')}</span>
      {type === 'in-review' && (
        <a className="lfu-link" href={stage.href} target="_blank" rel="noreferrer">
          {words.openPull}
        </a>
      )}
    </p>
  )
}
