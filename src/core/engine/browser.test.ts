import { afterEach, expect, it, vi } from 'vitest'
import { startEngine } from './browser.ts'

afterEach(() => vi.unstubAllGlobals())

it('starts in a srcdoc frame, whose own address nothing can be relative to', () => {
  const observed = vi.fn()
  vi.stubGlobal('location', { href: 'about:srcdoc' })
  vi.stubGlobal('document', { baseURI: 'https://host.example/app/' })
  vi.stubGlobal('indexedDB', {})
  vi.stubGlobal(
    'PerformanceObserver',
    class {
      observe = observed
      disconnect() {}
    },
  )
  const engine = startEngine({ repository: 'lake', branch: 'main' })
  expect(engine.getSnapshot().status).toBe('idle')
  expect(observed).toHaveBeenCalledOnce()
})
