import { describe, expect, it } from 'vitest'
import { UploadError } from '../errors.ts'
import type { FileState } from './state.ts'
import { changesReason, failsAgain, readStopped, resumesAutomatically, stoppedOf } from './stop-reason.ts'

const waiting = (reason: 'offline' | 'busy'): FileState => ({
  ...{ status: 'waiting', wait: { reason, side: 'lakefs' }, stored: false, sent: 0 },
})
const failed = (code: 'forbidden' | 'throttled'): FileState => ({
  ...{ status: 'failed', error: new UploadError(code), sent: 0 },
})

describe('why a file stopped', () => {
  it.each<[FileState, unknown]>([
    [{ status: 'queued' }, { type: 'interrupted' }],
    [{ status: 'sending', sent: 3 }, { type: 'interrupted' }],
    [{ status: 'paused', sent: 3 }, { type: 'paused' }],
    [waiting('offline'), { type: 'waiting', reason: 'offline' }],
    [failed('forbidden'), { type: 'failed', code: 'forbidden' }],
    [{ status: 'cancelled' }, undefined],
  ])('is told by its state %j', (state, stopped) => {
    expect(stoppedOf({ state })).toEqual(stopped)
    // What is written is what is read.
    expect(readStopped(structuredClone(stopped))).toEqual(stopped)
  })

  it('is no pause where its uploader was stopped', () => {
    expect(stoppedOf({ state: { status: 'paused', sent: 0 }, stop: { reason: 'end' } })).toEqual({
      type: 'interrupted',
    })
  })

  it.each([
    [undefined],
    [null],
    ['paused'],
    [{}],
    [{ type: 'toString' }],
    [{ type: 'waiting' }],
    [{ type: 'waiting', reason: 'constructor' }],
    [{ type: 'waiting', reason: '<b>' }],
    [{ type: 'failed', code: 'hasOwnProperty' }],
    [{ type: 'failed', code: ['forbidden'] }],
  ])('is not read from %j', (stored) => {
    expect(readStopped(stored)).toBeUndefined()
  })

  it('keeps nothing else that is stored with it', () => {
    expect(readStopped({ type: 'paused', reason: 'offline', more: 1 })).toEqual({ type: 'paused' })
  })

  it('changes when a person or a reason comes in between, and not while a file is under way', () => {
    const states: FileState[] = [{ status: 'queued' }, { status: 'checking' }, { status: 'sending', sent: 1 }]
    for (const before of states) for (const after of states) expect(changesReason(before, after)).toBe(false)
    expect(changesReason({ status: 'queued' }, { status: 'paused', sent: 0 })).toBe(true)
    expect(changesReason(waiting('offline'), waiting('busy'))).toBe(true)
    expect(changesReason(waiting('busy'), waiting('busy'))).toBe(false)
    expect(changesReason(waiting('busy'), { status: 'sending', sent: 0 })).toBe(true)
    expect(changesReason({ status: 'paused', sent: 0 }, { status: 'cancelled' })).toBe(false)
  })
})

describe('a file goes on without anybody', () => {
  it.each([
    [{ type: 'interrupted' } as const],
    [{ type: 'waiting', reason: 'session' } as const],
    [{ type: 'failed', code: 'lakefs-unreachable' } as const],
  ])('after %j', (stopped) => expect(resumesAutomatically(stopped)).toBe(true))

  it.each([
    [{ type: 'paused' } as const],
    [{ type: 'asking' } as const],
    [{ type: 'failed', code: 'protected-branch' } as const],
    [{ type: 'failed', code: 'checksum-mismatch' } as const],
    [undefined],
  ])('but not after %j', (stopped) => expect(resumesAutomatically(stopped)).toBe(false))
})

it('silence and a busy server refuse nothing', () => {
  for (const code of ['lakefs-unreachable', 'storage-unreachable', 'throttled', 'session-expired'] as const) {
    expect(failsAgain(code)).toBe(false)
  }
  for (const code of ['protected-branch', 'forbidden', 'too-large', 'storage-refused'] as const) {
    expect(failsAgain(code)).toBe(true)
  }
})
