// @vitest-environment happy-dom
import { cleanup, configure, render, screen, waitFor } from '@testing-library/react'
import { afterEach, expect, it } from 'vitest'
import { type Answer, errandsWith, page } from '../core/testing/answers.ts'
import { FakeUploader } from '../gallery/fake.ts'
import { DESTINATION, SCENES, type Scene } from '../gallery/fixtures.ts'
import { Desk } from './desk.ts'
import { createSpeech, SpeechProvider } from './language.ts'
import { english } from './messages.ts'
import { AfterDrop } from './versioned.tsx'
import type { VersionedProps } from './versionedprops.ts'

afterEach(cleanup)
// Panels come in pieces of their own, which takes its time on a busy machine.
configure({ asyncUtilTimeout: 10_000 })

const { repository, branch } = DESTINATION
const speech = createSpeech('en', english)
const added = (...paths: string[]) =>
  page(paths.map((path) => ({ path, path_type: 'object', type: 'added', size_bytes: 1500 })))

/** What stands under a drop, with answers of the test's own. */
function show(scene: Scene, answers: Readonly<Record<string, Answer>>, props: VersionedProps, gathersOn?: string) {
  const lake = errandsWith(answers)
  const uploader = new FakeUploader(scene)
  uploader.errands = async () => lake.errands
  const desk = new Desk()
  if (gathersOn !== undefined) {
    lake.lake.branches.push(gathersOn)
    const drop = { id: '1', repository, branch: gathersOn, target: branch, state: 'gathering', hidden: true } as const
    desk.set({ atomic: drop })
  }
  const element = () => (
    <SpeechProvider value={speech}>
      <AfterDrop
        uploader={uploader}
        snapshot={uploader.getSnapshot()}
        desk={desk}
        repository={repository}
        branch={branch}
        {...props}
      />
    </SpeechProvider>
  )
  const view = render(element())
  return { ...lake, uploader, desk, update: () => view.rerender(element()) }
}
const button = (name: string) => screen.findByRole('button', { name })
const blocked = async (name: string) => (await button(name)).getAttribute('aria-disabled') === 'true'
const unfinishedOn = (on: string): Scene => {
  const { unfinished } = SCENES.unfinished?.() ?? {}
  const files = unfinished?.files.map((one) => ({ ...one, destination: { ...DESTINATION, branch: on } })) ?? []
  return { files: [], unfinished: { files, bytesLeft: 0, landed: 1 } }
}

it('does not merge a drop of which a reload has left files unfinished, and merges once they are given up', async () => {
  const { uploader, update } = show(
    unfinishedOn('drop-1'),
    { 'GET /diff': () => added('a') },
    { atomic: true },
    'drop-1',
  )
  expect(await screen.findByText(/^6 files of this drop have not arrived/)).toBeTruthy()
  expect(await blocked('Merge into main')).toBe(true)
  await uploader.discardUnfinished()
  update()
  await waitFor(async () => expect(await blocked('Merge into main')).toBe(false))
})

it('lets unfinished files of another branch be', async () => {
  show(unfinishedOn('other'), { 'GET /diff': () => added('a') }, { atomic: true }, 'drop-1')
  await waitFor(async () => expect(await blocked('Merge into main')).toBe(false))
  expect(screen.queryByText(/have not arrived/)).toBeNull()
})
