// @vitest-environment happy-dom
import { act, cleanup, configure, fireEvent, render, screen, within } from '@testing-library/react'
import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import { UploadError } from '../../core/index.ts'
import { corsRuleFor } from '../../core/store/cors-rule.ts'
import type { StoreCheck } from '../../core/store/self-test.ts'
import { createI18n, loadLanguage } from '../i18n/language.ts'
import { LakeFSUploader, type LakeFSUploaderProps } from '../LakeFSUploader.tsx'
import { loadRows } from '../list/Queue.tsx'
import { FakeUploader } from '../testing/fake-uploader.ts'
import { DESTINATION, file, SCENES, type Scene } from '../testing/scenes.ts'

type Verdict = StoreCheck['verdict']

beforeAll(loadRows)
// Pieces are loaded here, which takes its time on a busy machine.
configure({ asyncUtilTimeout: 10_000 })
afterEach(() => {
  cleanup()
  vi.unstubAllGlobals()
  vi.restoreAllMocks()
})

const scene = (name: string): Scene => SCENES[name]?.() ?? { files: [] }
function show(scene: Scene, props: Partial<LakeFSUploaderProps> = {}) {
  const uploader = new FakeUploader(scene)
  return { uploader, ...render(<LakeFSUploader {...DESTINATION} uploader={uploader} {...props} />) }
}
const button = (name: string | RegExp) => screen.getByRole('button', { name })
const failed = (path: string, error: UploadError) => file(path, 10, { status: 'failed', error, sent: 0 })

describe('what an earlier visit has left', () => {
  it('is a region with what is there, what is left and the ways on', async () => {
    show(scene('unfinished'))
    const region = within(await screen.findByRole('region', { name: 'Unfinished on this computer' }))
    expect(region.getByText('14 of 20 files are on main. The other 6 can go on.')).toBeTruthy()
    expect(region.getAllByRole('button').map((one) => one.textContent)).toEqual([
      'Discard',
      'Choose folder again',
      'Go on',
    ])
  })

  it('says why its files stopped, the most first, and each failure by itself', async () => {
    const { unfinished } = scene('unfinished')
    const why = [{ type: 'failed', code: 'forbidden' }, { type: 'waiting', reason: 'offline' }, undefined] as const
    const files = unfinished?.files.map((one, index) => (index < 3 ? { ...one, stopped: why[index] } : one)) ?? []
    show({ files: [], unfinished: { files, bytesLeft: 0, landed: 0 } })
    const region = within(await screen.findByRole('region', { name: 'Unfinished on this computer' }))
    expect(
      region.getByText('3 files were interrupted when the page closed and 1 was waiting for the network.'),
    ).toBeTruthy()
    expect(region.getByText(/^1 file failed: you may not write here\./)).toBeTruthy()
  })

  it('says no reason where none is known', async () => {
    const { unfinished } = scene('unfinished')
    const files = unfinished?.files.map(({ stopped: _, ...one }) => one) ?? []
    show({ files: [], unfinished: { files, bytesLeft: 0, landed: 0 } })
    const region = await screen.findByRole('region', { name: 'Unfinished on this computer' })
    expect(region.querySelectorAll('p')).toHaveLength(1)
  })

  it('names every place that its files go to, and no branch for all of them', async () => {
    const { unfinished } = scene('unfinished')
    if (!unfinished) throw new Error('The scene has nothing unfinished.')
    const elsewhere = { ...DESTINATION, branch: 'dev', prefix: 'scans/' }
    const files = unfinished.files.map((one, index) => (index === 0 ? { ...one, destination: elsewhere } : one))
    show({ files: [], unfinished: { ...unfinished, files, deadline: undefined } })
    const region = await screen.findByRole('region', { name: 'Unfinished on this computer' })
    const { repository, branch, prefix } = DESTINATION
    const places = [...region.querySelectorAll('bdi')].map((one) => one.textContent)
    expect(places).toEqual([`${repository}/dev/scans/`, `${repository}/${branch}/${prefix}`])
    expect(within(region).getByText(/^6 files, .* left\. They can go on\.$/)).toBeTruthy()
  })

  it('goes on by itself where it can, asks for the folder where not, and is given up', async () => {
    const { uploader, container } = show(scene('unfinished'))
    const resume = vi.spyOn(uploader, 'resumeUnfinished')
    const opened = vi.fn()
    container.querySelector('input[webkitdirectory]')?.addEventListener('click', opened)
    const goOn = await screen.findByRole('button', { name: 'Go on' })
    await act(async () => fireEvent.click(goOn))
    expect(resume).toHaveBeenCalledOnce()
    fireEvent.click(button('Choose folder again'))
    expect(opened).toHaveBeenCalledOnce()
    await act(async () => fireEvent.click(button('Discard')))
    expect(screen.queryByRole('region', { name: 'Unfinished on this computer' })).toBeNull()
  })

  it('offers no button that could do nothing', async () => {
    const { unfinished } = scene('unfinished')
    const only = (needs: 'nothing' | 'file') => ({
      files: [],
      unfinished: {
        files: unfinished?.files.filter((one) => one.needs === needs).map((one) => ({ ...one, path: 'a.jpg' })) ?? [],
        bytesLeft: 0,
        landed: 0,
      },
    })
    show(only('nothing'))
    await screen.findByRole('button', { name: 'Go on' })
    expect(screen.queryByRole('button', { name: /again$/ })).toBeNull()
    cleanup()
    show(only('file'))
    await screen.findByRole('button', { name: 'Choose the same files again' })
    expect(screen.queryByRole('button', { name: 'Go on' })).toBeNull()
  })

  it.each([
    ['de', ['Unfertig', 'Verwerfen', '4 Dateien wurden beim Schließen der Seite unterbrochen und 2 sind angehalten.']],
    ['ar', ['غير مكتمل', 'انقطع عند إغلاق الصفحة: 4 ملفات، أُوقف مؤقتًا: ملفان.']],
  ])('speaks %s, and no English', async (locale, words) => {
    show(scene('unfinished'), { locale, language: await loadLanguage(locale) })
    const [region] = await screen.findAllByRole('region', { name: /^(?:Unfertig|غير مكتمل)/ })
    const text = region?.textContent ?? ''
    for (const word of words) expect(text).toContain(word)
    expect(text).not.toMatch(/Unfinished|files?\b|Discard|Go on|Choose|again|paused|interrupted/)
  })
})

