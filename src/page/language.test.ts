import { expect, test } from 'vitest'
import { wordsFor } from './language.ts'

test('speaks the first language it knows, by the language without its region', () => {
  expect(wordsFor([undefined, 'fr-FR', 'de-AT', 'en']).language).toBe('de')
  expect(wordsFor(['ar']).direction).toBe('rtl')
  expect(wordsFor(['xx']).language).toBe('en')
})

test('every language has every word', () => {
  const english = wordsFor(['en'])
  for (const words of [wordsFor(['de']), wordsFor(['ar'])]) {
    expect(Object.keys(words)).toEqual(Object.keys(english))
    for (const [name, value] of Object.entries(words)) expect(value, name).not.toBe('')
  }
})
