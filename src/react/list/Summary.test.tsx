// @vitest-environment happy-dom
import { cleanup, configure } from '@testing-library/react'
import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import { UploadError } from '../../core/index.ts'
import { loadRows } from '../list/Queue.tsx'
import { file } from '../testing/scenes.ts'
import { scene, show } from '../testing/show-scene.tsx'

beforeAll(loadRows)
// Pieces are loaded here, which takes its time on a busy machine.
configure({ asyncUtilTimeout: 10_000 })
afterEach(() => {
  cleanup()
  vi.unstubAllGlobals()
  vi.restoreAllMocks()
})

const failed = (path: string, error: UploadError) => file(path, 10, { status: 'failed', error, sent: 0 })

describe('how it ended', () => {
  const mark = () => document.querySelector('.lfu-ring')?.getAttribute('data-mark')
  const title = () => document.querySelector('.lfu-say strong')?.textContent

  it('is a tick only where nothing failed', () => {
    show(scene('arrived'))
    expect([mark(), title()]).toEqual(['tick', '6 files arrived on main'])
    cleanup()
    show(scene('mixed'))
    expect([mark(), title()]).toEqual(['fail', '1 file arrived on main, 9 failed'])
    cleanup()
    show({ files: [failed('a.bin', new UploadError('protocol'))] })
    expect([mark(), title()]).toEqual(['fail', 'Nothing arrived on main, 1 failed'])
  })

  it('names the branches that the files went to, whatever the next ones are going to', () => {
    const done = scene('arrived')
    show(done, { branch: 'next' })
    expect(title()).toBe('6 files arrived on main')
    cleanup()
    const [first, ...others] = done.files
    const elsewhere = others.map((one) => ({ ...one, destination: { ...one.destination, branch: 'dev' } }))
    show({ files: first ? [first, ...elsewhere] : [] })
    expect(title()).toBe('6 files arrived on main, dev')
  })

  it('is neither where everything was given up', () => {
    show(scene('gaveUp'))
    expect([mark(), title()]).toEqual(['off', 'Nothing arrived on main'])
  })

  it('says that everything is there where the branch has the same bytes, and not where its own were kept', () => {
    const skipped = (reason: 'identical' | 'exists') => file('a.bin', 10, { status: 'skipped', reason })
    show({ files: [skipped('identical')] })
    expect([mark(), title()]).toEqual(['equals', 'Everything is already on main.'])
    cleanup()
    show({ files: [skipped('identical'), skipped('exists')] })
    expect([mark(), title()]).toEqual(['equals', 'Nothing arrived on main'])
  })

  it('shows what was cancelled as missing', () => {
    const arrived = scene('arrived').files.find(({ status }) => status === 'uploaded')
    if (!arrived) throw new Error('a file has arrived there')
    const cancelled = file('b.bin', arrived.size * 3, { status: 'cancelled' })
    show({ files: [arrived, cancelled] })
    expect([mark(), title()]).toEqual(['open', '1 file arrived on main'])
    const bar = document.querySelector('.lfu-total')
    expect(bar?.getAttribute('aria-valuenow')).toBe('25')
    expect(bar?.querySelector<HTMLElement>('.lfu-on')?.style.inlineSize).toBe('25%')
  })
})
