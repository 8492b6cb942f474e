// What an application loads first, minified and gzipped, entry by entry; fails over budget.
//   node bench/size.mjs
import { readFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'
import { build } from 'vite'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))

/** Everything but the peers is counted: ky with the core, the style with the component. */
const ENTRIES = [
  { name: './core', source: 'src/core/index.ts', budget: 24 },
  { name: '.', source: 'src/index.ts', style: 'src/react/style.css', budget: 64 },
]

/** What must wait until somebody uses it. */
const LATER = [
  /hash-wasm/,
  /papaparse/,
  /\/idb\//,
  /core\/(resume\/(resume-store|database)|versioned\/(receipt|plan|plan-file|read-receipt|commit|undo))\./,
]

const external = Object.keys(manifest.peerDependencies).map((name) => new RegExp(`^${name}(/.*)?$`))

async function measure({ source, style }) {
  const [result] = [
    await build({
      root,
      configFile: false,
      logLevel: 'error',
      define: { __VERSION__: JSON.stringify(manifest.version) },
      build: {
        write: false,
        copyPublicDir: false,
        target: 'es2022',
        minify: true,
        modulePreload: false,
        rollupOptions: {
          input: join(root, source),
          external,
          preserveEntrySignatures: 'strict',
          output: { format: 'es' },
        },
      },
    }),
  ].flat()
  const chunks = result.output.filter((one) => one.type === 'chunk')
  const byName = new Map(chunks.map((chunk) => [chunk.fileName, chunk]))
  const first = new Set()
  const walk = (chunk) => {
    if (!chunk || first.has(chunk)) return
    first.add(chunk)
    for (const name of chunk.imports) walk(byName.get(name))
  }
  walk(chunks.find((chunk) => chunk.isEntry))
  const gzip = (text) => gzipSync(text, { level: 9 }).length
  const code = [...first].reduce((sum, chunk) => sum + gzip(chunk.code), 0)
  const css = style ? gzip(await minified(join(root, style))) : 0
  const modules = [...first].flatMap((chunk) => Object.keys(chunk.modules)).map((id) => relative(root, id))
  return {
    bytes: code + css,
    tooEarly: modules.filter((id) => LATER.some((pattern) => pattern.test(`/${id}`))),
    later: chunks
      .filter((chunk) => !first.has(chunk))
      .map((chunk) => ({
        name: chunk.fileName.replace(/^assets\//, '').replace(/-[\w-]{8}\.js$/, ''),
        bytes: gzip(chunk.code),
      })),
  }
}

/** A style sheet as an application's build would ship it. */
async function minified(file) {
  const [result] = [
    await build({
      root,
      configFile: false,
      logLevel: 'error',
      build: { write: false, copyPublicDir: false, target: 'es2022', rollupOptions: { input: file } },
    }),
  ].flat()
  const sheet = result.output.find((one) => one.type === 'asset' && one.fileName.endsWith('.css'))
  if (!sheet) throw new Error(`no style sheet came of ${file}`)
  return sheet.source
}

const kib = (bytes) => `${(bytes / 1024).toFixed(1)} KiB`
let failed = false
for (const entry of ENTRIES) {
  const { bytes, tooEarly, later } = await measure(entry)
  const over = bytes > entry.budget * 1024
  failed ||= over || tooEarly.length > 0
  console.log(`${entry.name.padEnd(8)} ${kib(bytes).padStart(10)} of ${entry.budget} KiB${over ? '  over budget' : ''}`)
  for (const one of later) console.log(`  later  ${kib(one.bytes).padStart(10)} ${one.name}`)
  for (const id of tooEarly) console.log(`  loads too early: ${id}`)
}
if (failed) process.exitCode = 1