describe('reports', () => {
  const writeText = vi.fn(async () => {})
  const clipboard = () => vi.spyOn(navigator.clipboard, 'writeText').mockImplementation(writeText)

  it('of one file go to the clipboard', async () => {
    clipboard()
    const { uploader } = show({ files: [failed('a.bin', new UploadError('protocol'))] })
    const report = vi.spyOn(uploader, 'getReport').mockReturnValue('what happened')
    fireEvent.click(button('Details of a.bin'))
    const copy = await screen.findByRole('button', { name: 'Copy report' })
    await act(async () => fireEvent.click(copy))
    expect(report).toHaveBeenCalledWith(uploader.getSnapshot().ids[0])
    expect(writeText).toHaveBeenLastCalledWith('what happened')
    expect(copy.textContent).toBe('Copied')
  })

  it('stay where they are on a page that may not use the clipboard, and nothing is said', async () => {
    vi.spyOn(navigator, 'clipboard', 'get').mockReturnValue(undefined as never)
    show({ files: [failed('a.bin', new UploadError('protocol'))] })
    fireEvent.click(button('Details of a.bin'))
    const copy = await screen.findByRole('button', { name: 'Copy report' })
    await act(async () => fireEvent.click(copy))
    expect(copy.textContent).toBe('Copy report')
  })

  it('of all files are saved, and offered only where something failed', async () => {
    const { uploader } = show({ files: [failed('a.bin', new UploadError('protocol'))] })
    vi.spyOn(uploader, 'getReport').mockReturnValue('what happened')
    const saved: string[] = []
    const blobs: Blob[] = []
    vi.spyOn(URL, 'createObjectURL').mockImplementation((blob) => {
      blobs.push(blob as Blob)
      return 'blob:log'
    })
    vi.spyOn(HTMLAnchorElement.prototype, 'click').mockImplementation(function (this: HTMLAnchorElement) {
      saved.push(`${this.href} ${this.download}`)
    })
    const revoke = vi.spyOn(URL, 'revokeObjectURL').mockImplementation(() => undefined)
    vi.useFakeTimers()
    fireEvent.click(button('Download log'))
    vi.advanceTimersByTime(30_000)
    // Safari still has to read it.
    expect(revoke).not.toHaveBeenCalled()
    vi.advanceTimersByTime(60_000)
    expect(revoke).toHaveBeenCalledWith('blob:log')
    vi.useRealTimers()
    expect(saved).toEqual(['blob:log lakefs-uploader.log'])
    expect(await blobs[0]?.text()).toBe('what happened')
    cleanup()
    show(scene('arrived'))
    expect(screen.queryByRole('button', { name: 'Download log' })).toBeNull()
  })

  it.each(['de', 'ar'])('speak %s', async (locale) => {
    show({ files: [failed('a.bin', new UploadError('protocol'))] }, { locale, language: await loadLanguage(locale) })
    expect(screen.queryByText('Download log')).toBeNull()
    expect(document.querySelector('.lfu-log')?.textContent).toMatch(/\S{3}/)
  })
})

