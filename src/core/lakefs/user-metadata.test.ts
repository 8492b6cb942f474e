import { expect, it } from 'vitest'
import { joinMetadata } from './user-metadata.ts'

it.each([
  ['keys are lower case', [{ siteName: 'A', X: '1' }], { sitename: 'A', x: '1' }],
  [
    'spellings of one key are one key, and the later source wins',
    [{ siteName: 'A' }, { SITENAME: 'B' }],
    { sitename: 'B' },
  ],
  ['whatever came between', [{ siteName: 'A', sitename: 'B' }, { siteName: 'C' }], { sitename: 'C' }],
  ['of any alphabet', [{ Größe: '1', 日本: '2' }], { größe: '1', 日本: '2' }],
  ['values keep their case, and lose blanks at their ends', [{ a: ' Two  Words\t\n' }], { a: 'Two  Words' }],
  ['but no other space, which headers keep', [{ a: '\u00a0x\u2003' }], { a: '\u00a0x\u2003' }],
  ['what has no value is no entry', [undefined, { a: undefined, b: null, c: 0, d: '' }], { c: '0', d: '' }],
  [
    'names of an object are keys like others',
    [JSON.parse('{"__proto__": "a", "Constructor": "b"}')],
    JSON.parse('{"__proto__": "a", "constructor": "b"}'),
  ],
] as const)('%s', (_, sources, joined) => {
  const found = joinMetadata(...(sources as unknown as Record<string, string>[]))
  expect(Object.entries(found)).toEqual(Object.entries(joined))
})
