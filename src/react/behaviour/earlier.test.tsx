// @vitest-environment happy-dom
import { act, cleanup, configure, render, screen, waitFor } from '@testing-library/react'
import { afterEach, expect, it, vi } from 'vitest'
import type { Unfinished } from '../../core/index.ts'
import { LakeFSUploader, type LakeFSUploaderProps } from '../LakeFSUploader.tsx'
import { Desk } from '../panels/desk.ts'
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

it('goes on with the files of a drop that gathers aside once that is taken up, and no later', async () => {
  const desk = new Desk()
  const { repository, branch } = DESTINATION
  const drop = { id: 'd', repository, branch: 'drop-1', target: branch, state: 'gathering', hidden: true } as const
  const { resume } = show(left(), { desk })
  await waitFor(() => expect(resume).toHaveBeenCalledOnce())
  await act(async () => desk.set({ atomic: drop }))
  await waitFor(() => expect(resume.mock.calls.slice(1)).toEqual([[{ only: 'automatic', branch: 'drop-1' }]]))
  resume.mockClear()
  await act(async () => desk.set({ atomic: { ...drop, target: 'other' } }))
  await act(async () => desk.set({ atomic: { ...drop, state: 'committed' } }))
  for (const [which] of resume.mock.calls) expect(which?.branch).toBeUndefined()
})
