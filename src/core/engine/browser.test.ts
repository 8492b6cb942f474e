import { afterEach, describe, expect, it, vi } from 'vitest'
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

/** Makes reading a property of the global object, or of one of its objects, throw as in a frame without storage. */
function forbid(name: string): void {
  const refuse = () => {
    throw new DOMException('The operation is insecure.', 'SecurityError')
  }
  const [first = '', second] = name.split('.')
  if (second === undefined) {
    const before = Object.getOwnPropertyDescriptor(globalThis, first)
    Object.defineProperty(globalThis, first, { configurable: true, get: refuse })
    restore.push(() => {
      if (before) Object.defineProperty(globalThis, first, before)
      else Reflect.deleteProperty(globalThis, first)
    })
  } else vi.stubGlobal(first, Object.defineProperty({}, second, { get: refuse }))
}
const restore: (() => void)[] = []
afterEach(() => {
  for (const back of restore.splice(0)) back()
})

describe('a page that may not use', () => {
  it.each([
    ['indexedDB'],
    ['IDBKeyRange'],
    ['localStorage'],
    ['sessionStorage'],
    ['caches'],
    ['BroadcastChannel'],
    ['PerformanceObserver'],
    ['Worker'],
    ['origin'],
    ['navigator'],
    ['navigator.locks'],
    ['navigator.storage'],
    ['navigator.serviceWorker'],
    ['navigator.onLine'],
    ['navigator.userAgent'],
    ['navigator.hardwareConcurrency'],
    ['navigator.connection'],
  ])('%s takes files all the same', async (name) => {
    vi.stubGlobal('fetch', async () => new Response('{"message":"error authenticating request"}', { status: 401 }))
    forbid(name)
    const engine = startEngine({ repository: 'lake', branch: 'main', endpoint: 'http://lakefs.test/api/v1' })
    const { ids } = await engine.add([new File(['x'], 'a.txt')])
    expect(ids).toHaveLength(1)
    expect(engine.getSnapshot().files).toMatchObject([{ path: 'a.txt' }])
    expect(() => engine.getReport()).not.toThrow()
    engine.stop()
  })

  it('locks and channels that throw when they are used takes files all the same', async () => {
    const refuse = () => {
      throw new DOMException('The operation is insecure.', 'SecurityError')
    }
    vi.stubGlobal('fetch', async () => new Response('{"message":"error authenticating request"}', { status: 401 }))
    vi.stubGlobal('navigator', { locks: { request: refuse, query: refuse } })
    vi.stubGlobal(
      'BroadcastChannel',
      class extends Blob {
        constructor() {
          super()
          refuse()
        }
      },
    )
    vi.stubGlobal('indexedDB', { open: refuse })
    const engine = startEngine({ repository: 'lake', branch: 'main', endpoint: 'http://lakefs.test/api/v1' })
    expect((await engine.add([new File(['x'], 'a.txt')])).ids).toHaveLength(1)
    engine.stop()
  })
})
