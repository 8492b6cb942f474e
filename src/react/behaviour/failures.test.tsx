// @vitest-environment happy-dom
import { act, cleanup, configure, render, screen } from '@testing-library/react'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { UploadError } from '../../core/index.ts'
import { FakeUploader } from '../testing/fake-uploader.ts'
import { DESTINATION, file } from '../testing/scenes.ts'

// Pieces are loaded here, which takes its time on a busy machine.
configure({ asyncUtilTimeout: 10_000 })

/** The English sentences of failures come late; here they come when the test says so, or never. */
let arrive: (way: 'come' | 'lost') => void = () => {}

beforeEach(() => {
  vi.resetModules()
  const arrival = new Promise<'come' | 'lost'>((resolve) => {
    arrive = resolve
  })
  vi.doMock('../i18n/messages.failures.ts', async (original) => {
    if ((await arrival) === 'lost') throw new Error('no network')
    return await original()
  })
})
afterEach(() => {
  cleanup()
  vi.doUnmock('../i18n/messages.failures.ts')
})

async function fail() {
  const { LakeFSUploader } = await import('../LakeFSUploader.tsx')
  const uploader = new FakeUploader({ files: [file('a.bin', 10, { status: 'sending', sent: 0 })] })
  render(<LakeFSUploader {...DESTINATION} uploader={uploader} />)
  const [id = ''] = uploader.getSnapshot().ids
  act(() => uploader.set(id, { status: 'failed', sent: 0, error: new UploadError('file-changed') }))
}
const SENTENCE = /the file changed while it was sent/

it('shows the row and tells of it without the reason where the sentences cannot be had', async () => {
  await fail()
  await act(async () => arrive('lost'))
  await screen.findByText('Failed: a.bin, the list says why.', { selector: '[role=alert]' })
  await screen.findByRole('button', { name: 'Remove a.bin' })
})

it('says nothing aloud and shows no row before it can say why', async () => {
  await fail()
  expect(screen.getByText('1', { selector: '.lfu-warm-failed b' })).toBeTruthy()
  expect(screen.getByRole('alert').textContent).toBe('')
  expect(screen.queryByRole('list', { name: 'Files' })).toBeNull()
  await act(async () => arrive('come'))
  await screen.findByText(SENTENCE, { selector: '[role=alert]' })
  await screen.findByText(SENTENCE, { selector: '.lfu-row bdi' })
})
