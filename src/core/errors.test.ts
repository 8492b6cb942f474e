import { expect, it } from 'vitest'
import { errorSentences } from './error-sentences.ts'
import { UploadError } from './errors.ts'

const figures = {
  number: String,
  bytes: (bytes: number) => `${bytes} B`,
  duration: (seconds: number) => `${seconds} s`,
  moment: (ms: number) => new Date(ms).toISOString(),
}
const codes = Object.keys(errorSentences(figures)) as UploadError['code'][]

it.each(codes)('%s has a sentence for its message, without facts too', (code) => {
  const { message } = new UploadError(code)
  expect(message).toMatch(/^(?:[A-Z]|lakeFS ).*\.$/)
  expect(message).not.toMatch(/undefined|NaN/)
})

it.each([
  [
    'path-too-long',
    { bytes: 1102, limit: 1024 },
    'The path is 1,102 bytes and 1,024 is the limit. Shorten a folder or file name.',
  ],
  ['too-large', { size: 6.2e12, limit: 5e12 }, '6.2 TB is over this store’s limit of 5 TB. Split the file.'],
  ['throttled', { side: 'lakefs', seconds: 5 }, 'lakeFS was too busy for 5 s. Retry later.'],
  ['throttled', { side: 'storage', seconds: 600 }, 'The store was too busy for 10 min. Retry later.'],
  ['exists', { branch: 'main' }, 'main got a file with this name meanwhile. Retry to compare again.'],
  ['protected-branch', { branch: 'main' }, 'main is protected. Use an upload branch.'],
  ['not-a-branch', {}, 'This is not a branch, and only branches take uploads. Choose a branch.'],
] as const)('%s with %j says: %s', (code, facts, sentence) => {
  expect(new UploadError(code, { facts }).message).toBe(sentence)
})

it('keeps what the server said out of the message, and out of it every credential', () => {
  const error = new UploadError('storage-refused', { detail: 'Denied https://s3.test/a?X-Amz-Signature=secret' })
  expect(error.message).toBe('The store refused this file. Ask its owner to allow uploads, then retry.')
  expect(error.detail).toBe('Denied https://s3.test/a?…')
})
