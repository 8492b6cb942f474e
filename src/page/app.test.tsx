// @vitest-environment happy-dom
import { focusManager } from '@tanstack/react-query'
import { act, cleanup, configure, fireEvent, render, screen, waitFor } from '@testing-library/react'
import { afterEach, expect, it, vi } from 'vitest'
import { App } from './app.tsx'
import { parseSettings } from './settings.ts'
import { english } from './words.ts'

// Pieces take their time on a busy machine.
configure({ asyncUtilTimeout: 10_000 })

afterEach(() => {
  cleanup()
  focusManager.setFocused(undefined)
  vi.unstubAllGlobals()
  history.replaceState(null, '', '/')
  sessionStorage.clear()
})

type Say = () => Response | Promise<Response>

const json = (body: object, status = 200) => Response.json(body, { status })
const nobody: Say = () => json({ message: 'error authenticating request' }, 401)
const ada: Say = () => json({ user: { id: 'ada' } })
const repository = (id: string) => ({ id, default_branch: 'trunk', storage_namespace: `s3://${id}` })
const list = (...ids: string[]) =>
  json({ pagination: { has_more: false, next_offset: '', results: ids.length }, results: ids.map(repository) })

/** An answer that comes when the test says so. */
function pending() {
  let answer: (response: Response) => void = () => {}
  let fail: (thrown: unknown) => void = () => {}
  const say: Say = () =>
    new Promise((resolve, reject) => {
      answer = resolve
      fail = reject
    })
  return { say, answer: (response: Response) => answer(response), fail: () => fail(new TypeError('Failed to fetch')) }
}

/** The page before a lakeFS that answers as the test says; what it says nothing of is not there. */
function show(answers: Record<string, Say>) {
  const asked: string[] = []
  const prefixes: (string | null)[] = []
  vi.stubGlobal('fetch', async (input: Request | URL | string, init?: RequestInit) => {
    const request = input instanceof Request ? input : new Request(new URL(String(input), location.href), init)
    const name = `${request.method} ${new URL(request.url).pathname.replace('/api/v1/', '')}`
    asked.push(name)
    if (name.endsWith('objects/ls')) prefixes.push(new URL(request.url).searchParams.get('prefix'))
    const gone = new Promise<never>((_, reject) =>
      request.signal.addEventListener('abort', () => reject(new DOMException('', 'AbortError'))),
    )
    return await Promise.race([answers[name]?.() ?? json({ message: 'not found' }, 404), gone])
  })
  render(<App settings={parseSettings({})} words={english} />)
  return { answers, prefixes, count: (name: string) => asked.filter((one) => one === name).length }
}

const field = (name: string) => screen.findByLabelText<HTMLInputElement>(name)
const type = async (name: string, value: string) => fireEvent.change(await field(name), { target: { value } })

/** Another tab was looked at, and this one again: lakeFS is asked who this is. */
function comeBack() {
  act(() => focusManager.setFocused(false))
  act(() => focusManager.setFocused(true))
}

it('keys half typed stay when the tab is come back to, whatever lakeFS says then', async () => {
  const { answers, count } = show({ 'GET user': nobody })
  const id = await field(english.accessKeyId)
  await type(english.accessKeyId, 'AKIA')
  const look = pending()
  answers['GET user'] = look.say
  comeBack()
  await waitFor(() => expect(count('GET user')).toBe(2))
  expect(document.body.contains(id)).toBe(true)
  await act(async () => look.fail())
  expect(document.body.contains(id)).toBe(true)
  expect(id.value).toBe('AKIA')
})

it('a look at lakeFS from before the sign-in is not taken for an answer to it', async () => {
  const { answers, count } = show({ 'GET user': nobody })
  await type(english.accessKeyId, 'AKIA')
  await type(english.secretAccessKey, 'secret')
  const look = pending()
  answers['GET user'] = look.say
  comeBack()
  await waitFor(() => expect(count('GET user')).toBe(2))
  answers['POST auth/login'] = () => {
    answers['GET user'] = ada
    return json({ token: 'good' })
  }
  fireEvent.click(screen.getByRole('button', { name: english.signIn }))
  await waitFor(() => expect(count('POST auth/login')).toBe(1))
  await act(async () => look.answer(await nobody()))
  await screen.findByRole('button', { name: english.signOut })
  expect(screen.queryByText(english.wrongKeys)).toBeNull()
})

it('what is typed while lakeFS is asked for a repository stays', async () => {
  const { answers, count } = show({ 'GET user': ada, 'GET repositories': () => list('one', 'two') })
  const found = pending()
  answers['GET repositories/hidden'] = found.say
  const name = await screen.findByRole('combobox', { name: english.repository })
  fireEvent.change(name, { target: { value: 'hidden' } })
  fireEvent.keyDown(name, { key: 'Enter' })
  await waitFor(() => expect(count('GET repositories/hidden')).toBe(1))
  await type(english.folder, 'raw/')
  await act(async () => found.answer(json(repository('hidden'))))
  const branch = screen.getByRole<HTMLInputElement>('combobox', { name: english.branch })
  await waitFor(() => expect(branch.value).toBe('trunk'))
  expect((await field(english.folder)).value).toBe('raw/')
})

