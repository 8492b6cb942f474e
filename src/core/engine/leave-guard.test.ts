import { describe, expect, it } from 'vitest'
import { file, rig } from '../testing/rig.ts'
import { type GuardedWindow, guardLeaving } from './leave-guard.ts'

/** A window whose listeners and wake locks can be counted. */
function windowOf() {
  const document = Object.assign(new EventTarget(), { visibilityState: 'visible' as DocumentVisibilityState })
  const target = new EventTarget()
  const count = { listening: 0, locks: 0, taken: 0 }
  const place = {
    addEventListener: (type: string, listener: EventListener) => {
      count.listening += 1
      target.addEventListener(type, listener)
    },
    removeEventListener: (type: string, listener: EventListener) => {
      count.listening = 0
      target.removeEventListener(type, listener)
    },
    document,
    navigator: {
      wakeLock: {
        request: async () => {
          count.locks += 1
          count.taken += 1
          return {
            release: async () => {
              count.locks -= 1
            },
          }
        },
      },
    },
  } as unknown as GuardedWindow
  const leave = () => {
    const event = new Event('beforeunload', { cancelable: true })
    target.dispatchEvent(event)
    return event.defaultPrevented ? 'asked' : 'left'
  }
  return { place, count, leave, document }
}

describe('leaving the page', () => {
  it('asks only while bytes are moving or not linked', async () => {
    const { engine, lake, clock } = rig()
    const { place, count, leave } = windowOf()
    const stop = guardLeaving(engine, place)
    expect([leave(), count.listening]).toEqual(['left', 0])
    lake.twist = ({ route }, calls) => (route === 'put' && calls === 1 ? 'hang' : undefined)
    await clock.run(engine.add([file('a.csv')]))
    await clock.advance(500)
    expect([leave(), count.locks]).toEqual(['asked', 1])
    engine.cancel()
    await clock.advance(500)
    expect([leave(), count.listening, count.locks]).toEqual(['left', 0, 0])
    stop()
  })

  it('keeps one wake lock for all uploaders and takes it again when the tab comes back', async () => {
    const [one, two] = [rig(), rig()]
    const { place, count, document } = windowOf()
    for (const { engine, lake, clock } of [one, two]) {
      guardLeaving(engine, place)
      lake.twist = ({ route }) => (route === 'put' ? 'hang' : undefined)
      await clock.run(engine.add([file('a.csv')]))
      await clock.advance(500)
    }
    expect(count.locks).toBe(1)
    // Browsers drop it with the tab.
    count.locks = 0
    document.visibilityState = 'hidden'
    document.dispatchEvent(new Event('visibilitychange'))
    expect(count.taken).toBe(1)
    document.visibilityState = 'visible'
    document.dispatchEvent(new Event('visibilitychange'))
    expect(count.taken).toBe(2)
    one.engine.cancel()
    await one.clock.advance(500)
    await two.clock.advance(0)
    expect(count.locks).toBe(1)
    two.engine.cancel()
    await two.clock.advance(500)
    expect(count.locks).toBe(0)
  })
})
