import { expect, it, vi } from 'vitest'
import { linkedAbort } from './linked-abort.ts'

it('is aborted with the outer signal, for the same reason', () => {
  const outer = new AbortController()
  const { signal } = linkedAbort(outer.signal)
  expect(signal.aborted).toBe(false)
  outer.abort('the page is left')
  expect(signal).toMatchObject({ aborted: true, reason: 'the page is left' })
})

it('is aborted from the start where the outer signal is', () => {
  expect(linkedAbort(AbortSignal.abort('early')).signal).toMatchObject({ aborted: true, reason: 'early' })
})

it('does not abort the outer signal', () => {
  const outer = new AbortController()
  const linked = linkedAbort(outer.signal)
  linked.abort()
  expect(linked.signal.aborted).toBe(true)
  expect(outer.signal.aborted).toBe(false)
})

it.each(['abort', 'release'] as const)('leaves no listener behind after %s', (end) => {
  const outer = new AbortController()
  const added = vi.spyOn(outer.signal, 'addEventListener')
  const removed = vi.spyOn(outer.signal, 'removeEventListener')
  const linked = linkedAbort(outer.signal)
  linked[end]()
  expect(removed.mock.calls.map(([, listener]) => listener)).toEqual(added.mock.calls.map(([, listener]) => listener))
  outer.abort()
  expect(linked.signal.aborted).toBe(end === 'abort')
})
