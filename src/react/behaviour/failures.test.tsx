// @vitest-environment happy-dom
import { act, cleanup, configure, render, screen } from '@testing-library/react'
import { afterEach, expect, it } from 'vitest'
import { UploadError } from '../../core/index.ts'
import { LakeFSUploader } from '../LakeFSUploader.tsx'
import { FakeUploader } from '../testing/fake-uploader.ts'
import { DESTINATION, file } from '../testing/scenes.ts'

// Rows are a chunk of their own, which takes time to load on a busy machine.
configure({ asyncUtilTimeout: 10_000 })

afterEach(cleanup)

it('tells the sentence of a failure at once, in the alert and in the row', async () => {
  const uploader = new FakeUploader({ files: [file('a.bin', 10, { status: 'sending', sent: 0 })] })
  render(<LakeFSUploader {...DESTINATION} uploader={uploader} />)
  const [id = ''] = uploader.getSnapshot().ids
  act(() => uploader.set(id, { status: 'failed', sent: 0, error: new UploadError('file-changed') }))
  const sentence = /the file changed while it was sent/
  expect(screen.getByText(sentence, { selector: '[role=alert]' }).textContent).toMatch(/^Failed: a\.bin, /)
  await screen.findByText(sentence, { selector: '.lfu-row bdi' })
})
