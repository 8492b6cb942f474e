import { expect, test } from 'vitest'
import { type ErrorFacts, UploadError, type Uploader } from '../../core/index.ts'
import { byReason } from './list-items.ts'

test('failed files stand together where one sentence is true of all, and not where their reasons differ', () => {
  const errors: [ConstructorParameters<typeof UploadError>[0], ErrorFacts][] = [
    ['path-invalid', { path: 'a', reason: 'nul' }],
    ['path-invalid', { path: 'b', reason: 'dots' }],
    ['path-invalid', { path: 'c', reason: 'nul' }],
    ['storage-full', {}],
    ['storage-full', { unsent: 1 }],
    ['storage-full', { unsent: 1 }],
    ['storage-error', { answer: '500', by: 'itself' }],
    ['storage-error', { answer: '502', by: 'unknown' }],
    ['path-too-long', { bytes: 1100 }],
    ['path-too-long', { bytes: 1200 }],
  ]
  const files = errors.map(([code, facts]) => ({ status: 'failed', error: new UploadError(code, { facts }) }))
  const uploader = { getFile: (id: string) => files[Number(id)] } as unknown as Uploader
  const items = byReason(uploader, Object.keys(errors))
  const groups = items.flatMap((item) => (typeof item === 'string' ? [] : [item.ids.join()]))
  expect(groups).toEqual(['0,2', '4,5', '8,9'])
  expect(items.filter((item) => typeof item === 'string').sort()).toEqual(Object.keys(errors).sort())
})
