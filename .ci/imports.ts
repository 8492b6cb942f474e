import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join, normalize } from 'node:path'

/** Each source file, by its path from the root, with what it imports: paths for files, names for packages. */
export type Graph = ReadonlyMap<string, readonly string[]>

const SOURCE = /\.(ts|tsx|mts|mjs)$/
const COMMENT = /\/\*[\s\S]*?\*\/|(?<=^|\s)\/\/.*$/gm
const IMPORT =
  /^\s*(?:import|export)\b[^'"`;=]*?\bfrom\s*['"]([^'"]+)['"]|^\s*import\s*['"]([^'"]+)['"]|\bimport\(\s*['"]([^'"]+)['"]\s*\)|\bnew URL\(\s*['"](\.[^'"]+\.ts)['"]/gm

/** Reads what the files under a root's folders import, types included: they tie files together as much as values do. */
export function readImports(root: string, folders: readonly string[]): Graph {
  const files = folders.flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
      .filter((file) => SOURCE.test(file) && !/(^|\/)(node_modules|apps)\//.test(file))
      .map((file) => join(folder, file)),
  )
  return new Map(files.map((file) => [file, importsOf(readFileSync(join(root, file), 'utf8'), file, root)]))
}

export function importsOf(text: string, file: string, root: string): string[] {
  const found = [...text.replace(COMMENT, '').matchAll(IMPORT)].map((match) => match.slice(1).find(Boolean) ?? '')
  return found.map((name) => {
    if (!name.startsWith('.')) return name
    const path = normalize(join(dirname(file), name.replace(/\?.*$/, '')))
    return existsSync(join(root, path)) ? path : `${path} (missing)`
  })
}

export interface Rule {
  /** Files the rule is about. */
  from: RegExp
  /** What they may import; everything else breaks the rule. */
  to: RegExp
  why: string
}

/** Every import that no rule for its file allows. */
export function violations(graph: Graph, rules: readonly Rule[]): string[] {
  return [...graph].flatMap(([file, imports]) =>
    rules
      .filter(({ from }) => from.test(file))
      .flatMap(({ to, why }) => imports.filter((name) => !to.test(name)).map((name) => `${file} → ${name}: ${why}`)),
  )
}

/** Each circle of imports, as the way around it. */
export function circles(graph: Graph): string[] {
  const found: string[] = []
  const done = new Set<string>()
  const path: string[] = []
  const visit = (file: string): void => {
    const start = path.indexOf(file)
    if (start >= 0) return void found.push([...path.slice(start), file].join(' → '))
    if (done.has(file)) return
    path.push(file)
    for (const next of graph.get(file) ?? []) visit(next)
    path.pop()
    done.add(file)
  }
  for (const file of graph.keys()) visit(file)
  return found
}
