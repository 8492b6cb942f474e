import { expect, test } from 'vitest'
import samples from '../../docs/deploying/config-samples.json'
import { parseSettings, readSettings, SettingsError, SettingsUnanswered } from './settings.ts'

const mistakesOf = (raw: unknown) => {
  try {
    parseSettings(raw)
  } catch (thrown) {
    if (thrown instanceof SettingsError) return thrown.mistakes
  }
  return []
}
const answering = (body: string, status = 200) =>
  readSettings(async () => new Response(body, { status }), 'https://x.test/up/')

// The command checks the same samples: server/settings.test.ts.
test.each(samples.good)('takes %j', (value) => expect(parseSettings(value)).toMatchObject(value))
test.each(samples.bad.map((value) => [value]))('refuses %j', (value) =>
  expect(() => parseSettings(value)).toThrow(SettingsError),
)

test('nothing said means the defaults', () => {
  expect(parseSettings({})).toEqual({
    endpoint: '/api/v1',
    destination: {},
    presets: [],
    locked: false,
    onConflict: 'ask',
    plan: false,
    atomic: false,
    commit: {},
    viaApiBelow: 0,
  })
})

test('every mistake is named, each with what is wanted', () => {
  const mistakes = mistakesOf({ onConflict: 'maybe', endpoint: 'lakefs', viaApiBelow: -1, colour: 'red' })
  expect(mistakes).toHaveLength(4)
  expect(mistakes.join('\n')).toMatch(/"onConflict" must be one of "overwrite", "skip", "rename", "ask", "fail"/)
  expect(mistakes.join('\n')).toMatch(/"colour" is not a setting/)
})

test('a commit has a template, metadata and whether it is made by itself', () => {
  const commit = { template: 'Add {files}', metadata: { rig: 'north' }, auto: true }
  expect(parseSettings({ commit }).commit).toEqual(commit)
  for (const bad of [{ template: 1 }, { metadata: { rig: 1 } }, { auto: 'yes' }, { message: 'x' }, true]) {
    expect(mistakesOf({ commit: bad })).toEqual([
      '"commit" must be { "template", "metadata", "auto" }: a text, an object of texts, true or false.',
    ])
  }
})

test('a locked destination must be a whole one', () => {
  expect(mistakesOf({ locked: true, destination: { repository: 'lake' } })).toEqual([
    '"locked" needs "destination" with a repository and a branch.',
  ])
  expect(parseSettings({ locked: true, destination: { repository: 'lake', branch: 'main' } }).locked).toBe(true)
})

test('a preset needs a repository and a branch, its folder may be the root', () => {
  expect(mistakesOf({ presets: [{ repository: 'lake' }] })).toHaveLength(1)
  expect(parseSettings({ presets: [{ repository: 'lake', branch: 'main' }] }).presets).toEqual([
    { repository: 'lake', branch: 'main', prefix: '' },
  ])
})

test('reads beside the page, takes a missing file for an empty one and says what is broken', async () => {
  const asked: string[] = []
  const get: typeof fetch = async (input) => {
    asked.push(String(input))
    return new Response('', { status: 404 })
  }
  expect((await readSettings(get, 'https://x.test/up/index.html')).endpoint).toBe('/api/v1')
  expect(asked).toEqual(['https://x.test/up/config.json'])
  await expect(answering('{"plan": true')).rejects.toThrow(/config.json is not JSON/)
  await expect(answering('', 403)).rejects.toThrow(/answered 403/)
  await expect(answering('[]')).rejects.toThrow(/must be an object/)
})

test('a server that cannot answer right now has said nothing of the settings', async () => {
  for (const status of [429, 502, 503, 504]) {
    await expect(answering('', status)).rejects.toBeInstanceOf(SettingsUnanswered)
  }
  const silence = async () => Promise.reject(new TypeError('Failed to fetch'))
  await expect(readSettings(silence, 'https://x.test/')).rejects.toBeInstanceOf(SettingsUnanswered)
})
