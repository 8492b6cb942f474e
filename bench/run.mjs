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
import { CASES } from './cases.mjs'
import { chart } from './chart.mjs'
import { nodeLoop } from './node-loop.mjs'
import { printTargets, report, withTables } from './report.mjs'
import { explain, TRACED } from './trace.mjs'

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
/** A run that takes longer than this is stopped, and counts as this long. */
const LONGEST_RUN = 90_000
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

/** One run in a browser of its own, so that nobody inherits what those before have left there. */
async function run(launch, origin, spec, contender) {
  const browser = await launch()
  try {
    return await runIn(browser, origin, spec, contender)
  } finally {
    await browser.close()
  }
}

async function versionOf(launch) {
  const browser = await launch()
  await browser.close()
  return browser.version()
}

async function runIn(browser, origin, spec, contender) {
  const context = await browser.newContext({ ignoreHTTPSErrors: true })
  const page = await context.newPage()
  const errors = []
  page.on('pageerror', (error) => errors.push(error.message))
  await page.goto(origin)
  if (spec.file) await page.setInputFiles('#pick', spec.file)
  await page.evaluate(
    ([name, made]) => window.bench.prepare(name, made),
    [contender, { count: spec.count, size: spec.size }],
  )
  const devtools = await context.newCDPSession(page)
  await devtools.send('Performance.enable')
  const heap = async () => {
    const { metrics } = await devtools.send('Performance.getMetrics')
    return metrics.find(({ name }) => name === 'JSHeapUsedSize').value
  }
  await devtools.send('HeapProfiler.collectGarbage')
  const before = await heap()
  if (flags.trace) await browser.startTracing(page, { categories: TRACED })
  let peak = before
  const timer = setInterval(
    () =>
      heap().then(
        (now) => (peak = Math.max(peak, now)),
        () => {},
      ),
    100,
  )
  try {
    let cancel
    const stopped = new Promise((resolve) => {
      const over = setTimeout(() => resolve({ ms: LONGEST_RUN, stopped: true }), LONGEST_RUN)
      cancel = () => clearTimeout(over)
    })
    const running = page.evaluate(([name, only]) => window.bench.run(name, only), [contender, spec.only])
    const result = await Promise.race([running, stopped]).finally(cancel)
    if (result.stopped) {
      // Ends with its page.
      running.catch(() => {})
      return result
    }
    if (flags.trace) explain(await browser.stopTracing())
    await devtools.send('HeapProfiler.collectGarbage')
    return {
      ...result,
      heapPeak: peak - before,
      heapKept: (await heap()) - before,
      ...(errors.length ? { errors } : {}),
    }
  } finally {
    clearInterval(timer)
    await context.close()
  }
}

try {
  const servers = await child('servers.mjs', await buildPage(), join(scratch, 'lake'))
  const long = { rtt: 50, rate: 12_500_000 }
  const [page, store, secure] = await child(
    'relay.mjs',
    JSON.stringify([servers.page, servers.store, servers.secure].map((to) => ({ to, ...long }))),
  )
  const browserArgs = ['--no-sandbox', '--ignore-certificate-errors', '--enable-precise-memory-info']
  const launch = (...more) => chromium.launch({ executablePath: findChromium(), args: [...browserArgs, ...more] })
  // URLs are signed for the store's own port; the relay stands in between unseen.
  const far = () => launch(`--host-resolver-rules=MAP 127.0.0.1:${servers.store} 127.0.0.1:${store}`)
  const near = () => launch()
  const browser = await versionOf(near)
  const summary = []
  const out = flags.out ?? (flags.quick ? undefined : join(dirname(here), 'docs/bench'))
  for (const spec of CASES) {
    if (!wanted(flags.cases, spec.name)) continue
    const count = spec.count && Math.max(20, Math.round(spec.count * scale))
    const bytes = spec.bytes && Math.max(20 * 2 ** 20, Math.round(spec.bytes * scale))
    const sized = { ...spec, count, ...(bytes ? { file: fileOf(bytes) } : {}) }
    const origin =
      spec.way === 'near'
        ? `http://127.0.0.1:${servers.page}`
        : spec.way === 'h2'
          ? `https://127.0.0.1:${secure}`
          : `http://127.0.0.1:${page}`
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
        const one =
          name === 'node, 32 connections'
            ? await nodeLoop({ api: page, store, count, size: spec.size, connections: 32 })
            : await run(spec.way === 'near' ? near : far, origin, sized, name)
        runs[name].push(one)
        process.stderr.write(`${spec.name} · ${name} · ${Math.round(one.ms)} ms${one.stopped ? ', stopped' : ''}\n`)
        if (!once) took += performance.now() - from
      }
    }
    summary.push(...report([{ name: spec.name, what: spec.what, count, bytes, targets: spec.targets, runs }]))
    if (sized.file) rmSync(sized.file)
    // After every case: a run that is stopped has told something too.
    if (!out) continue
    const file = join(out, 'results.json')
    // A run of some cases leaves the others as they were.
    const before = existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')).results : []
    const known = CASES.flatMap(({ name }) => [...summary, ...before].find((one) => one.name === name) ?? [])
    const facts = { node: process.version, browser, cores: cpus().length, rounds, scale }
    mkdirSync(out, { recursive: true })
    writeFileSync(file, `${JSON.stringify({ ...facts, results: known }, null, 2)}\n`)
    writeFileSync(join(out, 'chart.svg'), chart(known))
    const readme = join(out, 'README.md')
    if (existsSync(readme)) writeFileSync(readme, withTables(readFileSync(readme, 'utf8'), known))
  }
  printTargets(summary)
} finally {
  for (const one of children) one.stdin.end()
  rmSync(scratch, { recursive: true, force: true })
}
