// @vitest-environment happy-dom
import { cleanup, fireEvent, render, screen, waitFor, within } from '@testing-library/react'
import { useSyncExternalStore } from 'react'
import { afterEach, expect, it } from 'vitest'
import { type Answer, json, lakefsWith, page } from '../../core/testing/answers.ts'
import { say, type TestLake } from '../../core/testing/lake.ts'
import { file } from '../../core/testing/rig.ts'
import { UploadSession } from '../../core/versioned/index.ts'
import { createI18n, I18nProvider } from '../i18n/language.ts'
import { english } from '../i18n/messages.ts'
import { PlanBody } from '../panels/PlanBody.tsx'
import { FakeUploader } from '../testing/fake-uploader.ts'
import { button } from '../testing/shown.tsx'

afterEach(cleanup)

interface Shown {
  branch?: string
  answers?: Record<string, Answer>
  change?: (lake: TestLake) => void
  files?: File[]
  rate?: number
}

/** A plan as the component shows it, and what has come of the files. */
async function show({ branch = 'main', answers = {}, change, files = [file('a', 'a')], rate }: Shown) {
  const { lakefs, lake, counts } = lakefsWith({
    'GET /diff': () => page([]),
    'POST /branches': () => json(201, 'c1'),
    ...answers,
  })
  change?.(lake)
  const destination = { repository: 'lake', branch, prefix: 'raw/' }
  const given = files.map((one) => ({ file: one, path: one.name }))
  const session = new UploadSession()
  session.setOptions({ plan: true })
  const uploader = new FakeUploader({ files: [] })
  uploader.client = async () => lakefs
  session.attach(uploader)
  const prepared = session.prepare({ files: given, destination }, lakefs)
  const said: { chose?: boolean } = {}
  function Asked() {
    const { asking, queuedFiles } = useSyncExternalStore(session.subscribe, session.getSnapshot)
    if (!asking) return null
    return (
      <PlanBody
        upload={asking}
        queuedFiles={queuedFiles}
        session={session}
        snapshot={{ destination, totals: { averageBytesPerSecond: rate } }}
        policy="ask"
        onRequestBranchChange={() => Object.assign(said, { chose: true })}
      />
    )
  }
  render(
    <I18nProvider value={createI18n('en', english)}>
      <Asked />
    </I18nProvider>,
  )
  return { said, lake, counts, prepared }
}

it('what cannot land is not said to stay as it is', async () => {
  await show({ files: [file('a', 'a'), file('..', 'b')] })
  await screen.findByText('Cannot land')
  expect(screen.getByText('1 file.')).toBeTruthy()
})

const isBlocked = async () => (await button('Start upload')).getAttribute('aria-disabled')

it.each<[string, Shown, string, string, RegExp]>([
  [
    'a protected branch',
    { change: (lake) => (lake.protectedBranches = ['main']) },
    'main is protected',
    'Use an upload branch',
    /^upload-/,
  ],
  [
    'a tag',
    { branch: 'v1', change: (lake) => (lake.tags = ['v1']) },
    'v1 is a tag',
    'Use an upload branch',
    /^upload-/,
  ],
  ['a branch that is not there', { branch: 'new' }, 'There is no branch new', 'Create branch', /^new$/],
])('the way out of %s is a branch, by a button', async (_, shown, title, name, made) => {
  const { prepared, lake } = await show(shown)
  const panel = await screen.findByRole('region', { name: title })
  expect(await isBlocked()).toBe('true')
  expect(within(panel).getByRole('button', { name: 'Choose another branch' })).toBeTruthy()
  fireEvent.click(within(panel).getByRole('button', { name }))
  await waitFor(async () => expect(await isBlocked()).toBe('false'))
  fireEvent.click(await button('Start upload'))
  expect((await prepared)?.destination?.branch).toMatch(made)
  const asked = lake.seen.find(({ route }) => route.startsWith('POST') && route.endsWith('/branches'))
  expect(asked?.body).toMatchObject({ source: shown.branch === 'new' ? 'main' : (shown.branch ?? 'main') })
})

it.each<[string, Shown, string]>([
  [
    'a read-only repository',
    { change: (lake) => Object.assign(lake, { readOnly: true }) },
    'This repository is read-only',
  ],
  [
    'a missing repository',
    { answers: { repository: () => say(404, 'repository not found') } },
    'There is no such repository',
  ],
  ['no right to write', { answers: { 'GET /objects/stage_allowed': () => say(403, 'no') } }, 'You may not write here'],
])('the way out of %s is another destination', async (_, shown, title) => {
  const { said, prepared } = await show(shown)
  const panel = await screen.findByRole('region', { name: title })
  expect(
    within(panel)
      .getAllByRole('button')
      .map(({ textContent }) => textContent),
  ).toEqual(['Choose another destination'])
  expect(await isBlocked()).toBe('true')
  fireEvent.click(await button('Choose another destination'))
  expect(await prepared).toBeUndefined()
  expect(said.chose).toBe(true)
})

it('the way out of a file too large for the store is a command, by a button', async () => {
  const scan = file('scan.tar', 'x')
  Object.defineProperty(scan, 'size', { value: 60e9 })
  await show({ files: [scan, file('a', 'a')], change: (lake) => Object.assign(lake, { multipart: false }) })
  const row = (await screen.findByText('Cannot land')).closest('li') as HTMLElement
  fireEvent.click(within(row).getByRole('button', { name: 'Send by a command instead' }))
  const commands = await screen.findByRole('region', { name: 'Send by a command instead' })
  expect(commands.textContent).toContain('--source ./scan.tar')
  expect(await isBlocked()).toBe('false')
})

it('says how long it takes at the speed seen, also where a tab is good enough', async () => {
  const large = file('large.bin', 'x')
  Object.defineProperty(large, 'size', { value: 36e9 })
  await show({ files: [large], rate: 10e6 })
  expect((await screen.findByText(/will travel/)).closest('[role=status]')?.textContent).toContain(
    'About 1 h at the speed seen.',
  )
  expect(screen.queryByText(/A command is the better way/)).toBeNull()
})
