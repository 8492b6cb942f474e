import { expect, it } from 'vitest'
import type { Snapshot } from '../../snapshot.ts'
import { file, rig } from '../../testing/rig.ts'
import { type CommitContent, commitBlock, landBlocks, mayCommitUnasked } from './readiness.ts'

const atomic = {
  id: 'x',
  repository: 'lake',
  branch: 'drop-1',
  target: 'main',
  state: 'gathering',
  hidden: true,
} as const
const idle = rig().engine.getSnapshot()
const snapshotWith = (more: Partial<Snapshot>, counts: Partial<Snapshot['totals']['counts']> = {}): Snapshot => ({
  ...idle,
  ...more,
  totals: { ...idle.totals, counts: { ...idle.totals.counts, ...counts } },
})
const left = (branch: string): Snapshot['unfinished'] => ({
  files: [
    { id: '1', path: 'a', destination: { repository: 'lake', branch, prefix: '' }, size: 1, stored: 0, needs: 'file' },
  ],
  bytesLeft: 1,
  landed: 0,
})

it.each<[string, Snapshot, unknown[]]>([
  ['nothing', snapshotWith({}), []],
  ['files that are sent', snapshotWith({ ids: ['f1'], status: 'running' }), [{ type: 'running' }]],
  ['files that are added', snapshotWith({ adding: { files: 1, paused: false } }, { failed: 1 }), [{ type: 'running' }]],
  [
    'files that failed or were cancelled',
    snapshotWith({ ids: ['f1'], status: 'finished' }, { failed: 1, cancelled: 2 }),
    [{ type: 'failed', files: 3 }],
  ],
  ['files of an earlier visit', snapshotWith({ unfinished: left('drop-1') }), [{ type: 'unfinished', files: 1 }]],
  ['no files of another branch', snapshotWith({ unfinished: left('main') }), []],
])('an upload waits for %s', (_, snapshot, blocks) => {
  expect(landBlocks(snapshot, { atomic }, true)).toEqual(blocks)
})

it('an upload waits until it is known what earlier visits have left', async () => {
  const { engine, upload } = rig()
  await upload([file('a.txt')])
  expect(landBlocks(engine.getSnapshot(), { atomic }, false)).toEqual([{ type: 'looking' }])
})

const content: CommitContent = { mine: 2, others: 0, more: false, included: false, message: 'Add files' }
const done = snapshotWith({ ids: ['f1'], status: 'finished' })

it.each<[string, Snapshot, Partial<CommitContent>, unknown]>([
  ['nothing', done, {}, undefined],
  ['files that are sent', snapshotWith({ ids: ['f1'], status: 'running' }), { mine: 0 }, 'running'],
  ['a change', done, { mine: 0 }, 'nothing'],
  ['consent to what others have changed', done, { others: 1 }, 'not-agreed'],
  ['consent to what was not read', done, { more: true }, 'not-agreed'],
  ['no more once that is given', done, { mine: 0, others: 1, more: true, included: true }, undefined],
  ['a message', done, { message: '  ' }, 'no-message'],
])('a commit waits for %s', (_, snapshot, more, block) => {
  expect(commitBlock(snapshot, { ...content, ...more })).toBe(block)
})

it.each<[string, boolean, Snapshot, Partial<CommitContent>, boolean]>([
  ['all that was sent', true, done, {}, true],
  ['nothing while files are sent', false, snapshotWith({ ids: ['f1'], status: 'running' }), {}, true],
  ['nothing before a file was given', false, idle, {}, true],
  ['nothing where a file failed', false, snapshotWith({ ids: ['f1'], status: 'finished' }, { failed: 1 }), {}, true],
  ['nothing of others, also if agreed to', false, done, { others: 1, included: true }, true],
  ['nothing that was not read, also if agreed to', false, done, { more: true, included: true }, true],
  ['nothing without a message', false, done, { message: '' }, true],
  ['nothing while the changes are read', false, done, {}, false],
])('a commit without a press takes %s', (_, may, snapshot, more, looked) => {
  expect(mayCommitUnasked(snapshot, { ...content, ...more }, looked)).toBe(may)
})
