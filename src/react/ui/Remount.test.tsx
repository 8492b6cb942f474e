// @vitest-environment happy-dom
import { act, cleanup, render } from '@testing-library/react'
import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import { LakeFSUploader } from '../LakeFSUploader.tsx'
import { loadRows } from '../list/Queue.tsx'
import { FakeUploader } from '../testing/fake-uploader.ts'
import { DESTINATION } from '../testing/scenes.ts'
import { scene, show } from '../testing/show-scene.tsx'
import { Remount } from './Remount.tsx'

beforeAll(loadRows)
afterEach(() => {
  cleanup()
  vi.restoreAllMocks()
})

/** What the widget itself says; React adds lines of its own for each error. */
const told = (logged: { mock: { calls: readonly unknown[][] } }) =>
  logged.mock.calls.filter(([first]) => String(first).startsWith('lakefs-uploader:'))

describe('a widget whose drawing was changed by something else', () => {
  it('is drawn anew on the same engine each time, and says so once', async () => {
    const logged = vi.spyOn(console, 'error').mockImplementation(() => {})
    const { uploader, container } = show(scene('sending'))
    const stop = vi.spyOn(uploader, 'stop')
    for (const next of ['empty', 'sending', 'empty', 'sending']) {
      // React removes elements from where it has put them, and they are no longer there.
      for (const element of container.querySelectorAll('.lfu > *')) document.createElement('div').append(element)
      act(() => uploader.show(scene(next)))
      await act(async () => {})
      expect(container.querySelectorAll('.lfu')).toHaveLength(1)
      expect(container.querySelector(next === 'empty' ? '.lfu-zone' : '.lfu-summary')).not.toBeNull()
    }
    expect(container.querySelectorAll('.lfu-row').length).toBeGreaterThan(5)
    expect(told(logged)).toHaveLength(1)
    expect(stop).not.toHaveBeenCalled()
  })

  it('goes on with the engine of its own, and does not stop it', async () => {
    vi.spyOn(console, 'error').mockImplementation(() => {})
    let isBroken = false
    const files = new Set<unknown>()
    const slots = {
      footer: ({ uploader }: { uploader: unknown }) => {
        files.add(uploader)
        if (isBroken) {
          isBroken = false
          throw new Error('broken once')
        }
        return 'footer'
      },
    }
    const element = () => <LakeFSUploader {...DESTINATION} endpoint="http://lakefs.test/api/v1" slots={slots} />
    const { container, rerender } = render(element())
    isBroken = true
    rerender(element())
    await act(async () => {})
    expect(container.textContent).toContain('footer')
    expect(files.size).toBe(1)
  })
})

describe('an error that keeps coming', () => {
  it('is thrown again after a few tries, for the host to see', () => {
    vi.spyOn(console, 'error').mockImplementation(() => {})
    const tried = vi.fn(() => {
      throw new Error('always')
    })
    const Broken = () => tried()
    expect(() =>
      render(
        <Remount>
          <Broken />
        </Remount>,
      ),
    ).toThrow('always')
    expect(tried.mock.calls.length).toBeLessThan(20)
  })

  it('ends no upload of an uploader that the host has given', () => {
    vi.spyOn(console, 'error').mockImplementation(() => {})
    const uploader = new FakeUploader(scene('sending'))
    const stop = vi.spyOn(uploader, 'stop')
    const footer = () => {
      throw new Error('always')
    }
    expect(() => render(<LakeFSUploader {...DESTINATION} uploader={uploader} slots={{ footer }} />)).toThrow('always')
    expect(stop).not.toHaveBeenCalled()
  })
})
