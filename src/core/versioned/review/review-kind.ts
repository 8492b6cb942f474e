import type { Plan } from '../plan.ts'

/** What a review has to tell. */
export type ReviewKind =
  /** Every file is on the branch already. */
  | 'nothing'
  /** There are new files, and nothing to decide about them. */
  | 'only-new'
  /** Something is changed, clashing or refused, or the branch accepts no files. */
  | 'mixed'

/** Returns the kind of a review by the counts of its plan. */
export function reviewKindOf({ shares, clashes, verdict }: Pick<Plan, 'shares' | 'clashes' | 'verdict'>): ReviewKind {
  const { changed, refused, new: fresh } = shares
  if (changed.files + refused.files + clashes.length > 0 || verdict !== undefined) return 'mixed'
  return fresh.files > 0 ? 'only-new' : 'nothing'
}
