// @vitest-environment happy-dom
import { IDBFactory } from 'fake-indexeddb'
import 'fake-indexeddb/auto'
import { act, cleanup, fireEvent, render, screen, waitFor } from '@testing-library/react'
import { StrictMode } from 'react'
import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import type { Configuration, UploadFile } from '../../core/index.ts'
import { openRecords } from '../../core/resume/database.ts'
import { type Answer, json, lakefsWith, page } from '../../core/testing/answers.ts'
import { say } from '../../core/testing/lake.ts'
import { file as fileOf, rig } from '../../core/testing/rig.ts'
import { UploadSession } from '../../core/versioned/index.ts'
import { LakeFSUploader, type LakeFSUploaderProps } from '../LakeFSUploader.tsx'
import { loadRows } from '../list/Queue.tsx'
import { FakeUploader } from '../testing/fake-uploader.ts'
import { DESTINATION, file } from '../testing/scenes.ts'
import { added, button, made, made as madeBefore } from '../testing/shown.tsx'
import { UploadActions } from './versioned.tsx'

// As on a page, where it comes while nobody has dropped anything yet.
beforeAll(loadRows)
// What one test leaves, or still writes when it is over, is nothing to the next one.
beforeEach(() => void Object.assign(globalThis, { indexedDB: new IDBFactory() }))
afterEach(cleanup)

const OBJECT = { path: 'raw/images/a', physical_address: 's3://b/1', checksum: 'x', size_bytes: 1500, mtime: 1 }
const arrived = (): UploadFile => file('a', 1500, { status: 'uploaded', object: OBJECT, verified: true })

const LAKE: Readonly<Record<string, Answer>> = {
  'GET /diff': () => added('raw/images/a'),
  'GET /pulls': () => page([]),
  'POST /branches': () => json(201, 'c1'),
  'POST /commits': () => json(201, made),
}

/** The component itself, and what its uploader is told. */
function show(
  files: UploadFile[],
  props: Partial<LakeFSUploaderProps>,
  {
    answers = {},
    branches = [],
    lacking = [],
  }: { answers?: Readonly<Record<string, Answer>>; branches?: string[]; lacking?: string[] } = {},
) {
  const made = lakefsWith({ ...LAKE, ...answers })
  made.lake.branches.push(...branches)
  for (const permission of lacking) made.lake.lacking.add(permission)
  const uploader = new FakeUploader({ files })
  uploader.client = async () => made.lakefs
  const told: Pick<Configuration, 'agree'> = {}
  uploader.setOptions = (options?: Partial<Configuration>) => void Object.assign(told, options)
  const element = (more: Partial<LakeFSUploaderProps> = {}) => (
    <StrictMode>
      <LakeFSUploader {...DESTINATION} uploader={uploader} {...props} {...more} />
    </StrictMode>
  )
  const view = render(element())
  const drop = (...dropped: File[]) =>
    told.agree?.(
      { files: dropped.map((one) => ({ file: one, path: one.name })), destination: DESTINATION },
      made.lakefs,
      DESTINATION,
    )
  return { ...made, uploader, told, drop, update: (more: Partial<LakeFSUploaderProps>) => view.rerender(element(more)) }
}

const heading = 'Nothing has been sent yet'

