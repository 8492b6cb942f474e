// @vitest-environment happy-dom
import { act, cleanup, configure, fireEvent, render, screen, waitFor, within } from '@testing-library/react'
import { StrictMode } from 'react'
import { afterEach, describe, expect, it, vi } from 'vitest'
import type { Configuration, GivenFiles } from '../../core/index.ts'
import { lakefsWith, page } from '../../core/testing/answers.ts'
import { file as fileOf } from '../../core/testing/rig.ts'
import { UploadSession } from '../../core/versioned/index.ts'
import { type Receipt, receiptJson, receiptOf } from '../../core/versioned/receipt.ts'
import { createI18n, I18nProvider } from '../i18n/language.ts'
import { english } from '../i18n/messages.ts'
import { LakeFSUploader, type LakeFSUploaderProps } from '../LakeFSUploader.tsx'
import { UploadActions } from '../panels/versioned.tsx'
import { FakeUploader } from '../testing/fake-uploader.ts'
import { file as rowOf } from '../testing/scenes.ts'

afterEach(cleanup)
// Panels, reader and words come in pieces of their own, which takes its time on a busy machine.
configure({ asyncUtilTimeout: 10_000 })

const destination = { repository: 'lake', branch: 'main', prefix: 'raw/' }
const known = fileOf('a.txt', 'aaa')

/** A lake with one object, and the receipt of the drop that brought it. */
function lakeOf() {
  const made = lakefsWith({ 'GET /diff': () => page([]) })
  const object = made.lake.put('raw/a.txt', 'aaa')
  const { size, lastModified } = known
  const facts = { id: '1', path: 'a.txt', destination, size, lastModified, contentType: '', metadata: {} }
  const receipt = receiptOf(destination, [{ ...facts, status: 'uploaded', object, verified: true }], {
    when: Date.UTC(2026, 5, 14, 9, 12),
  })
  return { ...made, receipt }
}

function show(receipt: string | Partial<Receipt>, props: Partial<LakeFSUploaderProps> = {}) {
  const lake = lakeOf()
  const uploader = new FakeUploader({ files: [] })
  uploader.client = async () => lake.lakefs
  let agree: Configuration['agree']
  uploader.setOptions = (options?: Partial<Configuration>) => {
    if (options && 'agree' in options) agree = options.agree
  }
  const text = typeof receipt === 'string' ? receipt : receiptJson({ ...lake.receipt, ...receipt })
  const element = (more: Partial<LakeFSUploaderProps> = {}) => (
    <StrictMode>
      <LakeFSUploader
        {...destination}
        uploader={uploader}
        previousReceipt={new File([text], 'receipt.json')}
        {...props}
        {...more}
      />
    </StrictMode>
  )
  const view = render(element())
  const take = (drop: Omit<GivenFiles, 'destination'>) => agree?.({ ...drop, destination }, lake.lakefs, destination)
  const drop = (...files: File[]) => take({ files: files.map((file) => ({ file, path: file.name })) })
  return { ...lake, uploader, drop, take, update: (more: Partial<LakeFSUploaderProps>) => view.rerender(element(more)) }
}
const panel = () => screen.findByRole('region', { name: 'Receipt of an earlier drop' })
const button = (name: string) => screen.getByRole('button', { name })

