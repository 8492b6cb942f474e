// @vitest-environment happy-dom
import { QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { act, cleanup, configure, fireEvent, render, renderHook, screen, within } from '@testing-library/react'
import { StrictMode } from 'react'
import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { UploadError, type UploaderOptions } from '../core/index.ts'
import { createLakeFS } from '../core/lakefs/index.ts'
import { say, TestLake } from '../core/testing/lake.ts'
import { rig } from '../core/testing/rig.ts'
import { LakeFSUploader, type LakeFSUploaderProps } from './LakeFSUploader.tsx'
import { loadRows } from './list/Queue.tsx'
import { FakeUploader } from './testing/fake-uploader.ts'
import { DESTINATION, file, object, SCENES, type Scene } from './testing/scenes.ts'
import { useUploader } from './useUploader.ts'

// Pieces take their time on a busy machine.
configure({ asyncUtilTimeout: 10_000 })

// As on a page, where it comes while nobody has dropped anything yet.
beforeAll(loadRows)

function show(scene: Scene, props: Partial<LakeFSUploaderProps> = {}) {
  const uploader = new FakeUploader(scene)
  const view = render(
    <StrictMode>
      <LakeFSUploader {...DESTINATION} uploader={uploader} {...props} />
    </StrictMode>,
  )
  return { uploader, ...view }
}

const scene = (name: string): Scene => SCENES[name]?.() ?? { files: [] }
const button = (name: string | RegExp) => screen.getByRole('button', { name })
const row = (path: string) => {
  const found = within(screen.getByRole('list', { name: 'Files' }))
    .getAllByRole('listitem')
    .find((item) => item.textContent?.includes(path))
  if (!found) throw new Error(`no row of ${path}`)
  return found
}

beforeEach(() => vi.useFakeTimers({ shouldAdvanceTime: true }))
afterEach(() => {
  cleanup()
  vi.useRealTimers()
})

describe('without a complete destination', () => {
  it.each([
    [{ repository: '', branch: '' }, 'Choose a repository first.'],
    [{ branch: '' }, 'Choose a branch first.'],
    // From a host without types, whose data has not come yet.
    [{ branch: null as unknown as string }, 'Choose a branch first.'],
    [{ disabled: 'The lake is closed on Sundays.' }, 'The lake is closed on Sundays.'],
    [{ disabled: true }, 'No files can be added right now.'],
  ])('%j takes nothing and says why', (props, why) => {
    const { uploader, container } = show(scene('empty'), props)
    const add = vi.spyOn(uploader, 'add')
    expect(button('Choose files').getAttribute('aria-disabled')).toBe('true')
    const told = button('Choose folder').getAttribute('aria-describedby') ?? ''
    expect(document.getElementById(told)?.textContent).toBe(why)
    const said = () => screen.getAllByRole('alert').flatMap(({ textContent }) => textContent || [])
    expect(said()).toEqual([])
    fireEvent.change(container.querySelector('input[type=file]') as Element, { target: { files: [new File([], 'a')] } })
    expect(add).not.toHaveBeenCalled()
    expect(said()).toEqual([why])
    expect(screen.queryByText(/Folders keep their shape/)).toBeNull()
  })
})

it('says below the zone why the user may not write here, before there is a file, and asks for no session', async () => {
  const lacks = async () => say(401, 'insufficient permissions: not allowed to fs:WriteObject')
  const { engine } = rig({ ...DESTINATION }, { lakefs: createLakeFS({ endpoint: '/api/v1', fetch: lacks }) })
  const { unmount } = render(<LakeFSUploader {...DESTINATION} uploader={engine} />)
  await screen.findByText(
    'You may not write here: fs:WriteObject is missing. Ask for it on lake, or choose another repository.',
  )
  unmount()
  const noSession = async () => say(401, 'error authenticating request')
  const out = rig({ ...DESTINATION }, { lakefs: createLakeFS({ endpoint: '/api/v1', fetch: noSession }) }).engine
  render(<LakeFSUploader {...DESTINATION} uploader={out} />)
  await act(async () => vi.advanceTimersByTimeAsync(1000))
  expect(out.getSnapshot().sessionExpired).toBe(false)
})

describe('names', () => {
  it('has the address in the region and both pickers when empty', () => {
    show(scene('empty'))
    expect(screen.getByRole('region', { name: 'Upload to lakefs://lake/main/raw/images/' })).toBeTruthy()
    expect(button('Choose files')).toBeTruthy()
    expect(button('Choose folder')).toBeTruthy()
    expect(screen.queryByRole('progressbar')).toBeNull()
  })

  it('names every action of all and of each row by its path', () => {
    show(scene('sending'))
    const DEEP = 'video/2025-06-14/site-ridge-north/cam-03-long-range/session-b/rectified/left'
    for (const name of ['Retry failed', 'Pause all', 'Cancel all', 'Clear finished', 'Choose files', 'Choose folder']) {
      expect(button(name)).toBeTruthy()
    }
    expect(button('Remove checkpoints/epoch-11.safetensors')).toBeTruthy()
    expect(button(`Pause ${DEEP}/take-0042.mp4`)).toBeTruthy()
    expect(button(`Cancel ${DEEP}/take-0042.mp4`)).toBeTruthy()
    expect(button('Retry images/night/IMG_2041.dng')).toBeTruthy()
    expect(button('Resume pointclouds/scan-0007.laz')).toBeTruthy()
    expect(screen.getByRole('progressbar', { name: 'Total progress' }).getAttribute('aria-valuenow')).toBe('70')
    const bar = screen.getByRole('progressbar', { name: `${DEEP}/take-0042.mp4` })
    expect(bar.getAttribute('aria-valuenow')).toBe('62')
  })

  it('begins every status with its word', () => {
    show(scene('statuses'))
    const said = [...document.querySelectorAll('.lfu-status')].map((status) => status.textContent ?? '')
    const words =
      'Queued Checking Sending Finishing Waiting Waiting Paused Needs Uploaded Skipped Failed Cancelled Queued Queued'
    expect(said.map((text) => /^\w+/.exec(text)?.[0]).join(' ')).toBe(words)
  })

  it('says in the list where each row stands', () => {
    show(scene('sending'))
    const items = within(screen.getByRole('list', { name: 'Files' })).getAllByRole('listitem')
    expect(items[1]?.getAttribute('aria-posinset')).toBe('2')
    expect(items[1]?.getAttribute('aria-setsize')).toBe('8')
  })

  it('offers Resume all in the same place once everything is paused', () => {
    show({ files: [file('a.bin', 10, { status: 'queued' })] })
    const pause = button('Pause all')
    fireEvent.click(pause)
    expect(button('Resume all')).toBe(pause)
    expect(row('a.bin').textContent).toContain('Paused')
  })
})

it.each(['finishing', 'asking'] as const)('offers no Pause all where every file that is left is %s', (status) => {
  const conflict = {
    existing: { path: 'a', physical_address: '', checksum: '', size_bytes: 1, mtime: 1 },
    renamed: 'b',
  }
  const { uploader } = show({
    files: [
      file('a.bin', 10, status === 'asking' ? { status, conflict } : { status, sent: 10 }),
      file('b.bin', 10, { status: 'sending', sent: 1 }),
    ],
  })
  const disabled = () => button('Pause all').getAttribute('aria-disabled')
  expect(disabled()).toBe('false')
  const [, second = ''] = uploader.getSnapshot().ids
  act(() => uploader.set(second, { status: 'skipped', reason: 'exists' }))
  expect(disabled()).toBe('true')
  expect(button('Cancel all').getAttribute('aria-disabled')).toBeNull()
})

it.each([
  [true, 'true'],
  [false, 'false'],
])('offers Pause all while files wait only where one has bytes to send: all stored %s', (stored, disabled) => {
  show({
    files: [file('a.bin', 10, { status: 'waiting', wait: { reason: 'busy', side: 'lakefs' }, stored, sent: 10 })],
  })
  expect(button('Pause all').getAttribute('aria-disabled')).toBe(disabled)
})

describe('rows', () => {
  it('puts few of 20,000 on the page', () => {
    show({ files: Array.from({ length: 20_000 }, (_, index) => file(`${index}.bin`, 1, { status: 'queued' })) })
    expect(document.querySelectorAll('.lfu-row').length).toBeLessThan(60)
    expect(button('All 20,000')).toBeTruthy()
  })

  it('draws again only the row that changed', () => {
    const { uploader } = show({
      files: [file('a.bin', 10, { status: 'queued' }), file('b.bin', 10, { status: 'queued' })],
    })
    const before = row('b.bin').querySelector('.lfu-row')?.outerHTML
    const mutations: Node[] = []
    const observer = new MutationObserver((records) => mutations.push(...records.map(({ target }) => target)))
    observer.observe(row('b.bin'), { childList: true, subtree: true, attributes: true, characterData: true })
    act(() => uploader.set(uploader.getSnapshot().ids[0] ?? '', { status: 'checking' }))
    expect(row('a.bin').textContent).toContain('Checking')
    expect(row('b.bin').querySelector('.lfu-row')?.outerHTML).toBe(before)
    expect(observer.takeRecords().length + mutations.length).toBe(0)
  })

  it('answers a conflict, for all where that is ticked', () => {
    const { uploader } = show(scene('sending'))
    const answer = vi.spyOn(uploader, 'resolveConflict')
    fireEvent.click(screen.getByRole('checkbox', { name: 'For all conflicts in this drop' }))
    fireEvent.click(button('Keep both'))
    expect(answer).toHaveBeenCalledWith(expect.any(String), 'rename', { forAll: true })
  })

  it('says what keeping both would make', () => {
    show(scene('sending'))
    const hint = button('Keep both').getAttribute('aria-describedby')
    expect(document.getElementById(hint ?? '')?.textContent).toBe('saves yours as annotations/classes-2.json')
  })

  it('stand below what can be done about them under Failed, with one retry', () => {
    const { uploader } = show(scene('mixed'))
    fireEvent.click(button('Failed 9'))
    const retry = button('Retry 3 files, one reason')
    expect(screen.getByText(/the stored copies differ from your files/)).toBeTruthy()
    fireEvent.click(retry)
    expect(uploader.getSnapshot().totals.counts.queued).toBe(3)
  })

  it('open to where they land, and take another path before they are sent', async () => {
    const { uploader } = show({ files: [file('a.bin', 10, { status: 'queued' })] })
    fireEvent.click(button('Details of a.bin'))
    const field = await screen.findByRole('textbox', { name: 'Lands at' })
    fireEvent.change(field, { target: { value: 'sub/b.bin' } })
    fireEvent.click(button('Save'))
    expect(uploader.getSnapshot().files[0]?.path).toBe('sub/b.bin')
  })

  it('take another path by Enter too, but not by the one that ends the composing of a word', async () => {
    const { uploader } = show({ files: [file('a.bin', 10, { status: 'queued' })] })
    fireEvent.click(button('Details of a.bin'))
    const field = await screen.findByRole('textbox', { name: 'Lands at' })
    fireEvent.change(field, { target: { value: 'b.bin' } })
    fireEvent.keyDown(field, { key: 'Enter', isComposing: true })
    expect(uploader.getSnapshot().files[0]?.path).toBe('a.bin')
    fireEvent.keyDown(field, { key: 'Enter' })
    expect(uploader.getSnapshot().files[0]?.path).toBe('b.bin')
  })

  it('open to what the look at the store has found', async () => {
    show(scene('mixed'))
    fireEvent.click(button('Details of models/vit.onnx'))
    await screen.findByText(/https:\/\/store\.example\.com answers, but its CORS rule/)
    expect(screen.getByText(/"AllowedMethods": \["PUT"\]/)).toBeTruthy()
  })

  it('open to parts, tries and the speed of the last minutes', async () => {
    show(scene('sending'))
    fireEvent.click(button(/^Details of video.*take-0042/))
    await screen.findByText('60 of 97')
    expect(document.querySelector('.lfu-rates polyline')).toBeTruthy()
  })

  it('say why a path cannot be taken', async () => {
    const { uploader } = show({ files: [file('a.bin', 10, { status: 'queued' })] })
    uploader.rename = () => {
      throw new UploadError('path-twice')
    }
    fireEvent.click(button('Details of a.bin'))
    fireEvent.change(await screen.findByRole('textbox', { name: 'Lands at' }), { target: { value: 'b.bin' } })
    fireEvent.click(button('Save'))
    expect(screen.getByText('two files were given for this path. Rename one of them.')).toBeTruthy()
  })
})

describe('focus', () => {
  const three = () => ['a', 'b', 'c'].map((name) => file(`${name}.bin`, 10, { status: 'cancelled' }))
  const settle = () => act(async () => await vi.advanceTimersByTimeAsync(20))

  it('goes to the same action of the next row when its row leaves', async () => {
    show({ files: three() })
    const remove = button('Remove a.bin')
    remove.focus()
    fireEvent.click(remove)
    await settle()
    expect(document.activeElement).toBe(button('Remove b.bin'))
  })

  it('goes to the row before when the last one leaves', async () => {
    show({ files: three() })
    const remove = button('Remove c.bin')
    remove.focus()
    fireEvent.click(remove)
    await settle()
    expect(document.activeElement).toBe(button('Remove b.bin'))
  })

  it('stays on the slot whose action changes', async () => {
    show({ files: [file('a.bin', 10, { status: 'queued' })] })
    const pause = button('Pause a.bin')
    pause.focus()
    fireEvent.click(pause)
    await settle()
    expect(document.activeElement).toBe(button('Resume a.bin'))
  })

  it('goes to the other slot where its own one goes', async () => {
    const { uploader } = show({ files: [file('a.bin', 10, { status: 'queued' })] })
    button('Pause a.bin').focus()
    act(() => uploader.set(uploader.getSnapshot().ids[0] ?? '', { status: 'checking' }))
    await settle()
    expect(document.activeElement).toBe(button('Cancel a.bin'))
  })

  it('goes to a picker when nothing is left', async () => {
    show({ files: three().slice(0, 1) })
    const remove = button('Remove a.bin')
    remove.focus()
    fireEvent.click(remove)
    await settle()
    expect(document.activeElement).toBe(button('Choose files'))
  })
})

describe('what is said aloud', () => {
  it('is start, quarters and end, in one polite region', () => {
    const { uploader } = show({ files: ['a', 'b', 'c', 'd'].map((name) => file(name, 10, { status: 'queued' })) })
    const said = screen.getByRole('status')
    expect(said.textContent).toBe('Uploading 4 files.')
    const [first = '', ...rest] = uploader.getSnapshot().ids
    act(() => uploader.set(first, { status: 'sending', sent: 10 }))
    act(() => vi.advanceTimersByTime(600))
    expect(said.textContent).toBe('25% done.')
    act(() => {
      uploader.set(first, { status: 'cancelled' })
      for (const id of rest) uploader.set(id, { status: 'skipped', reason: 'identical' })
    })
    act(() => vi.advanceTimersByTime(600))
    expect(said.textContent).toBe('Finished: 3 skipped, 1 cancelled.')
  })

  it('tells of a drop that joins piece by piece once', () => {
    const some = (count: number) => Array.from({ length: count }, (_, at) => file(`${at}`, 10, { status: 'queued' }))
    const { uploader } = show({ files: some(1) })
    const said = screen.getByRole('status')
    const heard = new Set<string>()
    for (const count of [10, 60, 200, 500]) {
      act(() => uploader.show({ files: some(count) }))
      act(() => vi.advanceTimersByTime(600))
      heard.add(said.textContent ?? '')
    }
    act(() => vi.advanceTimersByTime(1000))
    heard.add(said.textContent ?? '')
    expect([...heard]).toEqual(['Uploading 1 file.', 'Uploading 500 files.'])
  })

  it('is one alert for many failures', () => {
    show(scene('mixed'))
    const alert = screen.getByRole('alert')
    expect(alert.textContent).toContain('3 files failed: the stored copy differs')
    expect(alert.textContent?.length).toBeLessThan(500)
  })

  it('names the first file that asks, until nothing asks any more', () => {
    const { uploader } = show({ files: ['a', 'b', 'c'].map((name) => file(name, 10, { status: 'queued' })) })
    const [first = '', second = '', third = ''] = uploader.getSnapshot().ids
    const asking = { status: 'asking', conflict: { existing: object('b', 5), renamed: 'b-2' } } as const
    act(() => uploader.set(second, asking))
    act(() => vi.advanceTimersByTime(600))
    expect(screen.getByRole('alert').textContent).toBe('Needs an answer: b')
    act(() => uploader.set(third, asking))
    act(() => vi.advanceTimersByTime(600))
    expect(screen.getByRole('alert').textContent).toBe('Needs an answer: b')
    // What fails meanwhile is told beside it.
    act(() => uploader.set(first, { status: 'failed', error: new UploadError('read-only'), sent: 0 }))
    act(() => vi.advanceTimersByTime(600))
    expect(screen.getByRole('alert').textContent).toMatch(/^Failed: a, .* Needs an answer: b$/)
    act(() => {
      uploader.remove(first)
      for (const id of [second, third]) uploader.set(id, { status: 'skipped', reason: 'exists' })
    })
    act(() => vi.advanceTimersByTime(600))
    expect(screen.getByRole('alert').textContent).toBe('')
  })

  it('names the one file that failed, and why', () => {
    show({ files: [file('a.bin', 10, { status: 'failed', error: new UploadError('read-only'), sent: 0 })] })
    expect(screen.getByRole('alert').textContent).toBe(
      'Failed: a.bin, this repository is read-only. Choose another repository.',
    )
  })
})

describe('the session', () => {
  it('shows its panel, and goes on once the host has signed in', async () => {
    const onSignIn = vi.fn(async () => {})
    const { uploader } = show(scene('session'), { onSignIn })
    expect(screen.getByRole('heading', { name: 'Your session has ended' })).toBeTruthy()
    await act(async () => fireEvent.click(button('Sign in')))
    expect(onSignIn).toHaveBeenCalledOnce()
    expect(uploader.getSnapshot().sessionExpired).toBe(false)
    expect(screen.queryByRole('heading', { name: 'Your session has ended' })).toBeNull()
  })

  it('does not say that a session has ended where there was none, and where to sign in', () => {
    const never = { ...scene('session'), neverSignedIn: true }
    const { unmount } = show(never)
    expect(screen.getByRole('heading', { name: 'You are not signed in' })).toBeTruthy()
    expect(screen.getByText(/Sign in to lakeFS in another tab/)).toBeTruthy()
    unmount()
    show(never, { onSignIn: () => {} })
    expect(screen.getByText('Sign in to lakeFS to send these files.')).toBeTruthy()
    expect(screen.queryByText(/session has ended/)).toBeNull()
  })

  it('takes a form of the host in place of the button', () => {
    show(scene('session'), { slots: { sessionPanel: () => <input aria-label="Access key ID" /> } })
    expect(screen.getByRole('textbox', { name: 'Access key ID' })).toBeTruthy()
    expect(screen.queryByRole('button', { name: 'Sign in' })).toBeNull()
  })

  it('keeps what has been typed there, whoever finds out first that it has ended', () => {
    const slots = { sessionPanel: <input aria-label="Access key ID" /> }
    const field = () => screen.getByRole<HTMLInputElement>('textbox', { name: 'Access key ID' })
    const { uploader, rerender } = show(scene('empty'), { slots, sessionExpired: true })
    fireEvent.change(field(), { target: { value: 'AKIA' } })
    act(() => uploader.show(scene('session')))
    rerender(
      <StrictMode>
        <LakeFSUploader {...DESTINATION} uploader={uploader} slots={slots} />
      </StrictMode>,
    )
    expect(field().value).toBe('AKIA')
  })
})

describe('what was left out', () => {
  it('is counted, shown by name with its reason, and junk can be taken along', async () => {
    const { uploader } = show(scene('refused'), { accept: '.jpg', maxFiles: 3, maxSize: 5e9 })
    const include = vi.spyOn(uploader, 'addSystemFiles')
    fireEvent.click(button('Show them'))
    await screen.findByText('only .jpg are taken here')
    expect(screen.getByText('9.00 GB is over the limit of 5.00 GB here')).toBeTruthy()
    expect(screen.getByText('only 3 files are taken here')).toBeTruthy()
    fireEvent.click(button('Include the junk file'))
    expect(include).toHaveBeenCalledOnce()
  })

  it('says that a folder of version control was, in one row, and includes it at a click', async () => {
    const { uploader } = show(scene('refused'))
    const include = vi.spyOn(uploader, 'addVersionControl')
    expect(screen.getAllByText(/^Left out: 3 files of version control \(\.git\/\)/)).toBeTruthy()
    fireEvent.click(button('Show them'))
    const row = (await screen.findByText('model/.git/')).closest('li')
    expect(row?.textContent).toBe('model/.git/ version control · 3 files')
    fireEvent.click(button('Include the 3 version control files'))
    expect(include).toHaveBeenCalledOnce()
  })

  it('offers no button for what nobody can read', () => {
    const rejection = {
      path: 'd/~$a.docx',
      message: '',
      matched: '~$a.docx',
      error: new UploadError('file-unreadable'),
    }
    show({ files: [], rejections: [{ ...rejection, code: 'system-file' }] })
    expect(screen.getByText('Left out: 1 junk file (~$a.docx).')).toBeTruthy()
    fireEvent.click(button('Show them'))
    expect(screen.queryByRole('button', { name: /^Include/ })).toBeNull()
  })
})

describe('getting files in', () => {
  it('adds what is chosen and empties the input, so that the same can be chosen again', () => {
    const { uploader, container } = show(scene('empty'))
    const add = vi.spyOn(uploader, 'add')
    const input = container.querySelector<HTMLInputElement>('input[type=file]:not([webkitdirectory])')
    if (!input) throw new Error('no input')
    const chosen = new File(['x'], 'a.txt')
    const transfer = new DataTransfer()
    transfer.items.add(chosen)
    Object.defineProperty(input, 'files', { value: transfer.files, configurable: true })
    fireEvent.change(input)
    expect(add).toHaveBeenCalledWith([chosen])
    expect(input.value).toBe('')
  })

  it('opens the inputs by the buttons', () => {
    const { container } = show(scene('empty'))
    const clicked = vi.fn()
    for (const input of container.querySelectorAll('input[type=file]')) input.addEventListener('click', clicked)
    fireEvent.click(button('Choose files'))
    fireEvent.click(button('Choose folder'))
    expect(clicked).toHaveBeenCalledTimes(2)
  })
})

describe('useUploader', () => {
  const options = { repository: 'lake', branch: 'main', endpoint: 'http://lakefs.test/api/v1' }
  const host = ({ children }: { children: React.ReactNode }) => (
    <StrictMode>
      <QueryClientProvider client={new QueryClient()}>{children}</QueryClientProvider>
    </StrictMode>
  )

  it('keeps one uploader through renders and takes new destinations', () => {
    const { result, rerender } = renderHook((props: typeof options) => useUploader(props), {
      initialProps: options,
      wrapper: host,
    })
    const { uploader } = result.current
    rerender({ ...options, branch: 'next' })
    expect(result.current.uploader).toBe(uploader)
    expect(result.current.uploader.getSnapshot().destination.branch).toBe('next')
    expect(result.current.status).toBe('idle')
  })

  const given = () => [
    new File(['a'], 'a.csv'),
    new File(['b'], 'b.txt'),
    { file: new File(['c'], 'c.csv'), path: '../c.csv' },
  ]
  /** Callbacks of one render, which note what they hear under its name. */
  const callbacks = (render: string, heard: string[]) =>
    ({
      accept: '.csv',
      persist: false,
      onConflict: ({ file: { path }, existing }) => {
        heard.push(`${render} conflict ${path} ${existing.size_bytes}`)
        return 'skip'
      },
      onError: ({ path }, { code }) => heard.push(`${render} error ${path} ${code}`),
      onRejected: ([one]) => heard.push(`${render} rejected ${one?.path} ${one?.code}`),
      onProgress: ({ counts }) => heard.push(`${render} progress ${counts.skipped} ${counts.failed}`),
      onFinished: ({ skipped, failed }) => heard.push(`${render} finished ${skipped} ${failed}`),
    }) satisfies Partial<UploaderOptions>
  const told = (render: string) => [
    `${render} rejected b.txt file-invalid-type`,
    `${render} error ../c.csv path-invalid`,
    `${render} conflict a.csv 6`,
    `${render} progress 1 1`,
    `${render} finished 1 1`,
  ]
  /** Without the notices of progress on the way. */
  const main = (heard: readonly string[]) =>
    heard.filter((line, index) => !line.includes('progress') || heard[index + 1]?.includes('finished'))

  it('tells the callbacks of the last render, each once', async () => {
    const lake = new TestLake()
    lake.put('a.csv', 'theirs')
    vi.stubGlobal('fetch', lake.fetch)
    const heard: string[] = []
    const { result, rerender } = renderHook((props: UploaderOptions) => useUploader(props), {
      initialProps: { ...options, ...callbacks('first', heard) },
      wrapper: host,
    })
    rerender({ ...options, ...callbacks('last', heard) })
    await act(() => result.current.add(given()))
    await act(() => result.current.finished())
    vi.unstubAllGlobals()
    expect(main(heard)).toEqual(told('last'))
    expect(result.current.rejections).toMatchObject([{ path: 'b.txt', code: 'file-invalid-type' }])
    act(() => result.current.dismissRejections())
    await vi.waitFor(() => expect(result.current.rejections).toEqual([]))
    const { files, getDetails } = result.current
    expect(files.map(({ id, path }) => [path, getDetails(id)?.tries])).toEqual([
      ['a.csv', expect.any(Number)],
      ['../c.csv', expect.any(Number)],
    ])
  })

  it('has a component that tells the same', async () => {
    const lake = new TestLake()
    lake.put('a.csv', 'theirs')
    vi.stubGlobal('fetch', lake.fetch)
    const heard: string[] = []
    const { container } = render(<LakeFSUploader {...options} {...callbacks('props', heard)} />, { wrapper: host })
    const input = container.querySelector<HTMLInputElement>('input[type=file]:not([webkitdirectory])')
    if (!input) throw new Error('no input')
    fireEvent.change(input, { target: { files: [new File(['a'], 'a.csv'), new File(['b'], 'b.txt')] } })
    await vi.waitFor(() => expect(heard.at(-1)).toBe('props finished 1 0'), { timeout: 10_000 })
    vi.unstubAllGlobals()
    expect(main(heard)).toEqual([
      'props rejected b.txt file-invalid-type',
      'props conflict a.csv 6',
      'props progress 1 0',
      'props finished 1 0',
    ])
  })
})