describe('plan', () => {
  it('off asks nobody before a drop is sent', () => {
    expect(show([], {}).told).toEqual({})
  })

  it('shows what would happen in place of the pickers, and sends it once that is agreed to', async () => {
    const { drop } = show([], { plan: true })
    const prepared = drop(fileOf('new.txt', 'new'))
    await screen.findByRole('heading', { name: heading })
    expect(screen.queryByRole('button', { name: 'Choose files' })).toBeNull()
    fireEvent.click(await button('Start upload'))
    expect(await prepared).toMatchObject({ files: [{ path: 'new.txt' }], destination: DESTINATION })
    expect(await button('Choose files')).toBeTruthy()
  })

  it('sends nothing when it is cancelled, and asks nobody any more once it is switched off', async () => {
    const { drop, update, told } = show([], { plan: true })
    const prepared = drop(fileOf('new.txt', 'new'))
    await screen.findByRole('heading', { name: heading })
    fireEvent.click(await button('Cancel'))
    expect(await prepared).toBeUndefined()
    update({ plan: false })
    expect(told.agree).toBeUndefined()
  })

  it("compares what the host's own prepare gives back, where that sends it, and says where it goes", async () => {
    const asked: string[] = []
    const { engine, lake, clock, statuses } = rig({
      ...DESTINATION,
      beforeUpload: async ({ files: [first, ...rest], destination }) => {
        asked.push(destination.branch)
        const renamed = { file: fileOf('b.txt', 'b'), path: 'day/b.txt', metadata: { site: 'north' } }
        const files = [...(first ? [{ ...first, skip: 'exists' as const }] : []), ...(rest.length > 0 ? [renamed] : [])]
        return { files, destination: { ...destination, branch: 'side' } }
      },
    })
    lake.branches.push('side')
    lake.twist = ({ route }) => (route.endsWith('/diff') ? page([]) : undefined)
    const view = (more: Partial<LakeFSUploaderProps>) => <LakeFSUploader {...DESTINATION} uploader={engine} {...more} />
    const { rerender } = render(view({ plan: true }))
    const added = engine.add([fileOf('a.txt', 'a'), fileOf('b.txt', 'b')])
    await screen.findByText(/^1 file, .* compared with side just now/)
    expect(screen.queryByText(/dropped for it/)).toBeNull()
    rerender(view({ plan: true, branch: 'other' }))
    engine.setOptions({ branch: 'other' })
    await act(() => clock.advance(1000))
    await screen.findByText('These files go to lakefs://lake/side/raw/images/')
    fireEvent.click(await button('Start upload'))
    await added
    expect(statuses()).toContain('a.txt skipped')
    expect(engine.getSnapshot().files.map(({ path, destination: { branch } }) => `${branch}/${path}`)).toEqual([
      'side/day/b.txt',
      'side/a.txt',
    ])
    expect(asked).toEqual(['main'])
    engine.stop()
  })

  it('says that a drop goes where it was dropped, and compares it with what was chosen since when asked to', async () => {
    const { drop, uploader, lake } = show([], { plan: true }, { branches: ['other'] })
    const prepared = drop(fileOf('new.txt', 'new'))
    await button('Start upload')
    expect(screen.queryByText(/dropped for it/)).toBeNull()
    const now = { ...DESTINATION, branch: 'other', prefix: 'else/' }
    const snapshot = uploader.getSnapshot.bind(uploader)
    uploader.getSnapshot = () => ({ ...snapshot(), destination: now })
    lake.put('else/new.txt', 'new')
    act(() => uploader.changed())
    await screen.findByText('These files go to lakefs://lake/main/raw/images/')
    fireEvent.click(await button('Send them there instead'))
    await screen.findByText(/compared with other just now/)
    expect(screen.queryByText(/dropped for it/)).toBeNull()
    fireEvent.click(await button('Start upload'))
    expect(await prepared).toMatchObject({ files: [{ path: 'new.txt', skip: 'identical' }], destination: now })
  })

  it('tells of drops that wait for the one that is asked about', async () => {
    const { drop } = show([], { plan: true })
    const first = drop(fileOf('a.txt', 'a'))
    await button('Start upload')
    const second = drop(fileOf('b.txt', 'b'), fileOf('c.txt', 'c'))
    await screen.findByText('2 more files wait: their plan comes after this one.')
    fireEvent.click(await button('Start upload'))
    await first
    await screen.findByText(/^2 files, /)
    expect(screen.queryByText(/more files? wait/)).toBeNull()
    fireEvent.click(await button('Cancel'))
    expect(await second).toBeUndefined()
  })

  it('tells the host of the upload branch that is made in place of a protected one', async () => {
    const onBranchChange = vi.fn()
    const onRequestBranchChange = vi.fn()
    const { drop, lake } = show([], {
      plan: true,
      onBranchChange: onBranchChange,
      onRequestBranchChange: onRequestBranchChange,
    })
    lake.protectedBranches = ['main']
    const prepared = drop(fileOf('new.txt', 'new'))
    expect(await button('Choose another branch')).toBeTruthy()
    fireEvent.click(await button('Use an upload branch'))
    await screen.findByText(/^Files go to upload-/)
    fireEvent.click(await button('Start upload'))
    const { destination } = (await prepared) ?? {}
    expect(destination?.branch).toMatch(/^upload-\d{4}$/)
    expect(onBranchChange.mock.calls).toEqual([[destination?.branch]])
    expect(onRequestBranchChange).not.toHaveBeenCalled()
  })

  it('gives the drop up where the person goes to another branch', async () => {
    const onRequestBranchChange = vi.fn()
    const { drop, lake } = show([], { plan: true, onRequestBranchChange: onRequestBranchChange })
    lake.protectedBranches = ['main']
    const prepared = drop(fileOf('new.txt', 'new'))
    fireEvent.click(await button('Choose another branch'))
    expect(await prepared).toBeUndefined()
    expect(onRequestBranchChange).toHaveBeenCalledOnce()
    expect(screen.queryByRole('heading', { name: heading })).toBeNull()
  })

  it('offers no other branch where the host has none to offer', async () => {
    const { drop, lake } = show([], { plan: true, allowNewBranch: false })
    lake.protectedBranches = ['main']
    const prepared = drop(fileOf('new.txt', 'new'))
    await screen.findByText(/this page sends nowhere else/)
    expect(screen.queryByRole('button', { name: /upload branch|another branch/ })).toBeNull()
    expect((await button('Start upload')).getAttribute('aria-disabled')).toBe('true')
    fireEvent.click(await button('Cancel'))
    expect(await prepared).toBeUndefined()
  })
})

