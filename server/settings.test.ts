import { expect, test } from 'vitest'
import { checkSettings, readSettings } from './settings.ts'

const full = {
  endpoint: '/api/v1',
  name: 'Lake',
  destination: { repository: 'lake', branch: 'main', prefix: '' },
  presets: [{ label: 'Raw', repository: 'lake', branch: 'main', prefix: 'raw/' }],
  locked: true,
  onConflict: 'rename',
  plan: true,
  atomic: 'review',
  commit: { template: 'Add {files} files', metadata: { rig: 'north' }, auto: true },
  viaApiBelow: 65_536,
  language: 'de',
}

test('takes every setting, and none', () => {
  expect(checkSettings(full, 'c.json')).toEqual(full)
  expect(checkSettings({}, 'c.json')).toEqual({})
})

test.each([
  [[], 'c.json must be an object { … }.'],
  [{ polcy: 'ask' }, 'c.json has a mistake: "polcy" is not known; known are endpoint, name, destination'],
  [{ toString: 'x' }, '"toString" is not known'],
  [{ endpoint: 'lake.example.com' }, '"endpoint" must be a path such as "/api/v1"'],
  [{ onConflict: 'keep' }, '"onConflict" must be one of "overwrite", "skip", "rename", "ask", "fail".'],
  [{ destination: { repo: 'lake' } }, '"destination" has a mistake: "repo" is not known'],
  [{ presets: {} }, '"presets" must be a list'],
  [{ presets: [{ repository: 'lake', branch: 'main' }, { repository: 'lake' }] }, 'entry 2: it lacks "branch".'],
  [{ presets: [{ repository: 'lake', branch: '' }] }, 'entry 1: it has a mistake: "branch" must be text.'],
  [{ locked: true }, '"locked" needs a "destination" with a repository and a branch.'],
  [{ plan: 'yes' }, '"plan" must be true or false.'],
  [{ commit: { metadata: { rig: 1 } } }, '"metadata" must be an object of texts.'],
  [{ viaApiBelow: -1 }, '"viaApiBelow" must be a number of bytes.'],
])('%j', (value, message) => expect(() => checkSettings(value, 'c.json')).toThrow(message))

test('says which file it cannot use', async () => {
  await expect(readSettings('/nowhere/c.json')).rejects.toThrow('/nowhere/c.json cannot be read')
  await expect(readSettings('LICENSE.none')).rejects.toThrow('LICENSE.none cannot be read')
  await expect(readSettings('.gitignore')).rejects.toThrow('.gitignore is not JSON')
})