describe('the check of the store', () => {
  it('opens from the sentence that speaks of it, with the rule to copy', async () => {
    const writeText = vi.spyOn(navigator.clipboard, 'writeText').mockResolvedValue()
    show(scene('mixed'))
    const open = button('Show the check: models/vit.onnx')
    expect(open.parentElement?.textContent).toBe('the store cannot be reached from this page. Show the check.')
    expect(open.getAttribute('aria-expanded')).toBe('false')
    fireEvent.click(open)
    const verdict = await screen.findByText(/https:\/\/store\.example\.com answers, but its CORS rule/)
    expect(open.getAttribute('aria-expanded')).toBe('true')
    expect(document.getElementById(open.getAttribute('aria-controls') ?? '')?.contains(verdict)).toBe(true)
    await act(async () => fireEvent.click(button('Copy rule')))
    expect(JSON.parse(String(writeText.mock.lastCall?.[0]))).toMatchObject([{ AllowedMethods: ['PUT'] }])
    expect(button('Copied')).toBeTruthy()
  })

  it('opens for all files of one reason at once', () => {
    const error = () =>
      new UploadError('storage-unreachable', { facts: { check: 'network', origin: 'https://store.example.com' } })
    show({ files: [failed('a.bin', error()), failed('b.bin', error())] })
    fireEvent.click(button('Failed 2'))
    fireEvent.click(button('Show the check: 2 files, one reason'))
    expect(screen.getByText(/Nothing answers at https:\/\/store\.example\.com/)).toBeTruthy()
  })

  it('follows a sentence that does not speak of it, and is not offered where nobody has looked', () => {
    show({
      files: [
        failed('a.bin', new UploadError('etag-hidden', { facts: { check: 'etag-hidden', origin: 'https://s3.test' } })),
        failed('b.bin', new UploadError('storage-unreachable')),
      ],
    })
    expect(screen.getAllByRole('button', { name: /^Show the check/ })).toHaveLength(1)
    expect(button('Show the check: a.bin')).toBeTruthy()
  })

  /** What each verdict says, and whether a rule of the store's is part of it. */
  const VERDICTS: Readonly<Record<Verdict, [sentence: RegExp, rule: boolean]>> = {
    cors: [/^https:\/\/s3\.test answers, but its CORS rule does not let this page send/, true],
    'etag-hidden': [/^https:\/\/s3\.test takes uploads and hides the ETag/, true],
    'mixed-content': [/^https:\/\/s3\.test is not on https, and a page on https may not send there/, false],
    'bad-address': [/^lakeFS gives https:\/\/s3\.test as its store’s address/, false],
    network: [/^Nothing answers at https:\/\/s3\.test/, false],
    refused: [/^https:\/\/s3\.test can be reached and refuses uploads/, false],
    busy: [/^https:\/\/s3\.test can be reached, and is too busy/, false],
    unknown: [/^lakeFS gave no address/, false],
    fine: [/^https:\/\/s3\.test can be reached now/, false],
  }
  const verdicts = Object.entries(VERDICTS).map(([check, [sentence, rule]]) => ({ check, sentence, rule }))

  it.each(verdicts)(
    'says what $check means, and shows a rule only where one helps',
    async ({ check, sentence, rule }) => {
      const { text } = corsRuleFor('s3', 'https://page.test')
      const facts = { check, origin: 'https://s3.test', ...(rule ? { rule: text } : {}) }
      show({ files: [failed('a.bin', new UploadError('storage-unreachable', { facts }))] })
      fireEvent.click(button('Show the check: a.bin'))
      await screen.findByText(sentence)
      expect(document.querySelector('.lfu-verdict pre')?.textContent).toBe(rule ? text : undefined)
      expect(screen.queryByRole('button', { name: 'Copy rule' }) !== null).toBe(rule)
    },
  )

  it.each(['de', 'ar'])('has a sentence for each verdict in %s', async (locale) => {
    const { words } = createI18n(locale, await loadLanguage(locale))
    const english = createI18n('en', await loadLanguage('en')).words
    for (const check of Object.keys(VERDICTS)) {
      const said = words.checks[check]?.('https://s3.test') ?? ''
      expect(said, check).toMatch(/\S{3}/)
      expect(english.checks[check]?.('https://s3.test')).not.toBe(said)
      expect(said.includes('s3.test'), check).toBe(check !== 'unknown')
    }
    expect(words.checks['bad-address']?.('')).not.toContain('undefined')
  })

  it.each(['de', 'ar'])('is a button in the sentence of %s too', async (locale) => {
    const { words } = createI18n(locale, await loadLanguage(locale))
    expect(words.errors['storage-unreachable']({}, 1)).toContain(words.showCheck)
  })
})

