import { beforeAll, describe, expect, it } from 'vitest'
import type { PathFault } from '../../core/index.ts'
import { createI18n, loadLanguage } from './language.ts'
import { english, type Language, type Messages } from './messages.ts'

/** Every sentence of a table, functions called with whatever they take. */
function sentences(words: Messages): Record<string, unknown> {
  const errors = Object.entries(words.errors).map(([code, say]) => [`errors.${code}`, say({}, 1)])
  return { ...words, ...Object.fromEntries(errors) }
}

describe('the words of English', () => {
  const { words } = createI18n('en', english)
  beforeAll(() => loadLanguage('en'))

  it('name what happened and what to do for every code, without figures that are missing', () => {
    for (const [code, say] of Object.entries(words.errors)) {
      const said = say({}, 1)
      expect(said, code).toMatch(/^(?:[a-z]|lakeFS)/)
      expect(said, code).not.toMatch(/undefined|NaN|!/)
    }
  })

  it('tell a place that lakeFS gave up from a link that was too short for the file', () => {
    const say = words.errors['address-expired']
    expect(say({}, 1)).toBe('the place kept for this file expired after 24 hours. Retry to send it again.')
    expect(say({ path: 'a', size: 1e9, pace: 1e5, restarts: 2 }, 1)).toBe(
      'sending takes longer than the store’s link lasts. Retry on a faster network.',
    )
  })

  it('say figures of the failure', () => {
    expect(words.errors['too-large']({ size: 6.2e12, limit: 5e12 }, 1)).toBe(
      '6.20 TB is over this store’s limit of 5.00 TB. Split the file.',
    )
    expect(words.errors['path-too-long']({ bytes: 1102, limit: 1024 }, 1)).toBe(
      'the path is 1,102 bytes and 1,024 is the limit. Shorten a folder or file name.',
    )
  })

  it('sum up what was left out', () => {
    const none = { systemNames: [], versionControl: 0, versionControlNames: [], unreadable: 0, unfit: 0 }
    const left = { ...none, systemFiles: 12, systemNames: ['.DS_Store', 'Thumbs.db'], emptyFolders: 3 }
    expect(words.rejections(left)).toBe('Left out: 12 junk files (.DS_Store, Thumbs.db) and 3 empty folders.')
    const tree = { ...none, systemFiles: 0, versionControl: 312, versionControlNames: ['.git/'], emptyFolders: 0 }
    expect(words.rejections(tree)).toBe('Left out: 312 files of version control (.git/).')
  })

  it('can be replaced by a host, some or with the figures of the language', () => {
    expect(createI18n('en', english, { signIn: 'Log in' }).words).toMatchObject({ signIn: 'Log in', files: 'Files' })
    const own = createI18n('en', english, (format) => ({ filesCount: (count) => `${format.number(count)} scans` }))
    expect(own.words.filesCount(2000)).toBe('2,000 scans')
  })

  it('can be replaced in the panels too, beside those of a language of the host', () => {
    const scans: Language = {
      ...english,
      words: (format) => ({ ...english.words(format), panels: { commit: 'Hand in' } }),
    }
    const { panels } = createI18n('en', scans, { panels: { startUpload: 'Send' } }).words
    expect(panels).toEqual({ commit: 'Hand in', startUpload: 'Send' })
    // @ts-expect-error: no panel has this word.
    createI18n('en', english, { panels: { startUplaod: 'Send' } })
  })

  it('speak English with figures of their own where a language has no words here', async () => {
    const speech = createI18n('fr', await loadLanguage('fr'))
    expect(speech.words.signIn).toBe('Sign in')
    expect(speech.format.bytes(8.76e9)).toBe('8,76 GB')
  })

  it('take a locale as systems and other libraries write it, and a mistake for English', async () => {
    const german = createI18n('de_DE', await loadLanguage('de_DE'))
    expect([german.words.signIn, german.locale, german.format.bytes(8.76e9)]).toEqual(['Anmelden', 'de-DE', '8,76 GB'])
    for (const mistaken of ['', 'C', 'no locale!', 'en_US.UTF-8']) {
      expect(createI18n(mistaken, english)).toMatchObject({ locale: 'en', dir: 'ltr' })
    }
  })
})

