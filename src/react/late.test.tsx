// @vitest-environment happy-dom
import { cleanup, fireEvent, render, screen } from '@testing-library/react'
import { Component, type ReactNode } from 'react'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { FakeUploader } from '../gallery/fake.ts'
import { DESTINATION } from '../gallery/fixtures.ts'
import { LakeFSUploader } from './LakeFSUploader.tsx'
import { Late, late } from './Late.tsx'
import { createSpeech, SpeechProvider } from './language.ts'
import { english } from './messages.ts'

// React says of every error that a boundary has caught.
beforeEach(() => void vi.spyOn(console, 'error').mockImplementation(() => {}))
afterEach(() => {
  cleanup()
  vi.restoreAllMocks()
})

class Outer extends Component<{ children: ReactNode }, { thrown?: Error }> {
  override state: { thrown?: Error } = {}
  static getDerivedStateFromError = (thrown: Error) => ({ thrown })
  override render = () => this.state.thrown?.message ?? this.props.children
}

describe('a piece that is loaded late', () => {
  it('is shown once it is there', async () => {
    const Piece = late(async () => ({ default: () => <p>piece</p> }))
    render(
      <Late fallback="soon">
        <Piece />
      </Late>,
    )
    expect(screen.getByText('soon')).toBeTruthy()
    expect(await screen.findByText('piece')).toBeTruthy()
  })

  it('leaves a sentence where it cannot be had, and all around as it is', async () => {
    const Piece = late<object>(() => Promise.reject(new TypeError('Failed to fetch')))
    render(
      <SpeechProvider value={createSpeech('en', english)}>
        <p>around</p>
        <Late>
          <Piece />
        </Late>
      </SpeechProvider>,
    )
    expect((await screen.findByRole('alert')).textContent).toMatch(/did not load. Reload the page/)
    expect(screen.getByText('around')).toBeTruthy()
  })

  it('is no cover for other errors', async () => {
    const Piece = late(async () => ({
      default: (): ReactNode => {
        throw new Error('a mistake')
      },
    }))
    render(
      <Outer>
        <Late>
          <Piece />
        </Late>
      </Outer>,
    )
    expect(await screen.findByText('a mistake')).toBeTruthy()
    expect(screen.queryByRole('alert')).toBeNull()
  })
})

it('files that came before the engine could be fetched are said not to be taken, until some are', async () => {
  const uploader = new FakeUploader({ files: [] })
  const taken = uploader.add
  uploader.add = () => Promise.reject(new TypeError('Failed to fetch'))
  const { container } = render(<LakeFSUploader {...DESTINATION} uploader={uploader} />)
  const [input] = container.querySelectorAll<HTMLInputElement>('input[type=file]')
  const choose = () => {
    if (!input) throw new Error('there is no input')
    Object.defineProperty(input, 'files', { value: [new File(['a'], 'a.txt')], configurable: true })
    fireEvent.change(input)
  }
  choose()
  const said = await screen.findByText(/were not taken.*Reload the page/)
  expect(said.getAttribute('role')).toBe('alert')
  uploader.add = taken
  choose()
  await vi.waitFor(() => expect(screen.queryByText(/were not taken/)).toBeNull())
})
