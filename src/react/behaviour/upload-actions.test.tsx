// @vitest-environment happy-dom
import { act, cleanup, fireEvent, screen, waitFor } from '@testing-library/react'
import { afterEach, expect, it } from 'vitest'
import { UploadError } from '../../core/index.ts'
import { json, page } from '../../core/testing/answers.ts'
import { say } from '../../core/testing/lake.ts'
import { createI18n, type MessagesProp } from '../i18n/language.ts'
import { english } from '../i18n/messages.ts'
import { englishVersioned } from '../i18n/messages.versioned.ts'
import { errorText } from '../panels/error-text.ts'
import { file } from '../testing/scenes.ts'
import { added, arrive, blocked, button, change, made, show, unfinishedOn } from '../testing/shown.tsx'

afterEach(cleanup)

it('does not merge a drop of which a reload has left files unfinished, and merges once they are given up', async () => {
  const { uploader, update } = show(
    unfinishedOn('drop-1'),
    { 'GET /diff': () => added('a') },
    { atomic: true },
    { gathersOn: 'drop-1' },
  )
  await screen.findByText(/^6 files of this drop have not arrived/)
  expect(await blocked('Merge into main')).toBe(true)
  await uploader.discardUnfinished()
  update()
  await waitFor(async () => expect(await blocked('Merge into main')).toBe(false))
})

it('lets unfinished files of another branch be', async () => {
  show(unfinishedOn('other'), { 'GET /diff': () => added('a') }, { atomic: true }, { gathersOn: 'drop-1' })
  await waitFor(async () => expect(await blocked('Merge into main')).toBe(false))
  expect(screen.queryByText(/have not arrived/)).toBeNull()
})

/** A branch with more changes than are read, all that are read being this drop's. */
const tooMany = {
  'GET /diff': () =>
    page(
      Array.from({ length: 100_000 }, () => change('raw/images/a')),
      'z',
    ),
}

it('takes no change that was not read into a commit without the tick', async () => {
  const { session } = show({ files: [] }, tooMany, { commit: true })
  act(() => arrive(session))
  const tick = await screen.findByRole('checkbox', { name: /more than 100,000 changes/ })
  expect(await blocked('Commit')).toBe(true)
  fireEvent.click(tick)
  expect(await blocked('Commit')).toBe(false)
})

it.each([
  ['by itself where everything was read', { 'GET /diff': () => added('raw/images/a') }, 1],
  ['never by itself where more was there than was read', tooMany, undefined],
])('commits %s', async (_, answers, commits) => {
  const { uploader, session, counts, update } = show(
    { files: [file('a', 1500, { status: 'sending', sent: 0 })] },
    { ...answers, 'POST /commits': () => json(201, made) },
    { commit: { auto: true } },
  )
  await screen.findByText('Files are still under way.')
  arrive(session)
  const [one] = uploader.getSnapshot().ids
  act(() => uploader.set(one ?? '', { status: 'skipped', reason: 'exists' }))
  update()
  if (commits) await screen.findByText(/^Committed to main/)
  else await screen.findByText(/^Tick the box first/)
  expect(counts.get('POST /commits')).toBe(commits)
})

const dirty = () => say(400, "update branch: can't apply meta-range on dirty branch")

it.each([
  ['en', /^Nothing was done: main has uncommitted changes.*Commit or reset them there, then try again\.$/],
  ['de', /^Nichts wurde geändert: main hat uncommittete Änderungen.*dann noch einmal\.$/],
  ['ar', /تغييرات غير مودعة.*ثم أعد المحاولة\.$/],
])('says in %s what to do where the target has uncommitted changes', async (locale, said) => {
  const answers = { 'GET /diff': () => added('a'), 'POST /commits': () => json(201, made), 'POST /merge/main': dirty }
  show({ files: [] }, answers, { atomic: true }, { gathersOn: 'drop-1', locale })
  const names = { en: 'Merge into main', de: 'In main mergen', ar: /^ادمج في/ }
  const merge = await screen.findByRole('button', { name: names[locale as keyof typeof names] })
  await waitFor(() => expect(merge.getAttribute('aria-disabled')).toBe('false'))
  fireEvent.click(merge)
  expect((await screen.findByRole('alert')).textContent).toMatch(said)
})

