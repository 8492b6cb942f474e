// What an application loads, minified and gzipped: first of all by entry, and for one upload; fails over budget. Made from
// the sources in a few seconds, so that it never measures a dist that is out of date.
//   node bench/size.mjs
import { readFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'
import { build } from 'vite'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))

/**
 * What the component fetches, besides what it loads first, for one upload that succeeds: in English, to S3, without a plan.
 * The worker hashes the file; `hashing.ts` comes to the page itself for the ETag of one that was sent in parts.
 */
const UPLOAD = [
  'src/core/engine/browser.ts',
  'src/core/resume/database.ts',
  'src/core/checksum/md5.worker.ts',
  'src/core/checksum/hashing.ts',
  'src/react/list/Rows.tsx',
]

/** Everything but the peers is counted: ky with the core, the style with the component. Budgets in KiB. */
const ENTRIES = [
  { name: './core', source: 'src/core/index.ts', budget: 24 },
  {
    name: '.',
    source: 'src/index.ts',
    style: 'src/react/style.css',
    budget: 64,
    upload: { budget: 133, fetches: UPLOAD },
  },
]

/** What must wait until it is used. Each names a module of the bundle, so that none is out of date unseen. */
const LATER = [/\/hash-wasm\//, /\/idb\//, /\/core\/engine\/engine\.ts/, /\/core\/transfer\/transfer\.ts/]

const external = Object.keys(manifest.peerDependencies).map((name) => new RegExp(`^${name}(/.*)?$`))
const gzip = (text) => gzipSync(text, { level: 9 }).length
const isStale = (modules) => (pattern) => !modules.some((id) => pattern.test(`/${id}`))

async function measure({ source, style, upload }) {
  const files = await bundle(join(root, source))
  const chunks = files.filter((file) => file.type === 'chunk')
  const modulesOf = (chunk) => Object.keys(chunk.modules).map((id) => relative(root, id))
  const first = withImports(chunks, [chunks.find((chunk) => chunk.isEntry)])
  const css = style ? gzip(await minified(join(root, style))) : 0
  const sum = (some) => [...some].reduce((bytes, chunk) => bytes + gzip(chunk.code), css)
  const early = [...first].flatMap(modulesOf)
  return {
    bytes: sum(first),
    uploadBytes: upload && sum(withImports(chunks, [...first, ...upload.fetches.map((id) => fileOf(files, id))])),
    tooEarly: early.filter((id) => LATER.some((pattern) => pattern.test(`/${id}`))),
    stale: LATER.filter(isStale(chunks.flatMap(modulesOf))),
    later: chunks
      .filter((chunk) => !first.has(chunk))
      .map((chunk) => ({
        name: chunk.fileName.replace(/^assets\//, '').replace(/-[\w-]{8}\.js$/, ''),
        bytes: gzip(chunk.code),
      })),
  }
}

/** The file that a module is fetched with: the chunk that has it, or a worker's file by its name. */
function fileOf(files, source) {
  const chunk = files.find((file) => file.type === 'chunk' && join(root, source) in file.modules)
  if (chunk) return chunk
  const name = source.replace(/^.*\//, '').replace(/\.tsx?$/, '')
  const worker = files.find((file) => file.type === 'asset' && file.fileName.includes(`/${name}-`))
  if (!worker) throw new Error(`${source} is fetched by itself no longer; mend the list of what an upload fetches`)
  return { imports: [], code: worker.source }
}

/** Chunks with all that comes along with them. */
function withImports(chunks, roots) {
  const found = new Set()
  const walk = (chunk) => {
    if (!chunk || found.has(chunk)) return
    found.add(chunk)
    for (const name of chunk.imports) walk(chunks.find(({ fileName }) => fileName === name))
  }
  for (const one of roots) walk(one)
  return found
}

/** An entry as an application's build would make it. */
async function bundle(input) {
  const [result] = [
    await build({
      root,
      configFile: false,
      logLevel: 'error',
      define: { __VERSION__: JSON.stringify(manifest.version) },
      worker: { format: 'es' },
      build: {
        write: false,
        copyPublicDir: false,
        target: 'es2022',
        minify: true,
        modulePreload: false,
        rollupOptions: { input, external, preserveEntrySignatures: 'strict', output: { format: 'es' } },
      },
    }),
  ].flat()
  return result.output
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
function line(name, bytes, budget) {
  const over = bytes > budget * 1024
  failed ||= over
  console.log(`${name.padEnd(14)} ${kib(bytes).padStart(10)} of ${budget} KiB${over ? '  over budget' : ''}`)
}
for (const entry of ENTRIES) {
  const { bytes, uploadBytes, tooEarly, stale, later } = await measure(entry)
  line(entry.name, bytes, entry.budget)
  if (entry.upload) line('  one upload', uploadBytes, entry.upload.budget)
  for (const one of later) console.log(`  later        ${kib(one.bytes).padStart(10)} ${one.name}`)
  for (const id of tooEarly) console.log(`  loads too early: ${id}`)
  for (const pattern of stale) console.log(`  nothing is called ${pattern} any more`)
  failed ||= tooEarly.length + stale.length > 0
}
if (failed) process.exitCode = 1
