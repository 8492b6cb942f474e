import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'

const ROOT = fileURLToPath(new URL('..', import.meta.url))
const { dependencies } = JSON.parse(readFileSync(`${ROOT}/package.json`, 'utf8')) as {
  dependencies: Record<string, string>
}

/**
 * What some browser of docs/browsers.md, "Least versions", does not have. A call fails there for every file, in words
 * about something else. The syntax is that of ES2022, to which the build and the types hold.
 */
const NEWER: Readonly<Record<string, RegExp>> = {
  'AbortSignal.any': /\bAbortSignal\.any\b/,
  'Array.fromAsync': /\bArray\.fromAsync\b/,
  'Array copies': /\.(toSorted|toReversed|toSpliced)\(/,
  'Blob.bytes': /\.bytes\(\)/,
  'crypto.randomUUID, which plain http does not have': /\brandomUUID\b/,
  'Element.checkVisibility': /\.checkVisibility\(/,
  groupBy: /\b(Object|Map)\.groupBy\b/,
  'Intl.DurationFormat': /\bIntl\.DurationFormat\b/,
  'Intl.Segmenter': /\bIntl\.Segmenter\b/,
  'iterator helpers':
    /\.(values|keys|entries)\(\)\s*\.(map|filter|take|drop|flatMap|reduce|toArray|forEach|some|every|find)\(|\bIterator\.from\b/,
  'Math.sumPrecise': /\bMath\.(sumPrecise|f16round)\b/,
  'Promise.withResolvers': /\bPromise\.(withResolvers|try)\b/,
  'RegExp.escape': /\bRegExp\.escape\b/,
  requestIdleCallback: /\brequestIdleCallback\b/,
  scheduler: /(?<![.#\w])(globalThis\.|window\.)?scheduler\.(yield|postTask|wait)\b/,
  'Set methods': /\.(union|intersection|difference|symmetricDifference|isSubsetOf|isSupersetOf|isDisjointFrom)\(/,
  'Symbol.dispose': /\bSymbol\.(dispose|asyncDispose)\b/,
  'Uint8Array and base64': /\.(fromBase64|toBase64|fromHex|toHex)\(/,
  'URL.canParse': /\bURL\.(canParse|parse)\b/,
  'view transitions': /\bstartViewTransition\b/,
  'well-formed strings': /\.(isWellFormed|toWellFormed)\(/,
}

/** Uses that are made only where the browser has it. */
const GUARDED: readonly string[] = [
  // Ky.js and merge.js ask `supportsAbortSignal` of constants.js first, and hand the caller's signal on otherwise.
  'ky AbortSignal.any',
]

const COMMENT = /\/\*[\s\S]*?\*\/|(?<=^|\s)\/\/.*$/gm

const used = (text: string): string[] => {
  const code = text.replace(COMMENT, '')
  return Object.entries(NEWER).flatMap(([name, pattern]) => (pattern.test(code) ? [name] : []))
}

const filesBelow = (folder: string, suffix: RegExp) =>
  readdirSync(`${ROOT}/${folder}`, { recursive: true, encoding: 'utf8' })
    .map((file) => `${folder}/${file.replaceAll('\\', '/')}`)
    .filter((file) => suffix.test(file))

const read = (file: string) => readFileSync(`${ROOT}/${file}`, 'utf8')

describe('built-ins that not every supported browser has', () => {
  it('are found where they are used', () => {
    expect(used('const either = AbortSignal.any([a, b]) // Promise.try')).toEqual(['AbortSignal.any'])
    expect(used('[...map.values().filter(isOpen)]; list.toSorted(); Object.groupBy(list, keyOf)')).toEqual([
      'Array copies',
      'groupBy',
      'iterator helpers',
    ])
    expect(used('this.#scheduler.start(); [...map.values()].filter(isOpen); /* URL.canParse */')).toEqual([])
  })

  it('are used by no source file', () => {
    const shipped = filesBelow('src', /\.tsx?$/).filter((file) => !/\.test\.tsx?$|\/(testing|gallery)\//.test(file))
    expect(shipped.length).toBeGreaterThan(200)
    expect(shipped.flatMap((file) => used(read(file)).map((name) => `${file} ${name}`))).toEqual([])
  })

  it.each([...Object.keys(dependencies), '@tanstack/virtual-core'])(
    'are used by %s only where they are there',
    (name) => {
      const code = filesBelow(`node_modules/${name}`, /\.(js|mjs)$/).filter(
        (file) =>
          !/\/(src|test|tests|docs|player|benchmark)\/|\.(min|test)\.|\/umd\//.test(file.slice(name.length + 14)),
      )
      expect(code.length).toBeGreaterThan(0)
      const found = new Set(code.flatMap((file) => used(read(file)).map((built) => `${name} ${built}`)))
      expect([...found].filter((use) => !GUARDED.includes(use))).toEqual([])
    },
  )
})
