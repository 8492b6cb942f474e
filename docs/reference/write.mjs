// Writes docs/api from the doc comments, or with --check says whether it is up to date.
// TypeDoc lives in this folder, as it needs the JavaScript API of TypeScript 6.
import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const here = fileURLToPath(new URL('.', import.meta.url))
const root = fileURLToPath(new URL('../..', import.meta.url))
const kept = fileURLToPath(new URL('../api', import.meta.url))
const fingerprint = join(here, 'fingerprint.txt')
const temporary = mkdtempSync(join(tmpdir(), 'lakefs-uploader-api-'))
const check = process.argv.includes('--check')
/** Runs TypeDoc even where the fingerprint says that nothing has changed. */
const anew = process.argv.includes('--anew')

/** Makes the pages. TypeDoc takes half a minute. */
function typedoc(out) {
  const run = (program, ...args) => execFileSync(program, args, { cwd: here, stdio: 'inherit' })
  if (!existsSync(join(here, 'node_modules/typedoc/package.json'))) run('npm', 'ci', '--prefer-offline', '--silent')
  run(process.execPath, 'node_modules/typedoc/bin/typedoc', '--logLevel', 'Warn', '--out', out)
}

/** Files by name, with their text. */
function filesOf(folder, ending) {
  const names = existsSync(folder)
    ? readdirSync(folder, { recursive: true }).filter((name) => name.endsWith(ending))
    : []
  return new Map(names.sort().map((name) => [name, readFileSync(join(folder, name), 'utf8')]))
}

/**
 * One line for what the pages are made of, the declarations and TypeDoc's own settings, and one for the pages. The
 * declarations are those of the sources as they are: dist may be older.
 */
function fingerprintNow() {
  const types = join(temporary, 'types')
  execFileSync('npx', ['tsc', '-p', 'tsconfig.build.json', '--outDir', types], { cwd: root, stdio: 'inherit' })
  const hash = (texts) => createHash('sha256').update(JSON.stringify(texts)).digest('hex')
  const settings = ['typedoc.json', 'tsconfig.json', 'package-lock.json'].map((name) =>
    readFileSync(join(here, name), 'utf8'),
  )
  const made = hash([...filesOf(types, '.d.ts'), ...settings])
  return `declarations ${made}\npages ${hash([...filesOf(kept, '.md')])}\n`
}

function isAsKept() {
  return existsSync(fingerprint) && readFileSync(fingerprint, 'utf8') === fingerprintNow()
}

function compare(out) {
  const [old, fresh] = [filesOf(kept, '.md'), filesOf(out, '.md')]
  const stale = [...new Set([...old.keys(), ...fresh.keys()])].filter((name) => old.get(name) !== fresh.get(name))
  if (stale.length > 0) {
    console.error(`docs/api is not what the doc comments say (${stale.join(', ')}). Run npm run reference.`)
    process.exitCode = 1
  } else console.log(`docs/api is up to date: ${fresh.size} pages. After npm run reference the check is short again.`)
}

try {
  if (!check) {
    typedoc(kept)
    writeFileSync(fingerprint, fingerprintNow())
  } else if (!anew && isAsKept()) {
    console.log('docs/api is up to date: neither the declarations nor the pages have changed since it was written')
  } else {
    const out = join(temporary, 'pages')
    typedoc(out)
    compare(out)
  }
} finally {
  rmSync(temporary, { recursive: true, force: true })
}
