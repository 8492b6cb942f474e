import { configure, render, screen } from '@testing-library/react'
import { type Answer, lakefsWith, mergesWell, page } from '../../core/testing/answers.ts'
import { UploadSession } from '../../core/versioned/index.ts'
import { createI18n, I18nProvider, type MessagesProp } from '../i18n/language.ts'
import { english } from '../i18n/messages.ts'
import { UploadActions } from '../panels/versioned.tsx'
import type { VersionedProps } from '../panels/versioned-props.ts'
import { FakeUploader } from './fake-uploader.ts'
import { DESTINATION, file, SCENES, type Scene } from './scenes.ts'

// The panels are separate chunks, which take time to load on a busy machine.
configure({ asyncUtilTimeout: 10_000 })

const { repository, branch } = DESTINATION
export const change = (path: string) => ({ path, path_type: 'object', type: 'added', size_bytes: 1500 })
export const added = (...paths: string[]) => page(paths.map(change))
export const arrive = (session: UploadSession) =>
  session.arrived(
    { path: 'raw/images/a', physical_address: 's3://b/1', checksum: 'x', size_bytes: 1500, mtime: 1 },
    file('a', 1500, { status: 'queued' }),
  )

export const made = { id: 'c2', message: 'Add', committer: 'me', creation_date: 1, parents: ['c1'], metadata: {} }

/** Renders the panels below an upload with the given answers of lakeFS. */
export function show(
  scene: Scene,
  answers: Readonly<Record<string, Answer>>,
  props: VersionedProps,
  { gathersOn, locale = 'en', messages }: { gathersOn?: string; locale?: string; messages?: MessagesProp } = {},
) {
  // By default no file of the drop is committed.
  const lake = lakefsWith({
    'GET /refs/main/diff/drop-1': () => page([]),
    ...mergesWell('raw/images/a'),
    ...answers,
  })
  const uploader = new FakeUploader(scene)
  uploader.client = async () => lake.lakefs
  const session = new UploadSession()
  if (gathersOn !== undefined) {
    lake.lake.branches.push(gathersOn)
    const drop = { id: '1', repository, branch: gathersOn, target: branch, state: 'gathering', hidden: true } as const
    session.adopt(drop)
  }
  const speech = createI18n(locale, english, messages)
  const element = () => (
    <I18nProvider value={speech}>
      <UploadActions
        uploader={uploader}
        snapshot={uploader.getSnapshot()}
        session={session}
        repository={repository}
        branch={branch}
        {...props}
      />
    </I18nProvider>
  )
  const view = render(element())
  return { ...lake, uploader, session, update: () => view.rerender(element()) }
}

export const button = (name: string) => screen.findByRole('button', { name })
export const blocked = async (name: string) => (await button(name)).getAttribute('aria-disabled') === 'true'
export const unfinishedOn = (on: string): Scene => {
  const { unfinished } = SCENES.unfinished?.() ?? {}
  const files = unfinished?.files.map((one) => ({ ...one, destination: { ...DESTINATION, branch: on } })) ?? []
  return { files: [], unfinished: { files, bytesLeft: 0, landed: 1 } }
}