describe('the receipt of an earlier drop', () => {
  it('is named with what it holds, and verified against the branch, path by path', async () => {
    const { lake } = show({})
    const region = await panel()
    expect(region.textContent).toContain('receipt.json')
    expect(region.textContent).toContain('1 file, 1 on main then.')
    fireEvent.click(button('Verify again'))
    await waitFor(() => expect(region.textContent).toContain('1 file is as it arrived.'))
    expect(within(region).queryByRole('list')).toBeNull()
    lake.objects.delete('raw/a.txt')
    fireEvent.click(button('Verify again'))
    await waitFor(() => expect(region.textContent).toContain('0 changed, 1 missing.'))
    expect(within(region).getByRole('listitem').textContent).toBe('raw/a.txtmissing')
  })

  it('shows a plan although none was asked for, and spares the reading', async () => {
    const { drop } = show({})
    await panel()
    const prepared = drop(known, fileOf('new.txt', 'new'))
    await screen.findByText(/1 file known from the earlier drop and not read again/)
    fireEvent.click(button('Start upload'))
    expect((await prepared)?.files.map(({ path, skip }) => [path, skip])).toEqual([
      ['a.txt', 'identical'],
      ['new.txt', undefined],
    ])
  })

  it('is waited for by a drop that comes before it is read', async () => {
    const { drop } = show({})
    const prepared = drop(known)
    await screen.findByText(/1 file known from the earlier drop/)
    fireEvent.click(button('Start upload'))
    expect((await prepared)?.files[0]?.skip).toBe('identical')
  })

  it('of another branch is told and not used', async () => {
    const { drop } = show({ branch: 'dev' })
    expect((await panel()).textContent).toContain('It tells of lakefs://lake/dev, so nothing of it is used for main.')
    expect((await drop(known))?.files[0]?.skip).toBeUndefined()
  })

  it.each(['upload-1', 'main'])('of %s is good for a drop that gathers on upload-1 for main', async (branch) => {
    const session = new UploadSession()
    session.adopt({
      repository: 'lake',
      target: 'main',
      branch: 'upload-1',
      id: '1',
      hidden: false,
      state: 'gathering',
    })
    const { lake, drop } = show({ branch }, { session, atomic: true })
    lake.branches.push('upload-1')
    expect((await panel()).textContent).not.toContain('It tells of')
    const prepared = drop(known)
    await screen.findByText(/1 file known from the earlier drop/)
    fireEvent.click(button('Start upload'))
    expect(await prepared).toMatchObject({ files: [{ skip: 'identical' }], destination: { branch: 'upload-1' } })
  })

  it('is forgotten by its button, stays forgotten, and another one is read', async () => {
    const onPreviousReceiptChange = vi.fn()
    const file = new File([receiptJson(lakeOf().receipt)], 'first.json')
    const { update, drop } = show({}, { onPreviousReceiptChange, previousReceipt: file })
    await panel()
    fireEvent.click(button('Forget'))
    expect(onPreviousReceiptChange).toHaveBeenCalledExactlyOnceWith(undefined)
    await waitFor(() => expect(screen.queryByRole('region', { name: 'Receipt of an earlier drop' })).toBeNull())
    update({ previousReceipt: file })
    expect((await drop(known))?.files[0]?.skip).toBeUndefined()
    update({ previousReceipt: receiptJson(lakeOf().receipt) })
    // A text has no name.
    expect((await panel()).textContent).not.toContain('.json')
    update({ previousReceipt: undefined })
    await waitFor(() => expect(screen.queryByRole('region', { name: 'Receipt of an earlier drop' })).toBeNull())
  })
})

describe('a file that cannot be used', () => {
  it.each([
    ['a,b\n1,2\n', 'It is neither a receipt nor a plan of this uploader.'],
    ['{"format":"lakefs-uploader plan","vers', 'Part of it is missing or was changed.'],
    ['{"format":"lakefs-uploader plan","version":2}', 'A later version of this uploader has written it.'],
  ])('%s is told, and drops go on without it', async (text, why) => {
    const { drop } = show(text)
    const alert = await screen.findByText(new RegExp(why))
    expect(alert.closest('[role=alert]')?.textContent).toContain('receipt.json cannot be used')
    expect((await drop(known))?.files[0]?.skip).toBeUndefined()
    fireEvent.click(button('Forget'))
    await waitFor(() => expect(screen.queryByText('receipt.json cannot be used')).toBeNull())
  })
})

describe('the commands of a plan', () => {
  const files = ['d/a.txt', 'd/new.txt'].map((path) => ({ path, file: fileOf(path.slice(2), 'new') }))
  const systemFile = { path: 'd/.DS_Store', code: 'system-file', message: '', size: 1 } as const
  const commands = () => screen.findByRole('region', { name: 'Send by a command instead' })

  it('name a folder where all of it is sent, and its files where a system file lies between them', async () => {
    const { take } = show({}, { plan: true, previousReceipt: undefined })
    void take({ files, rejections: [] })
    fireEvent.click(await screen.findByRole('button', { name: 'Send by a command instead' }))
    expect((await commands()).textContent).toContain('--recursive --source ./d lakefs://')
    fireEvent.click(button('Cancel'))
    void take({ files, rejections: [systemFile] })
    fireEvent.click(await screen.findByRole('button', { name: 'Send by a command instead' }))
    expect((await commands()).textContent).toContain('--source ./d/new.txt lakefs://')
    expect((await commands()).textContent).not.toContain('--recursive')
  })

  it('leave out what only the page can do, and say so', async () => {
    const { lake, take } = show({}, { plan: true, previousReceipt: undefined })
    lake.put('raw/d/a.txt', 'before')
    void take({ files, rejections: [] })
    fireEvent.click(await screen.findByRole('button', { name: 'Send by a command instead' }))
    const region = await commands()
    expect(region.textContent).toContain('1 file left out here')
    expect(region.textContent).not.toContain('d/a.txt')
    fireEvent.click(screen.getByRole('radio', { name: 'Replace' }))
    expect(region.textContent).toContain('--recursive --source ./d lakefs://')
    expect(region.textContent).not.toContain('left out here')
  })
})

