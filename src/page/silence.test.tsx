// @vitest-environment happy-dom
import { focusManager } from '@tanstack/react-query'
import { act, cleanup, fireEvent, render, screen } from '@testing-library/react'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { App } from './app.tsx'
import { parseSettings } from './settings.ts'
import { english } from './words.ts'

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval'] })
})
afterEach(() => {
  cleanup()
  focusManager.setFocused(undefined)
  vi.useRealTimers()
  vi.unstubAllGlobals()
  history.replaceState(null, '', '/')
})

const silence = () => Promise.reject(new TypeError('Failed to fetch'))
const ada = async () => Response.json({ user: { id: 'ada' } })
const list = async () =>
  Response.json({
    pagination: { has_more: false, next_offset: '', results: 2 },
    results: ['one', 'two'].map((id) => ({ id, default_branch: 'trunk', storage_namespace: `s3://${id}` })),
  })

/** The page, before a lakeFS whose answers may change; all else is answered with 404. */
async function show(answers: Record<string, () => Promise<Response>>) {
  const asked: string[] = []
  vi.stubGlobal('fetch', async (input: Request | URL | string, init?: RequestInit) => {
    const request = input instanceof Request ? input : new Request(new URL(String(input), location.href), init)
    const name = new URL(request.url).pathname.replace('/api/v1/', '')
    asked.push(name)
    const gone = new Promise<never>((_, reject) =>
      request.signal.addEventListener('abort', () => reject(new DOMException('', 'AbortError'))),
    )
    const answer = answers[name] ?? (async () => Response.json({ message: 'not found' }, { status: 404 }))
    return await Promise.race([answer(), gone])
  })
  render(<App settings={parseSettings({})} words={english} />)
  await pass(10)
  return { answers, count: (name: string) => asked.filter((one) => one === name).length }
}
/** Lets time pass, and what comes of it. */
const pass = (ms: number) => act(() => vi.advanceTimersByTimeAsync(ms))
const waits = () => screen.queryByRole('heading', { name: english.unreachableTitle })
const signedIn = () => screen.queryByRole('button', { name: english.signOut })

it.each([
  ['nothing answers', silence],
  ['a proxy says 502', async () => new Response('<h1>Bad gateway</h1>', { status: 502 })],
  ['a proxy says 503', async () => Response.json({ message: 'starting' }, { status: 503 })],
  ['a proxy shows a page of its own', async () => new Response('<h1>Soon</h1>', { status: 200 })],
])('%s: the page says so, asks again after growing distances, and goes on by itself', async (_, down) => {
  const { answers, count } = await show({ user: down, repositories: list })
  expect(waits()).toBeTruthy()
  const alert = screen.getByRole('alert')
  expect(count('user')).toBe(1)
  await pass(1000)
  expect(count('user')).toBe(2)
  await pass(1900)
  expect(count('user')).toBe(2)
  await pass(100)
  expect(count('user')).toBe(3)
  await pass(60_000)
  // The same words all the time: anew they would be read aloud anew.
  expect(screen.getByRole('alert')).toBe(alert)
  const before = count('user')
  await pass(15_100)
  expect(count('user')).toBe(before + 1)
  answers.user = ada
  await pass(15_100)
  expect(signedIn()).toBeTruthy()
  expect(screen.getByRole('combobox', { name: english.repository })).toBeTruthy()
})

it('asks at once when the page is shown again, the network is back, or somebody presses', async () => {
  const { count } = await show({ user: silence })
  await pass(60_000)
  const before = count('user')
  await act(async () => focusManager.setFocused(false))
  await act(async () => focusManager.setFocused(true))
  await pass(10)
  expect(count('user')).toBe(before + 1)
  await act(async () => dispatchEvent(new Event('online')))
  await pass(10)
  expect(count('user')).toBe(before + 2)
  await act(async () => fireEvent.click(screen.getByRole('button', { name: english.askNow })))
  await pass(10)
  expect(count('user')).toBe(before + 3)
  expect(waits()).toBeTruthy()
})

it('asks also behind another tab', async () => {
  const { answers } = await show({ user: silence, repositories: list })
  await act(async () => focusManager.setFocused(false))
  answers.user = ada
  await pass(15_100)
  expect(signedIn()).toBeTruthy()
})

it('a question that hangs is told of too, and given up for the next one', async () => {
  const { answers, count } = await show({ user: () => new Promise(() => {}), repositories: list })
  expect(waits()).toBeNull()
  await pass(5000)
  expect(waits()).toBeTruthy()
  answers.user = ada
  await act(async () => fireEvent.click(screen.getByRole('button', { name: english.askNow })))
  await pass(10)
  expect(count('user')).toBe(2)
  expect(signedIn()).toBeTruthy()
})

it('where lakeFS says that nobody is signed in, that is the answer', async () => {
  const { count } = await show({ user: async () => Response.json({ message: 'who' }, { status: 401 }) })
  expect(screen.getByLabelText(english.accessKeyId)).toBeTruthy()
  await pass(60_000)
  expect(count('user')).toBe(1)
})

it('what else the page asks for comes once lakeFS is back, and is told of once', async () => {
  history.replaceState(null, '', '/?repo=one&branch=trunk')
  const { answers, count } = await show({
    user: ada,
    repositories: silence,
    'repositories/one': silence,
    'repositories/one/branches': silence,
    'repositories/one/refs/trunk/objects/ls': silence,
    config: silence,
  })
  await pass(60_000)
  const alerts = screen.getAllByRole('alert')
  const seen = alerts.map((one) => one.textContent)
  expect(seen.join()).toContain('lakeFS gives no answer')
  expect(seen.join()).toContain(english.listingFailed)
  await pass(20_000)
  expect(screen.getAllByRole('alert')).toEqual(alerts)
  answers.repositories = list
  answers['repositories/one/refs/trunk/objects/ls'] = async () =>
    Response.json({ pagination: { has_more: false, next_offset: '', results: 0 }, results: [] })
  const asked = count('repositories')
  await pass(20_000)
  expect(count('repositories')).toBe(asked + 1)
  expect(screen.getByText(english.listingEmpty)).toBeTruthy()
  await pass(60_000)
  expect(count('repositories')).toBe(asked + 1)
})