describe('atomic', () => {
  it('off lets files go straight to the branch, and speaks of no landing', () => {
    const { told } = show([arrived()], {})
    expect(told).toEqual({})
    expect(screen.queryByText(/Merge|gather/)).toBeNull()
  })

  it('gathers the drop on a branch of its own, and hides commit and undo until it has landed', async () => {
    const { drop, lake } = show([], { atomic: true, commit: true, undo: true })
    lake.branches.push('drop')
    const { destination } = (await drop(fileOf('new.txt', 'new'))) ?? {}
    expect(destination?.branch).toMatch(/^drop-\d{4}$/)
    await screen.findByRole('region', { name: /^Files gather on drop-/ })
    expect(await button('Merge into main')).toBeTruthy()
    expect(screen.queryByRole('region', { name: 'Commit to main' })).toBeNull()
    expect(screen.queryByRole('button', { name: 'Take this drop back' })).toBeNull()
  })

  it('takes up the drop of an earlier visit before there are files, and the next ones join it', async () => {
    const records = await openRecords()
    const open = { id: 'earlier', repository: 'lake', branch: 'drop-1', target: 'main', state: 'gathering', touched: 1 }
    await records.putAtomicUpload({ ...open, endpoint: 'http://lakefs.test/api/v1' })
    const { drop, counts } = show([], { atomic: true }, { branches: ['drop-1'] })
    await screen.findByText('An earlier drop still waits on drop-1')
    expect((await drop(fileOf('new.txt', 'new')))?.destination?.branch).toBe('drop-1')
    expect(counts.get('POST /branches')).toBeUndefined()
    records.close()
  })

  it('keeps what somebody has written while the list comes and goes', async () => {
    const records = await openRecords()
    const open = { id: 'earlier', repository: 'lake', branch: 'drop-1', target: 'main', state: 'gathering', touched: 1 }
    await records.putAtomicUpload({ ...open, endpoint: 'http://lakefs.test/api/v1' })
    const { uploader } = show([arrived()], { atomic: true }, { branches: ['drop-1'] })
    const message = await screen.findByRole<HTMLTextAreaElement>('textbox', { name: 'Commit message' })
    fireEvent.change(message, { target: { value: 'Night captures' } })
    expect(screen.queryByRole('button', { name: 'Clear finished' })).toBeTruthy()
    act(() => void uploader.remove())
    expect(screen.queryByRole('button', { name: 'Clear finished' })).toBeNull()
    expect(screen.getByRole<HTMLTextAreaElement>('textbox', { name: 'Commit message' }).value).toBe('Night captures')
    records.close()
  })

  it.each([
    ['a pull request where the server has them', {}, 'Open a pull request', false],
    [
      'a merge, and says why, where it has none',
      { 'GET /pulls': () => say(404, 'invalid API endpoint') },
      'Merge into main',
      true,
    ],
  ])('"review" ends in %s', async (_, answers, name, told) => {
    const { drop, counts } = show([], { atomic: 'review' }, { answers })
    await drop(fileOf('new.txt', 'new'))
    await waitFor(() => expect(counts.get('GET /pulls')).toBe(1))
    expect(await button(name)).toBeTruthy()
    await waitFor(() => expect(screen.queryByText(/has no pull requests/) !== null).toBe(told))
  })

  it('says before there is a file that no branch can be made without the permission', async () => {
    show([], { atomic: true }, { lacking: ['fs:CreateBranch'] })
    await screen.findByText(/All or nothing needs an upload branch\. You may not do this: fs:CreateBranch is missing/)
  })

  it('says why no branch could be made, instead of doing nothing, and tries again', async () => {
    const answers: Record<string, Answer> = {
      'POST /branches': (_, count) => (count === 1 ? say(403, 'no permission to create branches') : json(201, 'c1')),
    }
    const { drop } = show([], { atomic: true }, { answers })
    const prepared = drop(fileOf('new.txt', 'new'))
    await screen.findByText(/No branch could be made/)
    expect(screen.getByText('lakeFS refused: no permission to create branches')).toBeTruthy()
    fireEvent.click(await button('Try again'))
    expect((await prepared)?.destination?.branch).toMatch(/^drop-/)
  })

  it('sends nothing where no branch can be made and the person gives up', async () => {
    const { drop } = show([], { atomic: true }, { answers: { 'POST /branches': () => say(403, 'no') } })
    const prepared = drop(fileOf('new.txt', 'new'))
    await screen.findByText(/No branch could be made/)
    fireEvent.click(await button('Cancel'))
    expect(await prepared).toBeUndefined()
    expect(screen.queryByText(/No branch could be made/)).toBeNull()
  })
})

