import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'

const ROOT = fileURLToPath(new URL('..', import.meta.url))
const OWN = 'docs/citations.test.ts'

/** The files that people write, by path from the root, with their text on one line and without comment marks. */
const files = ['src', 'server', 'e2e', 'bench', 'docs', '.ci']
  .flatMap((folder) =>
    readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' }).map((file) => join(folder, file)),
  )
  .concat(readdirSync(ROOT).filter((file) => /\.(md|ts|html)$/.test(file)))
  .filter((file) => /\.(tsx?|mjs|css|md|html)$/.test(file) && !/node_modules|^docs\/api\//.test(file) && file !== OWN)
  .map((file) => ({ file, text: asSentences(readFileSync(join(ROOT, file), 'utf8')) }))

function asSentences(text: string): string {
  return text.replace(/\n[ \t]*(?:\*(?!\/)|\/\/)?[ \t]*/g, ' ')
}

/** Names of notes that are not in the repository, as they were cited. */
const UNREADABLE =
  /§ ?\d|\bcontract §|\(contract:|\b(?:issue|issues) \d|\bpeers [AB]\d|\bmodels habit|\bhabit \d|\bblockstores\b|\(design: /

/** `docs/page.md, "Section"`, and more sections of the same page after it. */
const SECTIONS = /\b(docs\/[\w-]+\.md)`?((?:,? (?:and )?"[^"]+")+)/g

/** Sections that a text cites and that their page does not have. */
function missingSections(text: string): string[] {
  return [...text.matchAll(SECTIONS)].flatMap(([, page = '', list = '']) => {
    if (!existsSync(join(ROOT, page))) return [page]
    const headings = [...readFileSync(join(ROOT, page), 'utf8').matchAll(/^#+ (.+)$/gm)].map(([, title]) => title)
    return [...list.matchAll(/"([^"]+)"/g)].flatMap(([, section]) =>
      headings.includes(section) ? [] : [`${page}, "${section}"`],
    )
  })
}

test('nothing cites a note that a reader cannot open', () => {
  const found = files.flatMap(({ file, text }) => {
    const [cited] = UNREADABLE.exec(text) ?? []
    return cited === undefined ? [] : [`${file}: ${cited}`]
  })
  expect(found).toEqual([])
})

test('every section that is cited exists', () => {
  const cited = files.flatMap(({ text }) => [...text.matchAll(SECTIONS)])
  expect(cited.length).toBeGreaterThan(20)
  const missing = files.flatMap(({ file, text }) => missingSections(text).map((section) => `${file}: ${section}`))
  expect(missing.filter((line) => !line.includes('"Section"'))).toEqual([])
})

test('every page of docs that is named exists', () => {
  const missing = files.flatMap(({ file, text }) =>
    [...text.matchAll(/(?<![\w/.-])docs\/[\w/-]+\.md\b/g)].flatMap(([page]) =>
      existsSync(join(ROOT, page)) ? [] : [`${file}: ${page}`],
    ),
  )
  expect(missing).toEqual([])
})

test('what it looks for is seen', () => {
  const lines = ['(contract §2)', '(issue 7.1)', 'peers B14', 'blockstores.md', '(design: Motion)', 'RFC 9110 §10']
  for (const line of lines) expect(line).toMatch(UNREADABLE)
  expect('https://github.com/transloadit/uppy/issues/2929').not.toMatch(UNREADABLE)
  expect(missingSections(asSentences(' * (docs/lakefs-contract.md, "Link", "No such\n * section")'))).toEqual([
    'docs/lakefs-contract.md, "No such section"',
  ])
})
