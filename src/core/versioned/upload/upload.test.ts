import { expect, it } from 'vitest'
import type { AtomicUpload } from '../open-uploads.ts'
import type { Plan } from '../plan.ts'
import { EMPTY_SESSION, newUpload, reduceSession, type SessionEvent, uncommittedAt } from './session-state.ts'
import { reduceUpload, type Upload, type UploadEvent, type UploadStage } from './upload.ts'

const MAIN = { repository: 'lake', branch: 'main', prefix: '' }
const ATOMIC: AtomicUpload = {
  id: 'x',
  repository: 'lake',
  branch: 'drop-1',
  target: 'main',
  state: 'gathering',
  hidden: true,
}
const object = (path: string) => ({ path, physical_address: path, checksum: path, size_bytes: 1, mtime: 1 })
const review = {
  plan: {} as Plan,
  missing: new Map(),
  rejections: undefined,
  endpoint: '/api/v1',
  comparedAt: 1,
}

const STAGES: Readonly<Record<UploadStage['type'], UploadStage>> = {
  queued: { type: 'queued' },
  comparing: { type: 'comparing', step: 'listing', done: 0, of: 0 },
  review: { type: 'review', review },
  failed: { type: 'failed', what: 'plan', branch: 'main', error: 'no' },
  starting: { type: 'starting' },
  open: { type: 'open' },
  ending: { type: 'ending' },
  'not-landed': { type: 'not-landed', problem: { type: 'failed', error: 'no' } },
  committed: { type: 'committed', commit: 'c1' },
  landed: { type: 'landed', reference: 'm1', merged: true, branchLeft: false },
  'in-review': { type: 'in-review', pull: '1', href: '/1', head: 'c1' },
  kept: { type: 'kept', merged: false },
  discarded: { type: 'discarded' },
  'taken-back': { type: 'taken-back' },
  'changed-outside': { type: 'changed-outside', change: { type: 'gone' } },
}
const at = (type: UploadStage['type'], more: Partial<Upload> = {}): Upload =>
  newUpload('u', MAIN, 1, { stage: STAGES[type], ...more })

const BEFORE = ['queued', 'comparing', 'review', 'failed', 'starting'] as const
const started = {
  type: 'started',
  destination: MAIN,
  files: 1,
  bytes: 1,
  answers: undefined,
  atomic: undefined,
} as const

it.each<[UploadEvent, readonly UploadStage['type'][]]>([
  [{ type: 'comparing', step: 'hashing', done: 1, of: 2 }, BEFORE],
  [{ type: 'compared', review }, BEFORE],
  [{ type: 'compare-failed', branch: 'main', error: 'no' }, BEFORE],
  [{ type: 'branch-failed', branch: 'main', error: 'no' }, BEFORE],
  [{ type: 'branch-made', branch: 'upload-1' }, ['review']],
  [{ type: 'branch-refused', error: 'no' }, ['review']],
  [{ type: 'agreed' }, BEFORE],
  [{ type: 'redirected', destination: { ...MAIN, branch: 'dev' } }, BEFORE],
  [started, BEFORE],
  [{ type: 'joined', files: 1, bytes: 1 }, ['open', 'ending', 'not-landed']],
])('$type changes an upload in these stages alone', (event, stages) => {
  const changed = (Object.keys(STAGES) as UploadStage['type'][]).filter((type) => {
    const upload = at(type)
    return reduceUpload(upload, event) !== upload
  })
  expect(changed).toEqual(stages)
})

it('keeps the destination once files are sent', () => {
  const open = reduceUpload(at('starting'), { ...started, destination: { ...MAIN, branch: 'drop-1' }, atomic: ATOMIC })
  expect(open).toMatchObject({ asked: MAIN, destination: { branch: 'drop-1' }, stage: { type: 'open' } })
  const elsewhere = { ...MAIN, branch: 'dev' }
  expect(reduceUpload(open, { type: 'redirected', destination: elsewhere })).toBe(open)
  expect(reduceUpload(open, { ...started, destination: elsewhere })).toBe(open)
})

const reduceAll = (...events: SessionEvent[]) => events.reduce(reduceSession, EMPTY_SESSION)
const arrived = (path: string, branch = 'main'): SessionEvent => ({
  type: 'arrived',
  arrivals: [{ object: object(path), destination: { ...MAIN, branch } }],
  since: 1,
  unique: '1',
})
const settled = (branch: string): SessionEvent => ({
  type: 'settled',
  at: { ...MAIN, branch },
  stage: { type: 'committed', commit: 'c1' },
})

it('gives what arrives to the upload of its branch, and makes one where there is none', () => {
  const state = reduceAll(arrived('a'), arrived('b', 'dev'), arrived('c'))
  expect(state.uploads.map(({ landed }) => landed.map(({ path }) => path))).toEqual([['a', 'c'], ['b']])
})

it('counts each path once that is not committed yet', () => {
  const state = reduceAll(arrived('a'), arrived('a'), settled('main'), arrived('b'), arrived('b'))
  expect(uncommittedAt(state, MAIN).map(({ path }) => path)).toEqual(['b'])
})

it('is committed until something else arrives, and a commit of another branch is none', () => {
  expect(reduceAll(arrived('a')).committed).toBe(false)
  expect(reduceAll(arrived('a'), settled('dev')).committed).toBe(false)
  expect(reduceAll(arrived('a'), settled('main')).committed).toBe(true)
  expect(reduceAll(arrived('a'), settled('main'), arrived('b')).committed).toBe(false)
  const reverted: SessionEvent = { type: 'reverted', at: MAIN, commit: 'c1' }
  expect(reduceAll(arrived('a'), settled('main'), reverted)).toMatchObject({
    committed: false,
    uploads: [{ stage: { type: 'taken-back' } }],
  })
})

it('names the branch that an upload was kept on, until the next one', () => {
  const upload = at('open', { id: 'x', destination: { ...MAIN, branch: 'drop-1' }, atomic: ATOMIC })
  const given: SessionEvent = { type: 'given', upload }
  const kept: SessionEvent = {
    type: 'upload',
    id: 'x',
    event: { type: 'ended', stage: { type: 'kept', merged: false } },
  }
  expect(reduceAll(given)).toMatchObject({ gathering: ATOMIC, keptBranch: undefined })
  expect(reduceAll(given, kept)).toMatchObject({ gathering: undefined, keptBranch: 'drop-1', committed: false })
  expect(reduceAll(given, kept, { type: 'given', upload: at('review') }).keptBranch).toBe('drop-1')
  expect(reduceAll(given, kept, arrived('a')).keptBranch).toBeUndefined()
})

it('shows one upload at a time, and counts the files of those behind it', () => {
  const state = reduceAll(
    { type: 'given', upload: at('review', { id: '1', files: 3 }) },
    { type: 'given', upload: at('queued', { id: '2', files: 4 }) },
    { type: 'given', upload: at('queued', { id: '3', files: 5 }) },
  )
  expect([state.asking?.id, state.queuedFiles]).toEqual(['1', 9])
})
