import { expect, it } from 'vitest'
import type { Snapshot } from '../../snapshot.ts'
import { file, rig } from '../../testing/rig.ts'
import { landBlocks } from './readiness.ts'

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
