// npm run bench [-- --quick] [--cases long,small] [--contenders ours,bare] [--rounds 3] [--minutes 15] [--out docs/bench] [--trace]
// Contenders take turns in every round, so that what disturbs the machine disturbs all of them.
import { spawn } from 'node:child_process'
import {
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
  writeSync,
} from 'node:fs'
import { cpus, tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { chromium } from '@playwright/test'
import { build } from 'vite'
import { findChromium } from '../.ci/chromium.mjs'
import { browserRun, versionOf } from './browser-run.mjs'
import { CASES } from './cases.mjs'
import { chart } from './chart.mjs'
import { nodeLoop } from './node-loop.mjs'
import { printTargets, report, withTables } from './report.mjs'

const here = dirname(fileURLToPath(import.meta.url))
const { values: flags } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    cases: { type: 'string' },
    contenders: { type: 'string' },
    rounds: { type: 'string' },
    out: { type: 'string' },
    minutes: { type: 'string' },
    scale: { type: 'string' },
    trace: { type: 'boolean', default: false },
  },
})
/** The whole bench takes about so long: rounds after the first are left out where they would not fit. */
const minutes = Number(flags.minutes ?? 15)
const rounds = Number(flags.rounds ?? (flags.quick ? 1 : 3))
const scale = Number(flags.scale ?? (flags.quick ? 0.02 : 1))
const wanted = (list, name) => !list || list.split(',').some((part) => name.includes(part.trim()))

const scratch = mkdtempSync(join(tmpdir(), 'lakefs-uploader-bench-'))
const children = []
/** A child that prints one line of JSON when it is ready, and ends when we do. */
function child(file, ...args) {
  const process = spawn(globalThis.process.execPath, [join(here, file), ...args], {
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  children.push(process)
  return new Promise((resolve, reject) => {
    process.stdout.once('data', (line) => resolve(JSON.parse(line)))
    process.once('exit', (code) => reject(new Error(`${file} ended with ${code}`)))
  })
}

async function buildPage() {
  const outDir = join(scratch, 'page')
  await build({
    root: join(here, 'page'),
    configFile: false,
    logLevel: 'error',
    define: { __VERSION__: '"bench"' },
    build: { outDir, emptyOutDir: true, minify: !flags.trace, target: 'es2022', chunkSizeWarningLimit: 5000 },
  })
  return outDir
}

/** A file of that many bytes, all of them on the disk: the system must not write them while somebody is measured. */
function fileOf(bytes) {
  const path = join(scratch, `${bytes}.bin`)
  const block = Buffer.alloc(2 ** 20, 'lakefs-uploader ')
  const file = openSync(path, 'w')
  for (let at = 0; at < bytes; at += block.length) {
    block.writeDoubleLE(at, 0)
    writeSync(file, block, 0, Math.min(block.length, bytes - at))
  }
  fsyncSync(file)
  closeSync(file)
  return path
}

/** Bytes of earlier runs, which the system would be writing to the disk while the next one is measured. */
function forgetObjects() {
  const objects = join(scratch, 'lake', 'objects')
  for (const name of readdirSync(objects)) rmSync(join(objects, name), { force: true })
}

/** The servers, and the ways to them: near, and far as over a long line. */
async function openWays() {
  const servers = await child('servers.mjs', await buildPage(), join(scratch, 'lake'))
  const long = { rtt: 50, rate: 12_500_000 }
  const [page, store, secure] = await child(
    'relay.mjs',
    JSON.stringify([servers.page, servers.store, servers.secure].map((to) => ({ to, ...long }))),
  )
  const args = ['--no-sandbox', '--ignore-certificate-errors', '--enable-precise-memory-info']
  const launch = (...more) => chromium.launch({ executablePath: findChromium(), args: [...args, ...more] })
  const near = () => launch()
  // URLs are signed for the store's own port; the relay stands in between unseen.
  const far = () => launch(`--host-resolver-rules=MAP 127.0.0.1:${servers.store} 127.0.0.1:${store}`)
  return {
    api: page,
    store,
    near: { launch: near, origin: `http://127.0.0.1:${servers.page}` },
    long: { launch: far, origin: `http://127.0.0.1:${page}` },
    h2: { launch: far, origin: `https://127.0.0.1:${secure}` },
  }
}

/** All rounds of one case that fit into its minutes, by contender. */
async function measure(spec, ways) {
  const contenders = (flags.quick ? spec.quick : spec.contenders).filter((name) => wanted(flags.contenders, name))
  const runs = Object.fromEntries(contenders.map((name) => [name, []]))
  const until = performance.now() + minutes * 60_000 * spec.share
  let took = 0
  for (let round = 0; round < rounds; round += 1) {
    if (round > 0 && performance.now() + took > until) break
    // What a further round takes: without those who are measured once.
    took = 0
    for (const name of contenders) {
      const once = spec.once?.includes(name)
      if (round > 0 && once) continue
      const from = performance.now()
      forgetObjects()
      const one = await run(name, spec, ways)
      runs[name].push(one)
      process.stderr.write(`${spec.name} · ${name} · ${Math.round(one.ms)} ms${one.stopped ? ', stopped' : ''}\n`)
      if (!once) took += performance.now() - from
    }
  }
  return runs
}

function run(name, spec, ways) {
  const { count, size } = spec
  if (name === 'node, 32 connections')
    return nodeLoop({ api: ways.api, store: ways.store, count, size, connections: 32 })
  const { launch, origin } = ways[spec.way]
  return browserRun(launch, origin, spec, name, flags.trace)
}

/** Writes what has been measured; a run of some cases leaves the others as they were. */
function keep(out, summary, browser) {
  const file = join(out, 'results.json')
  const before = existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')).results : []
  const known = CASES.flatMap(({ name }) => [...summary, ...before].find((one) => one.name === name) ?? [])
  const facts = { node: process.version, browser, cores: cpus().length, rounds, scale }
  mkdirSync(out, { recursive: true })
  writeFileSync(file, `${JSON.stringify({ ...facts, results: known }, null, 2)}\n`)
  writeFileSync(join(out, 'chart.svg'), chart(known))
  const readme = join(out, 'README.md')
  if (existsSync(readme)) writeFileSync(readme, withTables(readFileSync(readme, 'utf8'), known))
}

try {
  const ways = await openWays()
  const browser = await versionOf(ways.near.launch)
  const summary = []
  const out = flags.out ?? (flags.quick ? undefined : join(dirname(here), 'docs/bench'))
  for (const spec of CASES.filter(({ name }) => wanted(flags.cases, name))) {
    const count = spec.count && Math.max(20, Math.round(spec.count * scale))
    const bytes = spec.bytes && Math.max(20 * 2 ** 20, Math.round(spec.bytes * scale))
    const file = bytes && fileOf(bytes)
    const runs = await measure({ ...spec, count, file }, ways)
    if (file) rmSync(file)
    summary.push(...report([{ name: spec.name, what: spec.what, count, bytes, targets: spec.targets, runs }]))
    // After every case: a run that is stopped has told something too.
    if (out) keep(out, summary, browser)
  }
  printTargets(summary)
} finally {
  for (const one of children) one.stdin.end()
  rmSync(scratch, { recursive: true, force: true })
}
