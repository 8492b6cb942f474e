import { expect, it } from 'vitest'
import { UploadError, type UploadFile } from '../../core/index.ts'
import { createI18n, loadLanguage } from '../i18n/language.ts'
import { detailsOf, rowActions } from './row.ts'

const sending = {
  id: 'f1',
  path: 'a.bin',
  destination: { repository: 'lake', branch: 'main', prefix: '' },
  size: 1000,
  status: 'sending',
  sent: 100,
} as UploadFile

async function said(file: Partial<UploadFile>) {
  const speech = createI18n('en', await loadLanguage('en'))
  const now = { sessionExpired: false, left: undefined, next: undefined } as const
  const details = detailsOf({ ...sending, ...file } as UploadFile, speech, now)
  return { text: details.map(({ text }) => text).join(' · '), speech }
}

it('says in the row that the place kept for a file ends before the file will be there', async () => {
  const deadline = Date.UTC(2026, 5, 15, 9, 12)
  const { text, speech } = await said({ deadline })
  expect(text).toContain(speech.words.missesDeadline(speech.format.moment(deadline)).text)
  expect(text).toContain(speech.format.moment(deadline))
  expect((await said({})).text).not.toContain(speech.format.moment(deadline))
})

it.each([
  { status: 'waiting', wait: { reason: 'session', side: 'lakefs' }, stored: true },
  { status: 'waiting', wait: { reason: 'busy', side: 'lakefs' }, stored: true },
  { status: 'paused' },
  { status: 'asking', conflict: { existing: { size_bytes: 1, mtime: 0 }, renamed: 'b' } },
] as Partial<UploadFile>[])('says in the row of a stored file how long its place is kept: $status', async (file) => {
  const deadline = Date.UTC(2026, 5, 15, 9, 12)
  const { text, speech } = await said({ ...file, deadline })
  expect(text).toContain(`its place is kept until ${speech.format.moment(deadline)}`)
  expect((await said(file)).text).not.toContain('its place is kept')
})

it.each([
  ['en', 'the sign-in of this page does not answer'],
  ['de', 'die Anmeldung dieser Seite antwortet nicht'],
  ['ar', 'لا يجيب تسجيل الدخول في هذه الصفحة'],
])('says in %s in the row that the page gives no token, and offers to ask again', async (locale, text) => {
  const waits = { status: 'waiting', wait: { reason: 'token', side: 'lakefs' }, stored: false, sent: 0 } as const
  const speech = createI18n(locale, await loadLanguage(locale))
  const file = { ...sending, ...waits } as UploadFile
  expect(detailsOf(file, speech, { sessionExpired: false, left: undefined, next: undefined })).toEqual([{ text }])
  expect(rowActions(file)).toEqual({ first: 'retry', last: 'cancel' })
})

it('says in the row that an address which cannot be renewed ends too early', async () => {
  const { text } = await said({ notice: { type: 'address-too-short', seconds: 600, secondsLeft: 120 } })
  expect(text).toContain('its address ends in')
})

it.each(['en', 'de', 'ar'])('says in %s what became of an uploaded file by the end of its run', async (locale) => {
  const speech = createI18n(locale, await loadLanguage(locale))
  const now = { sessionExpired: false, left: undefined, next: undefined } as const
  const rowOf = (file: object) => detailsOf({ ...sending, ...file } as UploadFile, speech, now).map(({ text }) => text)
  const uploaded = { status: 'uploaded', object: {}, verified: true }
  const lost = (facts: UploadError['facts'] = {}) => ({
    status: 'failed',
    sent: 0,
    error: new UploadError('not-on-branch', { facts: { branch: 'main', ...facts } }),
  })
  const said = [
    rowOf(uploaded),
    rowOf({ ...uploaded, notice: { type: 'replaced' } }),
    rowOf({ ...uploaded, notice: { type: 'deleted' } }),
    // Chosen again where its bytes are gone, retried where they are stored.
    rowOf(lost()),
    rowOf(lost({ stored: 1 })),
  ].map(([text]) => text)
  expect(new Set(said).size).toBe(5)
  for (const text of said.slice(2)) expect(text).toContain('main')
  if (locale === 'en') expect(said.slice(3)).toEqual([expect.stringMatching(/Choose/), expect.stringMatching(/Retry/)])
})
