import { expect, it } from 'vitest'
import { folderOf } from './commit-message.ts'

const inside = (chosen: string, ...paths: string[]) =>
  folderOf(
    paths.map((path) => ({ path })),
    chosen,
  )

it('a drop is said to be in the folder that was chosen for it', () => {
  expect(inside('raw/', 'raw/a.csv', 'raw/images/b.png')).toBe('raw/')
  expect(inside('raw/', 'raw/images/a.png', 'raw/images/b.png')).toBe('raw/')
  expect(inside('', 'a.csv', 'raw/b.csv')).toBe('')
  expect(inside('raw/')).toBe('raw/')
})

it('…and where another folder has been chosen since, in the deepest that holds all of it', () => {
  expect(inside('elsewhere/', 'raw/a.csv', 'raw/b.csv')).toBe('raw/')
  expect(inside('elsewhere/', 'raw/images/a.png', 'raw/images/night/b.png', 'raw/c.csv')).toBe('raw/')
  expect(inside('elsewhere/', 'raw/a.csv', 'rawer/b.csv')).toBe('')
  expect(inside('elsewhere/', 'a.csv')).toBe('')
})