describe.each(['en', 'de', 'ar'])('in %s', (locale) => {
  const faults: PathFault[] = ['empty', 'nul', 'half-character', 'dots', 'trailing-slash', 'empty-segment']

  it('each fault of a path has a sentence of its own', async () => {
    const { errors } = createI18n(locale, await loadLanguage(locale)).words
    const said = faults.map((reason) => errors['path-invalid']({ path: 'a', reason }, 1))
    // And one for errors that somebody else made.
    expect(new Set([...said, errors['path-invalid']({}, 1)]).size).toBe(faults.length + 1)
  })

  it('the branch is named where a sentence is about it', async () => {
    const { errors } = createI18n(locale, await loadLanguage(locale)).words
    for (const code of ['protected-branch', 'not-a-branch', 'exists', 'not-on-branch'] as const)
      expect(errors[code]({ branch: 'release-7' }, 1), code).toContain('release-7')
  })

  it('a full store is told apart from one that was not asked again', async () => {
    const { errors } = createI18n(locale, await loadLanguage(locale)).words
    const said = [1, 2].map((count) => errors['storage-full']({ unsent: 1 }, count))
    expect(new Set([...said, errors['storage-full']({}, 1)]).size).toBe(3)
  })

  it('an answer that is an error is told with its status, and of whom it is', async () => {
    const { errors, wait } = createI18n(locale, await loadLanguage(locale)).words
    const kinds = (['storage', 'lakefs'] as const).flatMap((side) =>
      (['itself', 'unknown'] as const).map((by) => ({ side, by })),
    )
    const said = kinds.map(({ side, by }) => {
      const answered = { answer: '502 Oops', by }
      const waiting = wait({ reason: `${side}-error`, side, answered }, undefined).text
      expect(errors[`${side}-error`](answered, 1)).toContain(waiting)
      return waiting
    })
    expect(new Set(said).size).toBe(4)
    for (const text of said) expect(text).toContain('502 Oops')
    expect(errors['storage-error']({}, 1)).not.toMatch(/undefined|\(\)/)
  })

  it('a server that asks for a long wait is named with the time', async () => {
    const { errors, wait } = createI18n(locale, await loadLanguage(locale)).words
    const until = Date.now() + 900_000
    const time = new Intl.DateTimeFormat(locale === 'en' ? 'en-GB' : locale, {
      timeStyle: 'short',
      numberingSystem: 'latn',
    }).format(until)
    const kinds = (['storage', 'lakefs'] as const).flatMap((side) =>
      (['itself', 'unknown'] as const).map((by) => ({ side, by })),
    )
    const said = kinds.flatMap(({ side, by }) => [
      wait({ reason: 'busy', side, until, answered: { answer: '429', by } }, '15 min').text,
      errors.throttled({ side, by, until }, 1),
    ])
    expect(new Set(said).size).toBe(8)
    for (const text of said) expect(text).toContain(time)
    // The end of a short wait is told as the time that is left.
    expect(wait({ reason: 'busy', side: 'lakefs', until: Date.now() + 5000 }, '5 s').text).toContain('5 s')
  })

  it('who was too busy is named', async () => {
    const { errors } = createI18n(locale, await loadLanguage(locale)).words
    expect(errors.throttled({ side: 'lakefs' }, 1)).toContain('lakeFS')
    expect(errors.throttled({ side: 'storage' }, 1)).not.toContain('lakeFS')
    // Only a wait that was, and not the longest that could have been.
    expect(errors.throttled({ side: 'lakefs', seconds: 5 }, 1)).toMatch(/\b5\b/)
    expect(errors.throttled({ side: 'lakefs' }, 1)).not.toMatch(/\d/)
  })
})

describe.each(['de', 'ar'])('the words of %s', (locale) => {
  it('are all there, and none of them is English', async () => {
    const language = await loadLanguage(locale)
    expect(language).not.toBe(english)
    const own = sentences(createI18n(locale, language).words)
    const source = sentences(createI18n('en', english).words)
    expect(Object.keys(own).sort()).toEqual(Object.keys(source).sort())
    const same = Object.keys(source).filter((key) => typeof source[key] === 'string' && source[key] === own[key])
    expect(same).toEqual([])
  })

  it('speak of 24 hours only where lakeFS gave up a place, not where a link to the store was too short', async () => {
    const { errors } = createI18n(locale, await loadLanguage(locale)).words
    expect(errors['address-expired']({}, 1)).toContain('24')
    const missed = errors['address-expired']({ path: 'a', size: 1e9, pace: 1e5, restarts: 2 }, 1)
    expect(missed).not.toContain('24')
  })
})

it.each(['en', 'de', 'ar'])('each reason for which a file stopped has words of its own in %s', async (locale) => {
  const { words } = createI18n(locale, await loadLanguage(locale))
  const reasons = [
    'offline',
    'session',
    'busy',
    'lakefs-unreachable',
    'storage-unreachable',
    'lakefs-error',
    'storage-error',
    'other-tab',
    'token',
    'store-clock',
    'file-unreadable',
  ] as const
  const all = ['paused', 'interrupted', 'asking', ...reasons] as const
  const said = all.flatMap((why) => [1, 2, 12].map((count) => words.stopped([{ why, count }])))
  expect(new Set(said).size).toBe(said.length)
  for (const sentence of said) expect(sentence).not.toMatch(/undefined/)
  const together = words.stopped(all.map((why) => ({ why, count: 3 })))
  expect(together.match(/3/g)).toHaveLength(all.length)
})

it('sentences in Arabic go right to left, also those that begin with a name or a figure', async () => {
  const { words } = createI18n('ar', await loadLanguage('ar'))
  const facts = { size: 6.2e12, limit: 5e12, bytes: 1102, seconds: 600, restarts: 2 }
  const conflict = words.conflict('main', '17.9 KB', undefined)
  const said = [
    ...Object.values(words.errors).map((say) => say(facts, 1)),
    ...Object.values(words.checks).map((say) => say('https://store')),
    ...[conflict.text, conflict.short],
    ...[words.waitSession('main', '35%', false), words.waitSession('main', '35%', true)].map(({ text }) => text),
    ...[
      words.skipped('identical', 'main'),
      words.skipped('exists', 'main'),
      words.rejected({ path: 'a', code: 'file-too-large', message: '', size: 9e9 }, { maxSize: '5 GB' }),
    ],
  ]
  // As a browser finds the direction of a <bdi>: by its first letter.
  const first = (text = '') => /[A-Za-z\u0590-\u08ff\u200f]/u.exec(text)?.[0] ?? ''
  expect(said.filter((text) => !/[\u0590-\u08ff\u200f]/u.test(first(text)))).toEqual([])
})
