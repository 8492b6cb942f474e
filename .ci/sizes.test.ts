import { readdirSync, readFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'

const ROOT = fileURLToPath(new URL('..', import.meta.url))
const LONGEST = 350
const MOST_FILES = 20

const files = ['.ci', 'src', 'server', 'e2e', 'bench', 'docs'].flatMap((folder) =>
  readdirSync(`${ROOT}/${folder}`, { recursive: true, encoding: 'utf8' }).map(
    (file) => `${folder}/${file.replaceAll('\\', '/')}`,
  ),
)
const shipped = files.filter(
  (file) => /\.(ts|tsx|mjs|css)$/.test(file) && !/\.(test|spec)\.tsx?$|\/node_modules\//.test(file),
)

/** Tables of words have as many lines as there are words. */
const WORDS = /\/(messages|words)(\.\w+)*\.ts$/

test('every file can be read in one go', () => {
  expect(shipped.length).toBeGreaterThan(300)
  const long = shipped
    .filter((file) => !WORDS.test(file))
    .map((file) => ({ file, lines: readFileSync(`${ROOT}/${file}`, 'utf8').split('\n').length - 1 }))
    .filter(({ lines }) => lines > LONGEST)
  expect(long).toEqual([])
})

test('no folder of the core has more files than can be taken in', () => {
  const folders = new Map<string, number>()
  for (const file of shipped) {
    if (file.startsWith('src/core/')) folders.set(dirname(file), (folders.get(dirname(file)) ?? 0) + 1)
  }
  expect(folders.size).toBeGreaterThan(10)
  expect([...folders].filter(([, count]) => count > MOST_FILES)).toEqual([])
})
