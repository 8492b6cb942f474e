// Writes docs/api from the doc comments, or with --check says whether it is up to date.
// TypeDoc lives in this folder, as it needs the JavaScript API of TypeScript 6.
import { execFileSync } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const here = fileURLToPath(new URL('.', import.meta.url))
const kept = fileURLToPath(new URL('../api', import.meta.url))
const check = process.argv.includes('--check')
const out = check ? mkdtempSync(join(tmpdir(), 'lakefs-uploader-api-')) : kept

function typedoc() {
  const run = (program, ...args) => execFileSync(program, args, { cwd: here, stdio: 'inherit' })
  if (!existsSync(join(here, 'node_modules/typedoc/package.json'))) run('npm', 'ci', '--prefer-offline', '--silent')
  run(process.execPath, 'node_modules/typedoc/bin/typedoc', '--logLevel', 'Warn', '--out', out)
}

/** Files by name, with their text. */
function pages(folder) {
  const names = existsSync(folder)
    ? readdirSync(folder, { recursive: true }).filter((name) => name.endsWith('.md'))
    : []
  return new Map(names.map((name) => [name, readFileSync(join(folder, name), 'utf8')]))
}

try {
  typedoc()
  if (check) {
    const [old, fresh] = [pages(kept), pages(out)]
    const stale = [...new Set([...old.keys(), ...fresh.keys()])].filter((name) => old.get(name) !== fresh.get(name))
    if (stale.length > 0) {
      console.error(`docs/api is not what the doc comments say (${stale.join(', ')}). Run npm run reference.`)
      process.exitCode = 1
    } else console.log(`docs/api is up to date: ${fresh.size} pages`)
  }
} finally {
  if (check) rmSync(out, { recursive: true, force: true })
}
