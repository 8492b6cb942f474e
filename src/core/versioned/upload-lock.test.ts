import { expect, test, vi } from 'vitest'
import { otherTab } from '../testing/open-uploads.ts'
import { lockUpload, unlockUpload } from './open-uploads.ts'

const nameOf = (id: string) => `lakefs-uploader drop ${id}`

test('one tab has an upload, however often it asks, until it lets go', async () => {
  const { locks, held } = otherTab()
  const upload = { id: 'a' }
  expect(await Promise.all([lockUpload(upload, { locks }), lockUpload(upload, { locks })])).toEqual([true, true])
  expect([...held]).toEqual([nameOf('a')])
  await unlockUpload(upload)
  expect(held.size).toBe(0)
})

test('what another tab has is refused, and had as soon as that one is gone', async () => {
  const { locks, held, leave } = otherTab()
  const upload = { id: 'b' }
  held.add(nameOf('b'))
  expect(await lockUpload(upload, { locks })).toBe(false)
  const waiting = lockUpload(upload, { locks, wait: new AbortController().signal })
  expect(await lockUpload(upload, { locks })).toBe(false)
  leave(nameOf('b'))
  expect(await waiting).toBe(true)
  expect(await lockUpload(upload, { locks })).toBe(true)
  await unlockUpload(upload)
})

test('waiting ends with its signal, and takes nothing', async () => {
  const { locks, held, leave } = otherTab()
  held.add(nameOf('c'))
  const stop = new AbortController()
  const waiting = lockUpload({ id: 'c' }, { locks, wait: stop.signal })
  const ended = expect(waiting).rejects.toMatchObject({ name: 'AbortError' })
  await lockUpload({ id: 'c' }, { locks })
  stop.abort()
  await ended
  leave(nameOf('c'))
  expect(held.size).toBe(0)
})

test('where the locks may not be used nobody can tell either', async () => {
  const request = () => Promise.reject(new DOMException('opaque origin', 'SecurityError'))
  vi.stubGlobal('navigator', { locks: { request } })
  expect(await lockUpload({ id: 'e' })).toBe(true)
  await unlockUpload({ id: 'e' })
  vi.unstubAllGlobals()
})

test('without Web Locks nobody can tell', async () => {
  expect(await lockUpload({ id: 'd' }, { locks: undefined })).toBe(true)
})