describe('how it ended', () => {
  const mark = () => document.querySelector('.lfu-ring')?.getAttribute('data-mark')
  const title = () => document.querySelector('.lfu-say strong')?.textContent

  it('is a tick only where nothing failed', () => {
    show(scene('arrived'))
    expect([mark(), title()]).toEqual(['tick', '6 files arrived on main'])
    cleanup()
    show(scene('mixed'))
    expect([mark(), title()]).toEqual(['fail', '1 file arrived on main, 9 failed'])
    cleanup()
    show({ files: [failed('a.bin', new UploadError('protocol'))] })
    expect([mark(), title()]).toEqual(['fail', 'Nothing arrived on main, 1 failed'])
  })

  it('names the branches that the files went to, whatever the next ones are going to', () => {
    const done = scene('arrived')
    show(done, { branch: 'next' })
    expect(title()).toBe('6 files arrived on main')
    cleanup()
    const [first, ...others] = done.files
    const elsewhere = others.map((one) => ({ ...one, destination: { ...one.destination, branch: 'dev' } }))
    show({ files: first ? [first, ...elsewhere] : [] })
    expect(title()).toBe('6 files arrived on main, dev')
  })

  it('is neither where everything was given up, and a tick where all of it was there already', () => {
    show(scene('gaveUp'))
    expect([mark(), title()]).toEqual(['off', 'Nothing arrived on main'])
    cleanup()
    show({ files: [file('a.bin', 10, { status: 'skipped', reason: 'identical' })] })
    expect(mark()).toBe('tick')
  })
})

describe('a row that has arrived', () => {
  it('still tells its parts and tries', async () => {
    show(scene('sending'))
    fireEvent.click(button('Details of checkpoints/epoch-11.safetensors'))
    await screen.findByText('49, each with a checksum that matches')
    expect(screen.getByText('Tries').nextElementSibling?.textContent).toBe('2')
  })
})

