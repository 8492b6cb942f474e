import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'

const ROOT = fileURLToPath(new URL('..', import.meta.url))

/** The source of each entry of the package, by the name that it is imported by. */
function entries(): [name: string, source: string][] {
  const { exports } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as {
    exports: Record<string, string | { types: string }>
  }
  return Object.entries(exports).flatMap(([name, target]): [string, string][] => {
    if (typeof target === 'string') return []
    const source = target.types.replace('./dist/types/', 'src/').replace(/\.d\.ts$/, '.ts')
    // Style sheets are no code, and their declarations are written by the build.
    return existsSync(join(ROOT, source)) ? [[name, source]] : []
  })
}

/** Names that a module exports, types marked as such. Stars are refused elsewhere, so each name stands in the text. */
export function namesOf(text: string): string[] {
  const code = text.replace(/\/\*[\s\S]*?\*\/|(?<=^|\s)\/\/.*$/gm, '')
  const lists = [...code.matchAll(/^export (type )?\{([^}]*)\}/gm)].flatMap(([, type = '', names = '']) =>
    names
      .split(',')
      .map((name) => name.trim())
      .filter(Boolean)
      .map((name) => {
        const isType = type !== '' || name.startsWith('type ')
        return `${isType ? 'type ' : ''}${name.replace(/^type /, '').replace(/^.* as /, '')}`
      }),
  )
  const declared = [
    ...code.matchAll(/^export (?:async |abstract |declare )*(function|class|const|let|enum|interface|type) (\w+)/gm),
  ].map(([, kind = '', name = '']) => (kind === 'interface' || kind === 'type' ? `type ${name}` : name))
  const plain = (name: string) => name.replace(/^type /, '').toLowerCase()
  return [...lists, ...declared].sort((a, b) => (plain(a) < plain(b) ? -1 : 1))
}

test('the public names are those of public-names.txt; after a change on purpose: npx vitest run .ci/public-names -u', async () => {
  const text = entries()
    .map(([name, source]) => [`${name} (${source})`, ...namesOf(readFileSync(join(ROOT, source), 'utf8'))].join('\n  '))
    .join('\n\n')
  await expect(`${text}\n`).toMatchFileSnapshot('public-names.txt')
})

test('names are read from every form of export', () => {
  const text = `export { a, type B, c as d } from './x.ts'
export type { E } from './x.ts'
// export { not } from './x.ts'
export async function f() {}
export const g = 1
export interface H { i: 1 }
export type J = 1
export default class K {}`
  expect(namesOf(text)).toEqual(['a', 'type B', 'd', 'type E', 'f', 'g', 'type H', 'type J'])
})
