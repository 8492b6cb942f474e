import { afterEach, expect, test, vi } from 'vitest'
import { browserTabs } from './tabs.ts'

afterEach(() => vi.unstubAllGlobals())

test('no tabs are known where there are no locks, or where reading them is refused', () => {
  vi.stubGlobal('navigator', {})
  expect(browserTabs()).toBeUndefined()
  vi.stubGlobal('navigator', {
    get locks() {
      throw new DOMException('storage is off', 'SecurityError')
    },
  })
  expect(browserTabs()).toBeUndefined()
})

test('where locks may not be used everybody has them', async () => {
  const request = () => Promise.reject(new DOMException('opaque origin', 'SecurityError'))
  vi.stubGlobal('navigator', { locks: { request } })
  const letGo = await browserTabs()?.claim('a')
  expect(letGo).toBeTypeOf('function')
  letGo?.()
})

test('a lock is held until it is let go, and another tab is refused it meanwhile', async () => {
  const held = new Map<string, Promise<void>>()
  const request = async (name: string, _: unknown, take: (lock: object | null) => Promise<void> | undefined) => {
    if (held.has(name)) return await take(null)
    const work = Promise.resolve(take({ name }))
    held.set(name, work)
    await work
    held.delete(name)
  }
  vi.stubGlobal('navigator', { locks: { request } })
  const [one, two] = [browserTabs(), browserTabs()]
  const letGo = await one?.claim('a')
  expect(await two?.claim('a')).toBeUndefined()
  expect(await two?.claim('b')).toBeTypeOf('function')
  letGo?.()
  await held.get('a')
  expect(await two?.claim('a')).toBeTypeOf('function')
})

test('what one tab tells the others hear as long as they listen, and itself not', async () => {
  vi.stubGlobal('navigator', { locks: { request: async () => {} } })
  const [one, two] = [browserTabs(), browserTabs()]
  const heard: string[] = []
  const stops = [
    one?.onMessage((name) => heard.push(`one ${name}`)),
    two?.onMessage((name) => heard.push(`two ${name}`)),
  ]
  one?.send('a')
  await vi.waitFor(() => expect(heard).toEqual(['two a']))
  for (const stop of stops) stop?.()
  // Nobody listens, and nobody is told.
  one?.send('b')
  expect(heard).toEqual(['two a'])
})