it('leaves other refusals in the words of lakeFS', async () => {
  const words = englishVersioned(createI18n('en', english).format)
  const refusal = (detail: string) => new UploadError('protocol', { detail })
  expect(errorText(words, refusal("main: can't apply meta-range on dirty branch"), 'main')).toBe(
    words.uncommittedThere('main'),
  )
  expect(errorText(words, refusal('no common base'), 'main')).toBe('lakeFS refused: no common base')
})

it('puts the bytes into the message of a merge', async () => {
  const { format } = createI18n('en', english)
  const options = { template: '{files} files, {bytes}, to {branch}' }
  show(
    { files: [] },
    { 'GET /diff': () => added('a', 'b') },
    { atomic: true, commit: options },
    { gathersOn: 'drop-1' },
  )
  await waitFor(() =>
    expect(screen.getByRole('textbox', { name: 'Commit message' })).toHaveProperty(
      'value',
      `2 files, ${format.bytes(3000)}, to main`,
    ),
  )
})

it('tells of a landed drop whose branch could not be deleted', async () => {
  const answers = {
    'GET /diff': () => added('a'),
    'POST /commits': () => json(201, made),
    'POST /merge/main': () => json(200, { reference: 'm1' }),
    'DELETE /branches/drop-1': () => say(403, 'not allowed'),
  }
  show({ files: [] }, answers, { atomic: true }, { gathersOn: 'drop-1' })
  await waitFor(async () => expect(await blocked('Merge into main')).toBe(false))
  fireEvent.click(await button('Merge into main'))
  await screen.findByText(/All files are on main\. drop-1 could not be deleted\./)
})

it('says what to do where a revert meets uncommitted changes', async () => {
  const answers = {
    'GET /diff': () => added('raw/images/a'),
    'POST /commits': () => json(201, made),
    'GET /commits/c2': () => json(200, made),
    'GET /refs/c1/diff/c2': () => added('raw/images/a'),
    'GET /refs/main/diff/c2': () => page([]),
    'POST /revert': dirty,
  }
  const { session } = show({ files: [] }, answers, { commit: true, undo: true })
  act(() => arrive(session))
  await waitFor(async () => expect(await blocked('Commit')).toBe(false))
  fireEvent.click(await button('Commit'))
  fireEvent.click(await button('Revert the commit'))
  await screen.findByText('Revert 1 change')
  fireEvent.click(await button('Revert the commit'))
  await screen.findByText(/^Nothing was done: main has uncommitted changes/)
})

it('says what the host gives in place of its own words, and the rest in the language', async () => {
  const messages: MessagesProp = (format) => ({
    panels: { commit: 'Hand in', takes: (changes) => `${format.number(changes)} scans go in` },
  })
  show({ files: [] }, { 'GET /diff': () => added('a', 'b') }, { commit: true }, { locale: 'de', messages })
  await screen.findByRole('button', { name: 'Hand in' })
  await screen.findByRole('textbox', { name: 'Commit-Nachricht' })
  await screen.findByText('2 scans go in')
})

it('has fields for a commit only while there is something to commit', async () => {
  const { session } = show(
    { files: [] },
    { 'GET /diff': (_, count) => (count === 1 ? added('a') : page([])) },
    { commit: true },
  )
  act(() => arrive(session))
  await screen.findByRole('textbox', { name: 'Commit message' })
  cleanup()
  show({ files: [] }, { 'GET /diff': () => page([]) }, { commit: true })
  await screen.findByText('There is nothing to commit.')
  expect(screen.queryByRole('textbox', { name: 'Commit message' })).toBeNull()
})
