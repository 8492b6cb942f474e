import { expect, test, vi } from 'vitest'
import { otherTab } from '../testing/drops.ts'
import { lockDrop, unlockDrop } from './open-drops.ts'

const nameOf = (id: string) => `lakefs-uploader drop ${id}`

test('one tab has a drop, however often it asks, until it lets go', async () => {
  const { locks, held } = otherTab()
  const drop = { id: 'a' }
  expect(await Promise.all([lockDrop(drop, { locks }), lockDrop(drop, { locks })])).toEqual([true, true])
  expect([...held]).toEqual([nameOf('a')])
  await unlockDrop(drop)
  expect(held.size).toBe(0)
})

test('what another tab has is refused, and had as soon as that one is gone', async () => {
  const { locks, held, leave } = otherTab()
  const drop = { id: 'b' }
  held.add(nameOf('b'))
  expect(await lockDrop(drop, { locks })).toBe(false)
  const waiting = lockDrop(drop, { locks, wait: new AbortController().signal })
  expect(await lockDrop(drop, { locks })).toBe(false)
  leave(nameOf('b'))
  expect(await waiting).toBe(true)
  expect(await lockDrop(drop, { locks })).toBe(true)
  await unlockDrop(drop)
})

test('waiting ends with its signal, and takes nothing', async () => {
  const { locks, held, leave } = otherTab()
  held.add(nameOf('c'))
  const stop = new AbortController()
  const waiting = lockDrop({ id: 'c' }, { locks, wait: stop.signal })
  const ended = expect(waiting).rejects.toMatchObject({ name: 'AbortError' })
  await lockDrop({ id: 'c' }, { locks })
  stop.abort()
  await ended
  leave(nameOf('c'))
  expect(held.size).toBe(0)
})

test('where the locks may not be used nobody can tell either', async () => {
  const request = () => Promise.reject(new DOMException('opaque origin', 'SecurityError'))
  vi.stubGlobal('navigator', { locks: { request } })
  expect(await lockDrop({ id: 'e' })).toBe(true)
  await unlockDrop({ id: 'e' })
  vi.unstubAllGlobals()
})

test('without Web Locks nobody can tell', async () => {
  expect(await lockDrop({ id: 'd' }, { locks: undefined })).toBe(true)
})
