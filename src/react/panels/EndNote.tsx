import { Icon } from '../ui/icons.tsx'
import { useWords } from './words.ts'

/** What has become of a drop that lands as one. */
export type End =
  | { type: 'landed'; left: string | undefined }
  | { type: 'review'; href: string }
  /** `merged`: its merge stays on the target too. */
  | { type: 'kept'; branch: string; merged: boolean }
  | { type: 'discarded' }

export function EndNote({ end, target }: { end: End; target: string }) {
  const words = useWords()
  return (
    <p className="lfu-plan-note" role="status">
      <Icon name="uploaded" />
      {end.type === 'landed' && words.landed(target)}
      {end.type === 'landed' && end.left !== undefined && ` ${words.branchLeft(end.left)}`}
      {end.type === 'kept' && (end.merged ? words.keptMerged(end.branch, target) : words.kept(end.branch))}
      {end.type === 'discarded' && words.discarded}
      {end.type === 'review' && (
        <>
          {words.reviewOpen}{' '}
          <a className="lfu-link" href={end.href} target="_blank" rel="noreferrer">
            {words.openPull}
          </a>
        </>
      )}
    </p>
  )
}