describe.each([
  [
    'protected',
    (lake: ReturnType<typeof lakeOf>['lake']) => lake.protectedBranches.push('main'),
    'Use an upload branch',
  ],
  ['missing', (lake: ReturnType<typeof lakeOf>['lake']) => lake.branches.splice(0), 'Create branch'],
])('a plan for a branch that is %s', (_, spoil, way) => {
  const files = [{ path: 'new.txt', file: fileOf('new.txt', 'new') }]

  it.each([true, false])('offers to make another one, unless it may not: %s', async (may) => {
    const { lake, take } = show(
      {},
      { plan: true, previousReceipt: undefined, ...(may ? {} : { allowNewBranch: false }) },
    )
    spoil(lake)
    void take({ files })
    const start = await screen.findByRole('button', { name: 'Start upload' })
    expect(start.getAttribute('aria-disabled')).toBe('true')
    expect(screen.queryByRole('button', { name: way }) !== null).toBe(may)
    const why = document.getElementById(start.getAttribute('aria-describedby') ?? '')
    expect(why?.textContent).toContain(may ? 'Choose where to send first' : 'sends nowhere else')
  })
})

const OWN = {
  repository: 'lake',
  target: 'main',
  branch: 'upload-1',
  id: '1',
  hidden: false,
  state: 'gathering',
} as const

describe('an upload after one that was kept on its branch', () => {
  it('without a branch of its own tells of no other branch', async () => {
    const session = new UploadSession()
    const { take } = show({}, { plan: true, previousReceipt: undefined, session })
    session.adopt(OWN)
    await session.keep('1')
    expect(session.getSnapshot().keptBranch).toBe('upload-1')
    const prepared = take({ files: [{ path: 'b.txt', file: known }] })
    fireEvent.click(await screen.findByRole('button', { name: 'Start upload' }))
    expect(await prepared).toMatchObject({ destination: { branch: 'main' } })
    expect(session.getSnapshot().keptBranch).toBeUndefined()
  })

  it('has a receipt of its own files alone', async () => {
    const { lakefs } = lakeOf()
    const session = new UploadSession()
    const row = (path: string, branch: string) => ({
      ...rowOf(path, 3, { status: 'uploaded', object: lakeOf().lake.put(path, 'aaa'), verified: true }),
      destination: { ...destination, branch },
    })
    const aside = [row('1.txt', 'upload-1'), row('2.txt', 'upload-1')]
    const element = (files: ReturnType<typeof row>[]) => {
      const uploader = new FakeUploader({ files })
      uploader.client = async () => lakefs
      const snapshot = uploader.getSnapshot()
      return (
        <I18nProvider value={createI18n('en', english)}>
          <UploadActions {...{ uploader, snapshot, session }} repository="lake" branch="main" receipt />
        </I18nProvider>
      )
    }
    session.adopt(OWN)
    const { rerender } = render(element(aside))
    await screen.findByText(/of all 2 files/)
    await act(() => session.keep('1'))
    await screen.findByText(/of all 2 files/)
    rerender(element([...aside, row('3.txt', 'main')]))
    await screen.findByText(/time of the file\./)
  })
})

it('says in two widgets on one page each its own reason', async () => {
  const made = lakefsWith({ 'GET /diff': () => page([]) })
  const widgets = ['1', '2'].map((key) => {
    const uploader = new FakeUploader({ files: [] })
    uploader.client = async () => made.lakefs
    const rest = { uploader, snapshot: uploader.getSnapshot(), session: new UploadSession() }
    return <UploadActions key={key} {...rest} repository="lake" branch="main" commit />
  })
  render(<I18nProvider value={createI18n('en', english)}>{widgets}</I18nProvider>)
  const commits = () => screen.getAllByRole('button', { name: 'Commit' })
  await waitFor(() => expect(commits()).toHaveLength(2))
  const said = commits().map((one) => document.getElementById(one.getAttribute('aria-describedby') ?? ''))
  expect(said.map((one) => one?.textContent)).toEqual(Array(2).fill('There is nothing to commit.'))
  expect(said[0]).not.toBe(said[1])
  cleanup()
  for (let count = 0; count < 2; count += 1) {
    const { lake, take } = show({}, { plan: true, previousReceipt: undefined })
    lake.protectedBranches.push('main')
    void take({ files: [{ path: 'new.txt', file: known }] })
  }
  await waitFor(() => expect(screen.getAllByRole('button', { name: 'Start upload' })).toHaveLength(2))
  const ids = screen.getAllByRole('button', { name: 'Start upload' }).map((one) => one.getAttribute('aria-describedby'))
  expect(ids.map((id) => document.querySelectorAll(`[id="${id}"]`).length)).toEqual([1, 1])
})
