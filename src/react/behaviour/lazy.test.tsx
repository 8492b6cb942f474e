// @vitest-environment happy-dom
import { cleanup, configure, fireEvent, render, screen, waitFor } from '@testing-library/react'
import { Component, type ReactNode } from 'react'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { Configuration } from '../../core/index.ts'
import { lakefsWith, page } from '../../core/testing/answers.ts'
import { file } from '../../core/testing/rig.ts'
import { UploadSession } from '../../core/versioned/index.ts'
import { createI18n, I18nProvider } from '../i18n/language.ts'
import { english } from '../i18n/messages.ts'
import { LakeFSUploader } from '../LakeFSUploader.tsx'
import { FakeUploader } from '../testing/fake-uploader.ts'
import { DESTINATION } from '../testing/scenes.ts'
import { LazyBoundary, lazyWithRetry } from '../ui/LazyBoundary.tsx'

// Panels come in pieces of their own, which takes its time on a busy machine.
configure({ asyncUtilTimeout: 10_000 })

const network = vi.hoisted(() => ({ down: false }))
vi.mock('../panels/panels.ts', async (original) => {
  const panels = await original<typeof import('../panels/panels.ts')>()
  return {
    ...panels,
    get UploadSession() {
      if (network.down) throw new TypeError('Failed to fetch')
      return panels.UploadSession
    },
  }
})

// React says of every error that a boundary has caught.
beforeEach(() => void vi.spyOn(console, 'error').mockImplementation(() => {}))
afterEach(() => {
  cleanup()
  vi.restoreAllMocks()
  network.down = false
})

class Outer extends Component<{ children: ReactNode }, { thrown?: Error }> {
  override state: { thrown?: Error } = {}
  static getDerivedStateFromError = (thrown: Error) => ({ thrown })
  override render = () => this.state.thrown?.message ?? this.props.children
}

describe('a piece that is loaded late', () => {
  it('is shown once it is there', async () => {
    const Piece = lazyWithRetry(async () => ({ default: () => <p>piece</p> }))
    render(
      <LazyBoundary fallback="soon">
        <Piece />
      </LazyBoundary>,
    )
    expect(screen.getByText('soon')).toBeTruthy()
    await screen.findByText('piece')
  })

  it('leaves a sentence where it cannot be had, and all around as it is', async () => {
    const Piece = lazyWithRetry<object>(() => Promise.reject(new TypeError('Failed to fetch')))
    render(
      <I18nProvider value={createI18n('en', english)}>
        <p>around</p>
        <LazyBoundary>
          <Piece />
        </LazyBoundary>
      </I18nProvider>,
    )
    expect((await screen.findByRole('alert')).textContent).toMatch(/did not load. Try again/)
    expect(screen.getByText('around')).toBeTruthy()
  })

  it('is fetched again when somebody asks for it, in one place as in all', async () => {
    let network = false
    let fetched = 0
    const Piece = lazyWithRetry(async () => {
      fetched += 1
      if (!network) throw new TypeError('Failed to fetch')
      return { default: () => <input /> }
    })
    const twice = (
      <I18nProvider value={createI18n('en', english)}>
        {['a', 'b'].map((key) => (
          <LazyBoundary key={key}>
            <Piece />
          </LazyBoundary>
        ))}
      </I18nProvider>
    )
    const { rerender } = render(twice)
    const [first] = await screen.findAllByRole('button', { name: 'Try again' })
    if (first) fireEvent.click(first)
    await waitFor(() => expect(screen.getAllByRole('button', { name: 'Try again' })).toHaveLength(2))
    expect(fetched).toBe(2)
    network = true
    fireEvent.click(screen.getAllByRole('button', { name: 'Try again' })[0] as HTMLElement)
    const there = await screen.findByRole('textbox')
    fireEvent.click(screen.getByRole('button', { name: 'Try again' }))
    await waitFor(() => expect(screen.getAllByRole('textbox')).toHaveLength(2))
    rerender(twice)
    expect(there.isConnected).toBe(true)
    expect(fetched).toBe(3)
  })

  it('is fetched again when it is shown the next time', async () => {
    let network = false
    const Piece = lazyWithRetry(async () => {
      if (!network) throw new TypeError('Failed to fetch')
      return { default: () => <p>piece</p> }
    })
    const shown = (
      <I18nProvider value={createI18n('en', english)}>
        <LazyBoundary>
          <Piece />
        </LazyBoundary>
      </I18nProvider>
    )
    const { rerender } = render(shown)
    await screen.findByRole('alert')
    rerender(<p>something else</p>)
    network = true
    rerender(shown)
    await screen.findByText('piece')
  })

  it('is no cover for other errors', async () => {
    const Piece = lazyWithRetry(async () => ({
      default: (): ReactNode => {
        throw new Error('a mistake')
      },
    }))
    render(
      <Outer>
        <LazyBoundary>
          <Piece />
        </LazyBoundary>
      </Outer>,
    )
    await screen.findByText('a mistake')
    expect(screen.queryByRole('alert')).toBeNull()
  })
})

