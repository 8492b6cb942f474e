import { expect, it } from 'vitest'
import { UploadError } from '../errors.ts'
import { actionsOf, allows, type FileAction, mayAllow } from './actions.ts'
import { type FileState, STATUSES } from './state.ts'

const existing = { path: 'a.csv', physical_address: 's3://b/a', checksum: '', size_bytes: 1, mtime: 0 } as never
const lakefs = { side: 'lakefs' } as const

/** Every status, and those of its states that differ in what can be done. */
const STATES: [string, FileState, FileAction[]][] = [
  ['queued', { status: 'queued' }, ['pause', 'cancel', 'rename']],
  ['checking', { status: 'checking' }, ['pause', 'cancel']],
  ['sending', { status: 'sending', sent: 1 }, ['pause', 'cancel']],
  ['finishing', { status: 'finishing', sent: 1 }, ['cancel']],
  [
    'waiting for a server',
    { status: 'waiting', wait: { reason: 'busy', ...lakefs }, stored: false, sent: 1 },
    ['retry', 'pause', 'cancel'],
  ],
  [
    'waiting for a sign-in',
    { status: 'waiting', wait: { reason: 'session', ...lakefs }, stored: false, sent: 1 },
    ['pause', 'cancel'],
  ],
  [
    'waiting for another tab',
    { status: 'waiting', wait: { reason: 'other-tab', ...lakefs }, stored: false, sent: 1 },
    ['pause', 'cancel'],
  ],
  [
    'waiting with all bytes stored',
    { status: 'waiting', wait: { reason: 'busy', ...lakefs }, stored: true, sent: 1 },
    ['cancel'],
  ],
  ['paused', { status: 'paused', sent: 1 }, ['resume', 'cancel', 'rename']],
  ['asking', { status: 'asking', conflict: { existing, renamed: 'b.csv' } }, ['answer', 'cancel', 'rename']],
  ['uploaded', { status: 'uploaded', object: existing, verified: true }, ['remove']],
  ['skipped', { status: 'skipped', reason: 'exists' }, ['remove']],
  [
    'failed, may pass',
    { status: 'failed', error: new UploadError('throttled'), sent: 0 },
    ['retry', 'rename', 'remove'],
  ],
  ['failed for good', { status: 'failed', error: new UploadError('path-invalid'), sent: 0 }, ['rename', 'remove']],
  ['cancelled', { status: 'cancelled' }, ['retry', 'remove']],
]

it.each(STATES)('of a file that is %s', (_name, state, actions) => {
  expect(actionsOf(state)).toEqual(actions)
  for (const action of actions) expect(allows(state, action) && mayAllow(state.status, action)).toBe(true)
})

it('has a line for every status', () => {
  expect(new Set(STATES.map(([, state]) => state.status))).toEqual(new Set(STATUSES))
})
