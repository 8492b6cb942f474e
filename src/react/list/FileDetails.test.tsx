// @vitest-environment happy-dom
import { act, cleanup, configure, fireEvent, screen } from '@testing-library/react'
import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import { UploadError } from '../../core/index.ts'
import { corsRuleFor } from '../../core/store/cors-rule.ts'
import type { StoreCheck } from '../../core/store/self-test.ts'
import { createI18n, loadLanguage } from '../i18n/language.ts'
import { loadRows } from '../list/Queue.tsx'
import { file } from '../testing/scenes.ts'
import { scene, show } from '../testing/show-scene.tsx'

type Verdict = StoreCheck['verdict']

beforeAll(loadRows)
// Pieces are loaded here, which takes its time on a busy machine.
configure({ asyncUtilTimeout: 10_000 })
afterEach(() => {
  cleanup()
  vi.unstubAllGlobals()
  vi.restoreAllMocks()
})

const button = (name: string | RegExp) => screen.getByRole('button', { name })
const failed = (path: string, error: UploadError) => file(path, 10, { status: 'failed', error, sent: 0 })

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

  it('offers the way through lakeFS with what it costs, and only where it helps', async () => {
    const refused = new UploadError('storage-refused', {
      status: 403,
      facts: { check: 'refused', origin: 'https://s3.test' },
    })
    const { uploader } = show({ files: [failed('a.bin', refused), failed('b.bin', new UploadError('storage-full'))] })
    const send = vi.spyOn(uploader, 'sendThroughLakeFS')
    fireEvent.click(button('Show the check: a.bin'))
    await screen.findByText(/^Files can go through lakeFS instead\. That is slower/)
    fireEvent.click(button('Details of b.bin'))
    fireEvent.click(button('Send through lakeFS'))
    expect(send.mock.calls).toEqual([[uploader.getSnapshot().ids[0]]])
  })

  it('offers it while a file waits for its store', async () => {
    const wait = { reason: 'storage-unreachable', side: 'storage' } as const
    show({ files: [file('a.bin', 10, { status: 'waiting', wait, stored: false, sent: 0 })] })
    fireEvent.click(button('Details of a.bin'))
    expect(await screen.findByRole('button', { name: 'Send through lakeFS' })).toBeTruthy()
  })

  /** What each verdict says, and whether a rule of the store's is part of it. */
  const VERDICTS: Readonly<Record<Verdict, [sentence: RegExp, rule: boolean]>> = {
    cors: [/^https:\/\/s3\.test answers, but its CORS rule probably does not let this page send/, true],
    'cors-header': [/^https:\/\/s3\.test answers this page, but only requests without content-type/, true],
    'cors-preflight': [/^https:\/\/s3\.test answers this page, but not the question .* Probably/, true],
    'cors-redirect': [/^https:\/\/s3\.test sends this page to another address.* Probably/, false],
    hidden: [/^https:\/\/s3\.test has answered before.* probably/, false],
    'body-limit': [/^small requests get through, large ones do not: a server before the store limits the body/, false],
    policy: [/^The security policy of this page \(connect-src\) does not allow https:\/\/s3\.test/, true],
    permission: [/the permission local-network.* https:\/\/s3\.test probably is one/, false],
    script: [/^A script of this page stops requests to https:\/\/s3\.test/, false],
    loopback: [/^Nothing answers at https:\/\/s3\.test\. One of:/, false],
    'etag-hidden': [/^https:\/\/s3\.test takes uploads and hides the ETag/, true],
    'mixed-content': [/^https:\/\/s3\.test is not on https, and a page on https may not send there/, false],
    'bad-address': [/^lakeFS gives https:\/\/s3\.test as its store’s address/, false],
    network: [/^Nothing answers at https:\/\/s3\.test\. .* it is off, its name is unknown here, or a firewall/, false],
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
      const facts = { check, origin: 'https://s3.test', header: 'content-type', ...(rule ? { rule: text } : {}) }
      show({ files: [failed('a.bin', new UploadError('storage-unreachable', { facts }))] })
      fireEvent.click(button('Show the check: a.bin'))
      // A finding may be what the row says too.
      expect(await screen.findAllByText(sentence)).not.toEqual([])
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
    for (const check of ['', 'body-limit', 'permission'])
      expect(words.errors['storage-unreachable']({ check }, 1)).toContain(words.showCheck)
  })
})

describe('a row that waits for a server without an answer', () => {
  const waiting = (found: Record<string, string>) =>
    file('a.bin', 10, {
      status: 'waiting',
      wait: { reason: 'storage-unreachable', side: 'storage', until: Date.now() + 30_000, found },
      stored: false,
      sent: 0,
    })

  it('says what is in the way, and when it is tried again', () => {
    show({ files: [waiting({ check: 'permission', origin: 'http://minio:9000', permission: 'local-network' })] })
    const text = document.querySelector('.lfu-status')?.textContent
    expect(text).toMatch(/the store does not answer, next try in 30 s.*permission local-network.*http:\/\/minio:9000/)
    // All of it can be read: it does not stay on one line.
    expect(document.querySelector('.lfu-status.lfu-line')).toBeNull()
    expect(screen.queryByRole('button', { name: /^Show the check/ })).toBeNull()
  })

  it('has the rule to copy where one helps', () => {
    const { text } = corsRuleFor('s3', 'https://page.test')
    show({ files: [waiting({ check: 'cors', origin: 'https://s3.test', rule: text })] })
    fireEvent.click(button('Show the check: a.bin'))
    expect(document.querySelector('.lfu-verdict pre')?.textContent).toBe(text)
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
