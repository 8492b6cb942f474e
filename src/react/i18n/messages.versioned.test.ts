import { expect, test } from 'vitest'
import { createFormat } from './format.ts'
import { english } from './messages.ts'
import { arabicVersioned } from './messages.versioned.ar.ts'
import { germanVersioned } from './messages.versioned.de.ts'
import { englishVersioned } from './messages.versioned.ts'

const format = createFormat('en', english.units)
const tables = { de: germanVersioned(format), ar: arabicVersioned(format) }

/** What is rightly the same as in English, by its place in the table: names, and a sentence of values alone. */
const SHARED: Readonly<Record<string, readonly string[]>> = {
  de: ['tools.python', 'hookSaid(1)', 'hookSaid(7)'],
  ar: ['tools.python'],
}

/** Every sentence of a table by its place in it; a function says one for one thing and one for many. */
function sentences(table: object, place = ''): [string, string][] {
  return Object.entries(table).flatMap(([name, value]): [string, string][] => {
    const at = `${place}${name}`
    if (typeof value === 'string') return [[at, value]]
    if (typeof value !== 'function') return sentences(value, `${at}.`)
    return [1, 7].map((count) => [`${at}(${count})`, value(...Array(value.length).fill(count))])
  })
}

test.each(Object.entries(tables))('%s has every word, and each of its own', (language, words) => {
  const own = new Map(sentences(words))
  const source = new Map(sentences(englishVersioned(format)))
  expect([...own.keys()]).toEqual([...source.keys()])
  for (const [at, said] of own) expect(said.trim(), at).not.toMatch(/^$|undefined|NaN/)
  expect([...source.keys()].filter((at) => own.get(at) === source.get(at))).toEqual(SHARED[language])
})

test('one file and many are told apart', () => {
  const words = englishVersioned(format)
  expect(words.message(1, 'raw/')).toBe('Add 1 file to raw/')
  expect(words.include(1)).toBe('Include the 1 change that is not from this drop')
  expect(words.include(14)).toBe('Include the 14 changes that are not from this drop')
  expect(words.stays(4, 1)).toBe('4 files. The other one stays as it is.')
  expect(words.undoNote(4, 0)).toBe('4 files go away.')
  expect(words.undoNote(0, 1)).toBe('1 file gets back what was there before.')
  expect(words.verified(1)).toBe('1 file is as it arrived.')
  expect(words.stays(19_520, 480)).toBe('19,520 files. The other 480 stay as they are.')
  expect(words.stays(2, 1)).toBe('2 files. The other one stays as it is.')
})
