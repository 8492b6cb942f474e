// @vitest-environment happy-dom
import { act, cleanup, configure, render, screen, waitFor } from '@testing-library/react'
import { afterEach, expect, it, vi } from 'vitest'
import type { Unfinished } from '../../core/index.ts'
import { type AtomicUpload, UploadSession } from '../../core/versioned/index.ts'
import { LakeFSUploader, type LakeFSUploaderProps } from '../LakeFSUploader.tsx'
import { FakeUploader } from '../testing/fake-uploader.ts'
import { DESTINATION, SCENES } from '../testing/scenes.ts'

configure({ asyncUtilTimeout: 10_000 })
afterEach(cleanup)

const region = () => screen.queryByRole('region', { name: 'Unfinished on this computer' })

/** A widget that finds this of an earlier visit; what is asked for without a press is noted. */
function show(unfinished: Unfinished | undefined, props: Partial<LakeFSUploaderProps> = {}) {
  const uploader = new FakeUploader({ files: [], unfinished })
  const find = vi.spyOn(uploader, 'findUnfinished')
  const resume = vi.spyOn(uploader, 'resumeUnfinished')
  const widget = (more: Partial<LakeFSUploaderProps> = {}) => (
    <LakeFSUploader {...DESTINATION} uploader={uploader} {...props} {...more} />
  )
  const { rerender } = render(widget())
  return { uploader, find, resume, again: (more: Partial<LakeFSUploaderProps>) => rerender(widget(more)) }
}
const left = (): Unfinished => {
  const { unfinished } = SCENES.unfinished?.() ?? {}
  if (!unfinished) throw new Error('the scene has nothing unfinished')
  return unfinished
}

it('goes on with what needs nobody as soon as it is found, and again when more is', async () => {
  const { uploader, resume } = show(undefined)
  expect(resume).not.toHaveBeenCalled()
  await act(async () => uploader.show({ files: [], unfinished: left() }))
  await waitFor(() => expect(resume.mock.calls).toEqual([[{ only: 'automatic', branch: undefined }]]))
  await act(async () => uploader.changed())
  expect(resume).toHaveBeenCalledOnce()
  await act(async () => uploader.show({ files: [], unfinished: left() }))
  await waitFor(() => expect(resume).toHaveBeenCalledTimes(2))
})

it('tells what is left to a person once the rest has been taken', async () => {
  let taken: () => void = () => {}
  const { uploader, resume } = show(undefined)
  resume.mockImplementation(
    () =>
      new Promise((resolve) => {
        taken = () => resolve({ ids: [], rejections: uploader.getSnapshot().rejections })
      }),
  )
  await act(async () => uploader.show({ files: [], unfinished: left() }))
  await waitFor(() => expect(resume).toHaveBeenCalled())
  expect(region()).toBeNull()
  await act(async () => taken())
  await waitFor(() => expect(region()).not.toBeNull())
})

it('offers the files where they could not be taken', async () => {
  const { uploader, resume } = show(undefined)
  resume.mockRejectedValue(new DOMException('gone', 'InvalidStateError'))
  await act(async () => uploader.show({ files: [], unfinished: left() }))
  await waitFor(() => expect(region()).not.toBeNull())
})

it('begins nothing while the host takes no files, and does when it takes some', async () => {
  const { resume, again } = show(left(), { disabled: true })
  await waitFor(() => expect(region()).not.toBeNull())
  expect(resume).not.toHaveBeenCalled()
  again({ disabled: false })
  await waitFor(() => expect(resume).toHaveBeenCalledOnce())
})

const { repository, branch } = DESTINATION
const atomic: AtomicUpload = { id: 'd', repository, branch: 'drop-1', target: branch, state: 'gathering', hidden: true }

it('goes on with the files of an upload that gathers on its own branch once that is adopted, and no sooner', async () => {
  const session = new UploadSession()
  const { resume } = show(left(), { session })
  await waitFor(() => expect(resume).toHaveBeenCalledOnce())
  await act(async () => session.adopt(atomic))
  await waitFor(() => expect(resume.mock.calls.slice(1)).toEqual([[{ only: 'automatic', branch: 'drop-1' }]]))
})

it.each([
  ['is for another target', { ...atomic, target: 'other' }],
  ['is committed', { ...atomic, state: 'committed' as const }],
])('sends nothing to an upload that %s', async (_, upload) => {
  const session = new UploadSession()
  session.adopt(upload)
  const { resume } = show(left(), { session })
  await waitFor(() => expect(resume).toHaveBeenCalled())
  for (const [which] of resume.mock.calls) expect(which?.branch).toBeUndefined()
})
