// @vitest-environment happy-dom
import { act, cleanup, render, screen, within } from '@testing-library/react'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { loadLanguage } from '../i18n/language.ts'
import { LakeFSUploader } from '../LakeFSUploader.tsx'
import { FakeUploader } from '../testing/fake-uploader.ts'
import { DESTINATION, idle } from '../testing/scenes.ts'

beforeEach(() => vi.useFakeTimers({ shouldAdvanceTime: true }))
afterEach(() => {
  cleanup()
  vi.useRealTimers()
})

async function show(seconds: number, locale = 'en') {
  const uploader = new FakeUploader(idle(seconds))
  render(<LakeFSUploader {...DESTINATION} uploader={uploader} locale={locale} language={await loadLanguage(locale)} />)
  await vi.waitUntil(() => document.querySelector('.lfu-status'))
  /** A second later. */
  const tick = async (seconds: number) => {
    uploader.show({
      ...idle(seconds),
      files: idle(seconds).files.map((one, at) => ({ ...one, id: ids[at] ?? one.id })),
    })
    await act(() => vi.advanceTimersByTimeAsync(1000))
  }
  const { ids } = uploader.getSnapshot()
  return { uploader, tick }
}

const summary = () => document.querySelector('.lfu-say')?.textContent
const rows = () =>
  within(screen.getByRole('list', { name: 'Files' }))
    .getAllByRole('listitem')
    .map((row) => row.querySelector('.lfu-status')?.textContent)

it('a row and the summary say how long nothing has moved, and neither rate nor time left', async () => {
  const { tick } = await show(3)
  await act(() => vi.advanceTimersByTimeAsync(2000))
  expect(rows()[1]).toMatch(/^Sending · 62% · 46 MB\/s · about .+ left$/)
  expect(summary()).toMatch(/46 MB\/s, about .+ left$/)
  for (const seconds of [10, 11, 12]) {
    await tick(seconds)
    expect(rows()[1]).toBe(`Sending · nothing has moved for ${seconds} s · 62% sent`)
    expect(summary()).toMatch(new RegExp(`sentNothing has moved for ${seconds} s$`))
  }
  await tick(3)
  expect(rows()[1]).toMatch(/^Sending · 62% · 46 MB\/s/)
  expect(summary()).toContain('46 MB/s')
})

it('a file of which every byte has left waits for a confirmation', async () => {
  const { uploader } = await show(12)
  expect(rows()[2]).toBe('Sending · all sent, waiting for the server to confirm')
  const files = idle(12).files.slice(2, 3)
  act(() => uploader.show({ files, totals: { idleSeconds: 12, awaitsAnswer: true } }))
  await act(() => vi.advanceTimersByTimeAsync(1000))
  expect(summary()).toMatch(/Waiting for the server to confirm$/)
})

it('screen readers are told nothing of it each second', async () => {
  const { tick } = await show(9)
  const told: string[] = []
  const live = [screen.getByRole('status'), screen.getByRole('alert')]
  const observer = new MutationObserver((changes) =>
    told.push(...changes.map(({ target }) => target.textContent ?? '')),
  )
  await act(() => vi.advanceTimersByTimeAsync(2000))
  for (const region of live) observer.observe(region, { subtree: true, childList: true, characterData: true })
  for (let seconds = 10; seconds < 20; seconds += 1) await tick(seconds)
  expect(rows()[1]).toContain('19 s')
  expect(told).toEqual([])
  // What counts up stands in none of the live regions.
  const around = screen.getByText('nothing has moved for 19 s').closest('[aria-live], [role=status], [role=alert]')
  expect(around).toBeNull()
})

it.each([
  ['de', 'seit 12 s bewegt sich nichts', 'Seit 12 s bewegt sich nichts', 'wartet auf die Bestätigung des Servers'],
  ['ar', 'لم يتحرك شيء منذ 12 ثانية', 'لم يتحرك شيء منذ 12 ثانية', 'بانتظار تأكيد الخادم'],
])('says it in %s', async (locale, row, all, answer) => {
  await show(12, locale)
  const [, still, sent] = [...document.querySelectorAll('.lfu-status')].map(({ textContent }) => textContent)
  expect(still).toContain(row)
  expect(sent).toContain(answer)
  expect(summary()).toContain(all)
})
