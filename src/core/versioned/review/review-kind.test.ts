import { expect, it } from 'vitest'
import { UploadError } from '../../errors.ts'
import type { Plan } from '../plan.ts'
import { reviewKindOf } from './review-kind.ts'

const counts = (files: Partial<Record<keyof Plan['shares'], number>>): Plan['shares'] => {
  const share = (kind: keyof Plan['shares']) => ({ files: files[kind] ?? 0, bytes: 0 })
  return {
    ...{ new: share('new'), changed: share('changed'), identical: share('identical'), refused: share('refused') },
    ...{ overUncommitted: share('overUncommitted'), all: share('all') },
  }
}
const clash = { reason: 'case', first: 'a', second: {} as never, onBranch: false } as const

it.each([
  ['nothing', { identical: 20_000 }, {}],
  ['nothing', {}, {}],
  ['only-new', { identical: 19_995, new: 5 }, {}],
  ['only-new', { new: 5 }, {}],
  ['mixed', { identical: 19_995, new: 5, changed: 1 }, {}],
  ['mixed', { new: 5, refused: 1 }, {}],
  ['mixed', { new: 5 }, { clashes: [clash] }],
  ['mixed', { identical: 5 }, { clashes: [clash] }],
  ['mixed', { new: 5 }, { verdict: new UploadError('protected-branch') }],
] as const)('is %s for %o', (kind, files, more) => {
  expect(reviewKindOf({ shares: counts(files), clashes: [], ...more })).toBe(kind)
})
