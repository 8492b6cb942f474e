// @vitest-environment happy-dom
import { afterEach, expect, test } from 'vitest'
import { rememberChoices, rememberedChoices } from './choices.ts'
import { NO_RULES } from './rules.ts'

afterEach(() => sessionStorage.clear())

test('what is switched on outlives a reload, but for the rules', () => {
  expect(rememberedChoices()).toEqual({})
  rememberChoices({ onConflict: 'skip', plan: true, viaApiBelow: 0, atomic: 'review', rules: NO_RULES })
  expect(rememberedChoices()).toEqual({ onConflict: 'skip', plan: true, viaApiBelow: 0, atomic: 'review' })
})

test('is kept under one name that reloads of every version find', () => {
  rememberChoices({ onConflict: 'skip', plan: true, viaApiBelow: 0, atomic: 'review', rules: NO_RULES })
  const kept = Object.keys(sessionStorage).map((key) => [key, sessionStorage.getItem(key)])
  expect(kept).toEqual([
    ['lakefs-uploader choices', '{"onConflict":"skip","plan":true,"viaApiBelow":0,"atomic":"review"}'],
  ])
})

test('what is not from here is passed over', () => {
  rememberChoices({ onConflict: 'ask', plan: false, viaApiBelow: 0, atomic: false, rules: NO_RULES })
  const [key = ''] = Object.keys(sessionStorage)
  sessionStorage.setItem(key, '{"onConflict":"burn","plan":true,"atomic":7,"more":1}')
  expect(rememberedChoices()).toEqual({ plan: true })
  for (const text of ['', 'null', '{']) {
    sessionStorage.setItem(key, text)
    expect(rememberedChoices()).toEqual({})
  }
})