it('what is typed in the moment in which the fields appear stays', async () => {
  const { count } = show({ 'GET user': ada, 'GET repositories': () => list('one', 'two') })
  await new Promise<void>((resolve) => {
    const observer = new MutationObserver(() => {
      const name = document.getElementById('lfp-repository')
      if (!name) return
      observer.disconnect()
      fireEvent.change(name, { target: { value: 'hidden' } })
      fireEvent.keyDown(name, { key: 'Enter' })
      resolve()
    })
    observer.observe(document.body, { subtree: true, childList: true })
  })
  await waitFor(() => expect(count('GET repositories/hidden')).toBe(1))
  expect(screen.getByRole('combobox', { name: english.repository })).toHaveProperty('value', 'hidden')
})

it('whoever signs out and in again is where they were, not where the page was opened', async () => {
  history.replaceState(null, '', '/?repo=one&branch=trunk')
  const { answers } = show({ 'GET user': ada, 'GET repositories': () => list('one', 'two') })
  const branch = await screen.findByRole<HTMLInputElement>('combobox', { name: english.branch })
  fireEvent.change(branch, { target: { value: 'dev' } })
  fireEvent.keyDown(branch, { key: 'Enter' })
  answers['GET user'] = nobody
  fireEvent.click(screen.getByRole('button', { name: english.signOut }))
  await type(english.accessKeyId, 'AKIA')
  await type(english.secretAccessKey, 'secret')
  answers['POST auth/login'] = () => {
    answers['GET user'] = ada
    return json({ token: 'good' })
  }
  fireEvent.click(screen.getByRole('button', { name: english.signIn }))
  const again = await screen.findByRole<HTMLInputElement>('combobox', { name: english.branch })
  expect(again.value).toBe('dev')
})

it('what is listed is the folder that files land in, however it was typed', async () => {
  history.replaceState(null, '', '/?repo=one&branch=trunk')
  const { prefixes } = show({ 'GET user': ada, 'GET repositories': () => list('one', 'two') })
  await screen.findByRole('combobox', { name: english.branch })
  for (const typed of ['raw\\images', '//raw/images//']) {
    await type(english.folder, '')
    await waitFor(() => expect(prefixes.at(-1)).toBe(''))
    await type(english.folder, typed)
    await waitFor(() => expect(prefixes.at(-1)).toBe('raw/images/'))
  }
})

it('nothing of one branch is listed as what another one has', async () => {
  history.replaceState(null, '', '/?repo=one&branch=trunk')
  const entry = {
    path: 'a.csv',
    path_type: 'object',
    physical_address: 's3://one/1',
    checksum: 'x',
    size_bytes: 1,
    mtime: 1,
  }
  const listed = pending()
  const { count } = show({
    'GET user': ada,
    'GET repositories': () => list('one', 'two'),
    'GET repositories/one/refs/trunk/objects/ls': () =>
      json({ pagination: { has_more: false, next_offset: '', results: 1 }, results: [entry] }),
    'GET repositories/one/refs/dev/objects/ls': listed.say,
  })
  await screen.findByText('a.csv')
  const branch = screen.getByRole<HTMLInputElement>('combobox', { name: english.branch })
  fireEvent.change(branch, { target: { value: 'dev' } })
  fireEvent.keyDown(branch, { key: 'Enter' })
  await waitFor(() => expect(count('GET repositories/one/refs/dev/objects/ls')).toBe(1))
  expect(screen.queryByText('a.csv')).toBeNull()
  expect(screen.queryByText(english.listingEmpty)).toBeNull()
  await act(async () =>
    listed.answer(json({ pagination: { has_more: false, next_offset: '', results: 0 }, results: [] })),
  )
  await screen.findByText(english.listingEmpty)
})

it('what is known of one branch is not said of the name that is typed over it', async () => {
  history.replaceState(null, '', '/?repo=one&branch=gone')
  show({
    'GET user': ada,
    'GET config': () => json({ storage_config: {} }),
    'GET repositories': () => list('one', 'two'),
    'GET repositories/one': () => json(repository('one')),
    'GET repositories/one/branches/dev': () => json({ id: 'dev', commit_id: 'c1' }),
  })
  await screen.findByText(/There is no branch gone/)
  const branch = screen.getByRole<HTMLInputElement>('combobox', { name: english.branch })
  fireEvent.change(branch, { target: { value: 'dev' } })
  fireEvent.keyDown(branch, { key: 'Enter' })
  expect(screen.queryByText(/There is no branch/)).toBeNull()
  await screen.findByText(english.fine('dev'))
})