function choose(container: HTMLElement) {
  const input = container.querySelector('input[type=file]')
  if (!input) throw new Error('there is no input')
  Object.defineProperty(input, 'files', { value: [file('a.txt', 'a')], configurable: true })
  fireEvent.change(input)
}

it('files that came before the engine could be fetched are said not to be taken, until some are', async () => {
  const uploader = new FakeUploader({ files: [] })
  const taken = uploader.add
  const thrown = new TypeError('Failed to fetch')
  uploader.add = () => Promise.reject(thrown)
  const console = vi.spyOn(globalThis.console, 'error').mockReturnValue()
  const { container } = render(<LakeFSUploader {...DESTINATION} uploader={uploader} />)
  choose(container)
  const said = await screen.findByText(/were not taken.*Reload the page/)
  expect(said.getAttribute('role')).toBe('alert')
  // The page's own `prepare` may have failed as well: whoever wrote it finds out why.
  expect(console).toHaveBeenCalledExactlyOnceWith(thrown)
  console.mockRestore()
  uploader.add = taken
  choose(container)
  await waitFor(() => expect(screen.queryByText(/were not taken/)).toBeNull())
})

it('files whose plan cannot be fetched are said not to be taken, and are compared once it can be', async () => {
  network.down = true
  const { lakefs } = lakefsWith({ 'GET /diff': () => page([]) })
  const uploader = new FakeUploader({ files: [] })
  const told: Partial<Configuration> = {}
  uploader.setOptions = (options?: Partial<Configuration>) => void Object.assign(told, options)
  const sent: string[] = []
  uploader.add = async () => {
    const files = [{ file: file('a.txt', 'a'), path: 'a.txt' }]
    const prepared = await told.agree?.({ files, destination: DESTINATION }, lakefs, DESTINATION)
    sent.push(...(prepared?.files ?? []).map(({ path = '' }) => path))
    return { ids: [], rejections: uploader.getSnapshot().rejections }
  }
  const { container } = render(<LakeFSUploader {...DESTINATION} uploader={uploader} plan />)

  choose(container)
  expect((await screen.findByText(/These files were not taken/)).getAttribute('role')).toBe('alert')
  expect(sent).toEqual([])

  network.down = false
  choose(container)
  fireEvent.click(await screen.findByRole('button', { name: 'Start upload' }))
  await waitFor(() => expect(sent).toEqual(['a.txt']))
  await waitFor(() => expect(screen.queryByText(/These files were not taken/)).toBeNull())
})

it('an upload that is cancelled while the last answer for its plan comes stays cancelled', async () => {
  const session = new UploadSession()
  session.setOptions({ plan: true })
  const cancel = () => {
    session.cancel(session.getSnapshot().asking?.id ?? '')
    return page([])
  }
  const { lakefs } = lakefsWith({ 'GET /diff': cancel })
  const stages = new Set<string>()
  session.subscribe(() => void stages.add(session.getSnapshot().asking?.stage.type ?? ''))
  const files = [{ file: file('a.txt', 'a'), path: 'a.txt' }]
  expect(await session.prepare({ files, destination: DESTINATION }, lakefs)).toBeUndefined()
  expect(stages).toContain('comparing')
  expect(stages).not.toContain('review')
})
