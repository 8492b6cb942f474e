import { expect, it } from 'vitest'
import { isAccepted } from './accept.ts'

it.each([
  ['a.CSV', '', '.csv', true],
  ['a.csv.gz', '', '.csv', false],
  ['a.tar.gz', '', '.tar.gz', true],
  ['a', 'image/png', 'image/*', true],
  ['a', 'imagex/png', 'image/*', false],
  ['a', 'application/json', 'text/csv, application/JSON', true],
  ['a', '', ' , ', true],
  ['a', '', 'image/png', false],
  // A wildcard for everything.
  ['a', '', '*/*', true],
  ['a.bin', 'application/octet-stream', '*', true],
  ['a.bin', '', '.*', true],
  ['a', '', '*.*', true],
  ['a.bin', '', 'text/csv, */*', true],
  // The browser does not know the type.
  ['photo.jpg', '', 'image/jpeg,image/png', true],
  ['PHOTO.JPEG', '', 'image/jpeg', true],
  ['IMG_1.HEIC', '', 'image/*', true],
  ['film.mov', '', 'video/*', true],
  ['a.tsv', '', 'text/tab-separated-values', true],
  ['a.jpg', '', 'image/png', false],
  ['a.exe', '', 'image/*', false],
  ['constructor', '', 'image/*', false],
  ['a.constructor', '', 'image/*', false],
  // The system gives the extension to a program.
  ['a.csv', 'application/vnd.ms-excel', 'text/csv', true],
  ['a.csv', 'application/vnd.ms-excel', '.xls', false],
  ['a.zip', 'application/x-zip-compressed', 'application/zip', true],
  ['a.xml', 'text/xml', 'application/xml', true],
  ['a.wav', 'audio/wav', 'audio/x-wav', true],
  ['a.jpg', 'image/jpeg', 'image/jpg', true],
  ['a.csv', 'text/csv;charset=utf-8', 'text/csv', true],
  // There is no extension, or another one of the same type.
  ['blob', 'image/png', '.png', true],
  ['blob', 'image/png', '.jpg', false],
  ['IMG_1.jpeg', 'image/jpeg', '.jpg', true],
  ['notes.txt', 'text/plain', '.md', false],
  // As hosts write it, though browsers do not know it.
  ['a.csv', '', '*.csv', true],
  ['a.csv', '', 'csv', true],
  ['a.txt', '', '*.csv', false],
])('%s of type "%s" against "%s": %s', (name, type, accept, taken) => {
  expect(isAccepted({ name, type }, accept)).toBe(taken)
})
