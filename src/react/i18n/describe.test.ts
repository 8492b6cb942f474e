import { expect, it } from 'vitest'
import { UploadError } from '../../core/index.ts'
import { describe } from './describe.ts'
import { loadLanguage } from './language.ts'

const long = new UploadError('path-too-long', { facts: { bytes: 1102, limit: 1024 } })

it('says in English what the message says', () => {
  expect(describe(long)).toBe(long.message)
})

it('says it in another language, with its figures', async () => {
  expect(describe(long, await loadLanguage('de'))).toMatch(/^Der Pfad .*1\.102/)
})

it('leaves the name of a branch as it is', async () => {
  const exists = new UploadError('exists', { facts: { branch: 'main' } })
  expect(describe(exists, await loadLanguage('de'))).toMatch(/^main hat /)
  expect(describe(exists)).toMatch(/^main got /)
})

it('says of no upload error what it is for a request', () => {
  expect(describe(new DOMException('stopped', 'AbortError'))).toBe('Stopped.')
})
