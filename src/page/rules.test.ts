import { expect, test } from 'vitest'
import { NO_RULES, rulesOf } from './rules.ts'

test('nothing typed is no rule', () => {
  expect(rulesOf(NO_RULES)).toBeUndefined()
  expect(rulesOf({ ...NO_RULES, pairs: 'no pair\n=no key\n', required: ' , ' })).toBeUndefined()
})

test('reads pairs, the pattern and the required keys', () => {
  expect(
    rulesOf({ ...NO_RULES, pairs: 'site = north\nquery=a=b', pattern: ' {site}/{date}/… ', required: 'site, date' }),
  ).toEqual({
    defaults: { site: 'north', query: 'a=b' },
    patterns: ['{site}/{date}/…'],
    required: ['site', 'date'],
  })
})