describe('getting files in', () => {
  const dropped = (...files: File[]) => ({ types: ['Files'], items: [], files, dropEffect: 'none' })
  const happening = (type: string, field: string, value: unknown) => {
    const event = new Event(type, { bubbles: true, cancelable: true })
    Object.defineProperty(event, field, { value })
    return event
  }

  it('takes pasted files, and leaves pasted text to whoever it is for', () => {
    const { uploader } = show(scene('empty'))
    const add = vi.spyOn(uploader, 'add')
    const zone = document.querySelector('.lfu-zone') as Element
    const text = happening('paste', 'clipboardData', { types: ['text/plain'], items: [], files: [] })
    act(() => void zone.dispatchEvent(text))
    expect(add).not.toHaveBeenCalled()
    expect(text.defaultPrevented).toBe(false)
    const clipboard = dropped(new File(['x'], 'a.png'))
    act(() => void zone.dispatchEvent(happening('paste', 'clipboardData', clipboard)))
    expect(add).toHaveBeenCalledWith(clipboard)
  })

  it('leaves copied cells, which are a picture too, to the field that they are pasted into', () => {
    const { uploader } = show(scene('empty'), { dropTarget: 'page' })
    const add = vi.spyOn(uploader, 'add')
    const paste = (at: Element, types: string[]) => {
      const clipboard = { ...dropped(new File(['x'], 'image.png')), types: [...types, 'Files'] }
      const event = happening('paste', 'clipboardData', clipboard)
      act(() => void at.dispatchEvent(event))
      return event.defaultPrevented
    }
    const field = document.body.appendChild(document.createElement('textarea'))
    expect(paste(field, ['text/plain', 'text/html'])).toBe(false)
    expect(add).not.toHaveBeenCalled()
    // A screenshot is nothing that a field could take, and nobody types where there is none.
    expect(paste(field, [])).toBe(true)
    field.remove()
    expect(paste(document.body, ['text/plain', 'text/html'])).toBe(true)
    expect(add).toHaveBeenCalledTimes(2)
  })

  it('takes drops beside the widget only where the page is the target', () => {
    const { uploader } = show(scene('empty'))
    const add = vi.spyOn(uploader, 'add')
    const beside = happening('drop', 'dataTransfer', dropped(new File(['x'], 'a')))
    act(() => void document.body.dispatchEvent(beside))
    expect(add).not.toHaveBeenCalled()
    cleanup()
    const page = show(scene('empty'), { dropTarget: 'page' })
    const taken = vi.spyOn(page.uploader, 'add')
    act(() => void document.body.dispatchEvent(happening('drop', 'dataTransfer', dropped(new File(['x'], 'a')))))
    expect(taken).toHaveBeenCalledOnce()
    act(() => void document.body.dispatchEvent(happening('paste', 'clipboardData', dropped(new File(['x'], 'b')))))
    expect(taken).toHaveBeenCalledTimes(2)
    page.unmount()
    document.body.dispatchEvent(happening('drop', 'dataTransfer', dropped(new File(['x'], 'c'))))
    expect(taken).toHaveBeenCalledTimes(2)
  })

  it('takes nothing while it is disabled', () => {
    const { uploader } = show(scene('empty'), { disabled: true })
    const add = vi.spyOn(uploader, 'add')
    const zone = document.querySelector('.lfu-zone') as Element
    act(() => void zone.dispatchEvent(happening('drop', 'dataTransfer', dropped(new File(['x'], 'a')))))
    expect(add).not.toHaveBeenCalled()
  })

  it('gives the handle of the directory picker on, and falls back to the input where it is refused', async () => {
    const handle = { kind: 'directory', name: 'scans' }
    const picker = vi.fn().mockResolvedValueOnce(handle)
    vi.stubGlobal('showDirectoryPicker', picker)
    const { uploader, container } = show(scene('empty'), { folderPicker: 'handle' })
    const add = vi.spyOn(uploader, 'add')
    const input = vi.fn()
    container.querySelector('input[webkitdirectory]')?.addEventListener('click', input)
    await act(async () => fireEvent.click(button('Choose folder')))
    expect(add).toHaveBeenCalledWith(handle)
    picker.mockRejectedValueOnce(new DOMException('closed', 'AbortError'))
    await act(async () => fireEvent.click(button('Choose folder')))
    expect(input).not.toHaveBeenCalled()
    picker.mockRejectedValueOnce(new DOMException('in a frame', 'SecurityError'))
    await act(async () => fireEvent.click(button('Choose folder')))
    expect(input).toHaveBeenCalledOnce()
  })
})
