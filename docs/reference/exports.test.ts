import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'

const read = (file: string) => readFileSync(new URL(`../../${file}`, import.meta.url), 'utf8')

/** The entries of the package, by the page of the reference that each has. */
const ENTRIES = {
  index: 'src/index.ts',
  core: 'src/core/index.ts',
  versioned: 'src/core/versioned/index.ts',
  lakefs: 'src/core/lakefs/index.ts',
  standalone: 'src/standalone.ts',
} as const

/** The names that a module exports. It lists them: `export *` is nowhere (.ci/imports.test.ts). */
function exportsOf(source: string): string[] {
  const lists = [...source.matchAll(/^export (?:type )?\{([^}]*)\}/gm)].flatMap(([, list = '']) => list.split(','))
  const listed = lists
    .map((item) =>
      item
        .trim()
        .replace(/^type /, '')
        .replace(/^.* as /, ''),
    )
    .filter(Boolean)
  const own = [
    ...source.matchAll(/^export (?:async )?(?:function|class|const|interface|type|abstract class|enum) (\w+)/gm),
  ]
  return [...listed, ...own.map(([, name = '']) => name)]
}

it('finds every kind of export', () => {
  const source =
    "export { a, type B, c as d } from './x.ts'\nexport type {\n  E,\n} from './y.ts'\nexport function f() {}\n"
  expect(exportsOf(source)).toEqual(['a', 'B', 'd', 'E', 'f'])
})

it('every entry of the package has its page', () => {
  const { exports } = JSON.parse(read('package.json')) as { exports: Record<string, string | { types: string }> }
  const types = Object.values(exports).flatMap((entry) => (typeof entry === 'string' ? [] : [entry.types]))
  const sources = types.map((file) => file.replace('./dist/types/', 'src/').replace(/\.d\.ts$/, '.ts'))
  expect(sources.filter((file) => file.startsWith('src/')).sort()).toEqual(Object.values(ENTRIES).sort())
})

it.each(Object.entries(ENTRIES))('docs/api/%s.md has every name that the entry exports, and no other', (page, file) => {
  const headings = [
    ...read(`docs/api/${page}.md`)
      .replaceAll('\\_', '_')
      .matchAll(/^### (?:~~)?([\w$]+)/gm),
  ].map(([, name = '']) => name)
  expect([...new Set(headings)].sort()).toEqual([...new Set(exportsOf(read(file)))].sort())
})
