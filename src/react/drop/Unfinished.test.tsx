// @vitest-environment happy-dom
import { act, cleanup, configure, fireEvent, screen, within } from '@testing-library/react'
import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import { loadLanguage } from '../i18n/language.ts'
import { loadRows } from '../list/Queue.tsx'
import { DESTINATION } from '../testing/scenes.ts'
import { scene, show } from '../testing/show-scene.tsx'

beforeAll(loadRows)
// Pieces are loaded here, which takes its time on a busy machine.
configure({ asyncUtilTimeout: 10_000 })
afterEach(() => {
  cleanup()
  vi.unstubAllGlobals()
  vi.restoreAllMocks()
})

const button = (name: string | RegExp) => screen.getByRole('button', { name })

describe('what an earlier visit has left', () => {
  it('is a region with what is there, what is left and the ways on', async () => {
    show(scene('unfinished'))
    const region = within(await screen.findByRole('region', { name: 'Unfinished on this computer' }))
    expect(region.getByText('14 of 20 files are on main. The other 6 can go on.')).toBeTruthy()
    expect(region.getAllByRole('button').map((one) => one.textContent)).toEqual([
      'Discard',
      'Choose folder again',
      'Go on',
    ])
  })

  it('says why its files stopped, the most first, and each failure by itself', async () => {
    const { unfinished } = scene('unfinished')
    const why = [{ type: 'failed', code: 'forbidden' }, { type: 'waiting', reason: 'offline' }, undefined] as const
    const files = unfinished?.files.map((one, index) => (index < 3 ? { ...one, stopped: why[index] } : one)) ?? []
    show({ files: [], unfinished: { files, bytesLeft: 0, landed: 0 } })
    const region = within(await screen.findByRole('region', { name: 'Unfinished on this computer' }))
    expect(
      region.getByText('3 files were interrupted when the page closed and 1 was waiting for the network.'),
    ).toBeTruthy()
    expect(region.getByText(/^1 file failed: you may not write here\./)).toBeTruthy()
  })

  it('says no reason where none is known', async () => {
    const { unfinished } = scene('unfinished')
    const files = unfinished?.files.map(({ stopped: _, ...one }) => one) ?? []
    show({ files: [], unfinished: { files, bytesLeft: 0, landed: 0 } })
    const region = await screen.findByRole('region', { name: 'Unfinished on this computer' })
    expect(region.querySelectorAll('p')).toHaveLength(1)
  })

  it('names every place that its files go to, and no branch for all of them', async () => {
    const { unfinished } = scene('unfinished')
    if (!unfinished) throw new Error('The scene has nothing unfinished.')
    const elsewhere = { ...DESTINATION, branch: 'dev', prefix: 'scans/' }
    const files = unfinished.files.map((one, index) => (index === 0 ? { ...one, destination: elsewhere } : one))
    show({ files: [], unfinished: { ...unfinished, files, deadline: undefined } })
    const region = await screen.findByRole('region', { name: 'Unfinished on this computer' })
    const { repository, branch, prefix } = DESTINATION
    const places = [...region.querySelectorAll('bdi')].map((one) => one.textContent)
    expect(places).toEqual([`${repository}/dev/scans/`, `${repository}/${branch}/${prefix}`])
    expect(within(region).getByText(/^6 files, .* left\. They can go on\.$/)).toBeTruthy()
  })

  it('goes on by itself where it can, asks for the folder where not, and is given up', async () => {
    const { uploader, container } = show(scene('unfinished'))
    const resume = vi.spyOn(uploader, 'resumeUnfinished')
    const opened = vi.fn()
    container.querySelector('input[webkitdirectory]')?.addEventListener('click', opened)
    const goOn = await screen.findByRole('button', { name: 'Go on' })
    await act(async () => fireEvent.click(goOn))
    expect(resume).toHaveBeenCalledOnce()
    fireEvent.click(button('Choose folder again'))
    expect(opened).toHaveBeenCalledOnce()
    await act(async () => fireEvent.click(button('Discard')))
    expect(screen.queryByRole('region', { name: 'Unfinished on this computer' })).toBeNull()
  })

  it('offers no button that could do nothing', async () => {
    const { unfinished } = scene('unfinished')
    const only = (needs: 'nothing' | 'file') => ({
      files: [],
      unfinished: {
        files: unfinished?.files.filter((one) => one.needs === needs).map((one) => ({ ...one, path: 'a.jpg' })) ?? [],
        bytesLeft: 0,
        landed: 0,
      },
    })
    show(only('nothing'))
    await screen.findByRole('button', { name: 'Go on' })
    expect(screen.queryByRole('button', { name: /again$/ })).toBeNull()
    cleanup()
    show(only('file'))
    await screen.findByRole('button', { name: 'Choose the same files again' })
    expect(screen.queryByRole('button', { name: 'Go on' })).toBeNull()
  })

  it.each([
    ['de', ['Unfertig', 'Verwerfen', '4 Dateien wurden beim Schließen der Seite unterbrochen und 2 sind angehalten.']],
    ['ar', ['غير مكتمل', 'انقطع عند إغلاق الصفحة: 4 ملفات، أُوقف مؤقتًا: ملفان.']],
  ])('speaks %s, and no English', async (locale, words) => {
    show(scene('unfinished'), { locale, language: await loadLanguage(locale) })
    const [region] = await screen.findAllByRole('region', { name: /^(?:Unfertig|غير مكتمل)/ })
    const text = region?.textContent ?? ''
    for (const word of words) expect(text).toContain(word)
    expect(text).not.toMatch(/Unfinished|files?\b|Discard|Go on|Choose|again|paused|interrupted/)
  })
})
