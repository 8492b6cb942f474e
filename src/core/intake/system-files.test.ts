import { expect, it } from 'vitest'
import { isSystemFile } from './system-files.ts'

it.each([
  ['a/.DS_Store', true],
  ['Thumbs.db', true],
  ['DESKTOP.INI', true],
  ['x/._photo.jpg', true],
  ['.gitignore', false],
  ['thumbs.db.csv', false],
])('junk: %j %j', (path, junk) => expect(isSystemFile(path)).toBe(junk))