describe('commit', () => {
  it('off offers none', async () => {
    show([arrived()], { receipt: true })
    await button('Verify again')
    expect(screen.queryByRole('region', { name: /^Commit to/ })).toBeNull()
  })

  it('offers it once everything has arrived, with the message and the metadata of the host', async () => {
    const options = { template: '{files} for {user}', metadata: { rig: 'north' } }
    const { lake } = show([arrived()], { commit: options, user: 'ada' })
    const message = await screen.findByRole('textbox', { name: 'Commit message' })
    await waitFor(() => expect(message).toHaveProperty('value', '1 for ada'))
    expect(screen.getByText(/Not committed yet/)).toBeTruthy()
    fireEvent.click(await button('Commit'))
    await screen.findByText('Committed to main as c2.')
    const sent = lake.seen.find(({ route }) => route.endsWith('/commits'))
    expect(sent?.body).toEqual({ message: '1 for ada', metadata: { rig: 'north' } })
    expect(screen.queryByText(/Not committed yet/)).toBeNull()
  })

  it.each<[string, Record<string, Answer>, string]>([
    ['committed', { stat: (_, count) => (count === 1 ? json(200, OBJECT) : say(404, 'no')) }, 'Committed by me in c1.'],
    ['reset', {}, 'Somebody has reset or replaced files of this drop on main since.'],
  ])('says when somebody looks again that somebody else has %s it', async (_, answers, said) => {
    let taken = false
    const { counts } = show(
      [arrived()],
      { commit: true },
      {
        answers: {
          'GET /diff': () => (taken ? page([]) : added('raw/images/a')),
          'GET /commits/c1': () => json(200, { ...madeBefore, id: 'c1' }),
          ...answers,
        },
      },
    )
    await waitFor(async () => expect((await button('Commit')).getAttribute('aria-disabled')).toBe('false'))
    expect(screen.getByText(/Not committed yet/)).toBeTruthy()
    taken = true
    act(() => void globalThis.dispatchEvent(new Event('visibilitychange')))
    expect((await screen.findByText(said)).closest('[role=status]')).toBeTruthy()
    expect(screen.queryByText(/Not committed yet/)).toBeNull()
    expect(screen.queryByRole('textbox', { name: 'Commit message' })).toBeNull()
    expect(counts.get('POST /commits')).toBeUndefined()
  })

  it('and taking it back say which permission is missing before they are tried', async () => {
    const { lake, counts } = show(
      [arrived()],
      { commit: true, undo: true },
      { lacking: ['fs:CreateCommit', 'fs:RevertBranch'] },
    )
    for (const [name, permission] of [
      ['Commit', 'fs:CreateCommit'],
      ['Take this drop back', 'fs:RevertBranch'],
    ] as const) {
      const why = `You may not do this: ${permission} is missing. Ask for it on this repository.`
      const described = async () => document.getElementById((await button(name)).getAttribute('aria-describedby') ?? '')
      await waitFor(async () => expect((await described())?.textContent).toBe(why))
      expect((await button(name)).getAttribute('aria-disabled')).toBe('true')
      fireEvent.click(await button(name))
    }
    expect(counts.get('POST /commits')).toBeUndefined()
    expect(lake.seen.some(({ route }) => route === 'reset')).toBe(false)
  })

  it('is made without a click where that is asked for', async () => {
    const sending = file('a', 1500, { status: 'sending', sent: 0 })
    const { uploader, counts } = show([sending], { commit: { auto: true } })
    await screen.findByText('Files are still under way.')
    act(() => uploader.set(sending.id, { status: 'uploaded', object: OBJECT, verified: true }))
    await screen.findByText('Committed to main as c2.')
    expect(counts.get('POST /commits')).toBe(1)
  })
})

