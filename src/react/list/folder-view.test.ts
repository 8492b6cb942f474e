import { expect, it } from 'vitest'
import type { UploadFile } from '../../core/index.ts'
import { createFolderCheck } from './folder-view.ts'

function trial(paths: Record<string, string>) {
  const asked: string[] = []
  const look = createFolderCheck({
    getFile(id) {
      asked.push(id)
      return { path: paths[id] } as UploadFile
    },
  })
  return { look, asked }
}

it('finds a second folder wherever it comes in the list', () => {
  const { look } = trial({ a: 'x/1', b: 'x/2', c: 'y/3' })
  expect([look([]), look(['a']), look(['a', 'b']), look(['a', 'b', 'c'])]).toEqual([false, false, false, true])
})

it('asks for what has come since, and not again for the rest', () => {
  const { look, asked } = trial({ a: 'x/1', b: 'x/2', c: 'x/3' })
  look(['a', 'b'])
  asked.length = 0
  expect(look(['a', 'b', 'c'])).toBe(false)
  expect(asked).toEqual(['a', 'c'])
})

it('looks anew where files were taken off the list', () => {
  const { look } = trial({ a: 'x/1', b: 'y/2', c: 'x/3' })
  expect(look(['a', 'b', 'c'])).toBe(true)
  expect(look(['a', 'c'])).toBe(false)
})
