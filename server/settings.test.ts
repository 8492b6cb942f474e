import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { checkSettings, readSettings } from './settings.ts'

/** The page checks the same samples: src/page/settings.test.ts. */
const samples = JSON.parse(
  readFileSync(new URL('../docs/deploying/config-samples.json', import.meta.url), 'utf8'),
) as Record<'good' | 'bad', unknown[]>

test.each(samples.good)('takes %j', (value) => expect(checkSettings(value, 'c.json')).toEqual(value))
test.each(samples.bad.map((value) => [value]))('refuses %j', (value) =>
  expect(() => checkSettings(value, 'c.json')).toThrow(/^c\.json /),
)

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