it('metadata of which a part would be lost is said before the commit', async () => {
  const { counts } = show([arrived()], { commit: { metadata: { rig: 'north' } } })
  const commit = await button('Commit')
  await waitFor(() => expect(commit.getAttribute('aria-disabled')).toBe('false'))
  fireEvent.click(await button('Add a field'))
  const [, key] = screen.getAllByRole('textbox', { name: 'Key' })
  const [, value] = screen.getAllByRole('textbox', { name: 'Value' })
  if (!key || !value) throw new Error('no second field')
  expect(commit.getAttribute('aria-disabled')).toBe('false')
  fireEvent.change(value, { target: { value: 'south' } })
  expect(screen.getByText('south has no key. Name one, or remove the field.')).toBeTruthy()
  fireEvent.change(key, { target: { value: ' rig' } })
  expect(screen.getByText('The key rig stands there twice. Keep one of them.')).toBeTruthy()
  fireEvent.click(commit)
  expect(counts.get('POST /commits')).toBeUndefined()
  fireEvent.change(key, { target: { value: 'site' } })
  fireEvent.click(commit)
  await waitFor(() => expect(counts.get('POST /commits')).toBe(1))
})

describe('what somebody has written', () => {
  const message = () => screen.findByRole<HTMLTextAreaElement>('textbox', { name: 'Commit message' })
  async function write() {
    const shown = show([arrived()], { plan: true, commit: true })
    fireEvent.change(await message(), { target: { value: 'Night captures' } })
    fireEvent.click(await button('Add a field'))
    fireEvent.change(await screen.findByRole('textbox', { name: 'Key' }), { target: { value: 'rig' } })
    fireEvent.click(await screen.findByRole('checkbox', { name: 'Commit by itself when everything has arrived' }))
    return shown
  }
  async function isThere() {
    expect((await message()).value).toBe('Night captures')
    expect(screen.getByRole('textbox', { name: 'Key' })).toHaveProperty('value', 'rig')
    const auto = screen.getByRole('checkbox', { name: 'Commit by itself when everything has arrived' })
    expect(auto).toHaveProperty('checked', true)
  }

  it('stays behind a plan, which takes the keyboard', async () => {
    const { drop } = await write()
    ;(await message()).focus()
    const prepared = drop(fileOf('new.txt', 'new'))
    await screen.findByRole('heading', { name: heading })
    expect(screen.queryByRole('textbox', { name: 'Commit message' })).toBeNull()
    expect(document.activeElement?.closest('[hidden]')).toBeNull()
    expect(document.activeElement?.tagName).toBe('BUTTON')
    fireEvent.click(await button('Cancel'))
    expect(await prepared).toBeUndefined()
    await isThere()
  })

  it('stays when the list is cleared, as does what is not committed', async () => {
    const { uploader } = await write()
    act(() => void uploader.remove())
    expect(await button('Choose files')).toBeTruthy()
    await isThere()
    await screen.findByText('The commit takes 1 change')
  })

  it('has no fields before there is a first file', async () => {
    show([], { commit: true })
    expect(await button('Choose files')).toBeTruthy()
    expect(screen.queryByRole('textbox')).toBeNull()
  })
})

describe('undo', () => {
  it('off offers none', async () => {
    show([arrived()], { commit: true })
    await button('Commit')
    expect(screen.queryByRole('button', { name: /Take this drop back|Revert/ })).toBeNull()
  })

  it('takes back what is not committed, and reverts what is', async () => {
    show(
      [arrived()],
      { commit: true, undo: true },
      {
        answers: {
          'GET /commits/c2': () => json(200, made),
          'GET /refs/c1/diff/c2': () => added('raw/images/a'),
          'GET /refs/main/diff/c2': () => page([]),
        },
      },
    )
    expect(await button('Take this drop back')).toBeTruthy()
    await waitFor(async () => expect((await button('Commit')).getAttribute('aria-disabled')).toBe('false'))
    fireEvent.click(await button('Commit'))
    fireEvent.click(await button('Revert the commit'))
    await screen.findByText('Revert 1 change')
    expect(screen.queryByRole('button', { name: 'Take this drop back' })).toBeNull()
  })

  it('offers what an earlier visit has landed here, without a commit form, until there is a first file', async () => {
    const records = await openRecords()
    const at = { endpoint: 'http://lakefs.test/api/v1', repository: 'lake', branch: 'main' }
    await records.putLastCommit({ ...at, commit: 'c2', merge: false, when: 1_000_000_000_000 })
    const { uploader } = show([], { commit: true, undo: true })
    await screen.findByText(/^The last drop from this browser is on main as c2, /)
    expect(await button('Revert the commit')).toBeTruthy()
    expect(await button('Choose files')).toBeTruthy()
    expect(screen.queryByRole('region', { name: 'Commit to main' })).toBeNull()
    act(() => uploader.show({ files: [arrived()] }))
    await screen.findByRole('region', { name: 'Commit to main' })
    expect(screen.queryByText(/^The last drop from this browser/)).toBeNull()
    records.close()
  })
})

describe('receipt', () => {
  it('off offers none, in the commit neither', async () => {
    show([arrived()], { commit: true })
    await screen.findByText('The commit takes 1 change')
    expect(screen.queryByText(/receipt/i)).toBeNull()
  })

  it('offers it as a download and in the commit', async () => {
    show([arrived()], { commit: true, receipt: true })
    expect(await button('Download receipt as CSV')).toBeTruthy()
    expect(await button('Download receipt as JSON')).toBeTruthy()
    await screen.findByRole('checkbox', { name: 'Put the receipt into the commit' })
  })
})

describe('metadataRules', () => {
  it('are told to the uploader with each file', async () => {
    const { drop } = show([], { metadataRules: { defaults: { rig: 'north' } } })
    expect(await drop(fileOf('a.txt', 'a'))).toMatchObject({ files: [{ path: 'a.txt', metadata: { rig: 'north' } }] })
    expect(screen.queryByRole('heading', { name: heading })).toBeNull()
  })

  it('stop a drop that lacks a required key, also without a plan', async () => {
    const { drop } = show([], { metadataRules: { required: ['label'] } })
    const prepared = drop(fileOf('a.txt', 'a'))
    await screen.findByText('missing: label')
    expect((await button('Start upload')).getAttribute('aria-disabled')).toBe('true')
    fireEvent.click(await button('Cancel'))
    expect(await prepared).toBeUndefined()
  })
})

it('shows none of it where the session is shared with a place of the host', async () => {
  const session = new UploadSession()
  const footer: NonNullable<LakeFSUploaderProps['slots']>['footer'] = (context) => (
    <UploadActions {...context} {...DESTINATION} session={session} commit receipt />
  )
  show([arrived()], { commit: true, receipt: true, session, slots: { footer } })
  // By then one of the component's own would be there too, and there is one alone.
  await screen.findByRole('region', { name: 'Commit to main' })
  expect(await button('Verify again')).toBeTruthy()
})
