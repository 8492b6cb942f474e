// One contender in a browser: how long it takes and what it holds in memory.
import { explain, TRACED } from './trace.mjs'

/** A run that takes longer than this is stopped, and counts as this long. */
const LONGEST_RUN = 90_000

/**
 * One run in a browser of its own, so that nobody inherits what those before have left there.
 * @param launch starts the browser. @param trace tells where the time went.
 */
export async function browserRun(launch, origin, spec, contender, trace) {
  const browser = await launch()
  try {
    return await runIn(browser, origin, spec, contender, trace)
  } finally {
    await browser.close()
  }
}

export async function versionOf(launch) {
  const browser = await launch()
  await browser.close()
  return browser.version()
}

async function runIn(browser, origin, spec, contender, trace) {
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
  const heap = await watchHeap(context, page)
  if (trace) await browser.startTracing(page, { categories: TRACED })
  try {
    const running = page.evaluate(([name, only]) => window.bench.run(name, only), [contender, spec.only])
    const result = await within(LONGEST_RUN, running)
    if (!result) {
      // Ends with its page.
      running.catch(() => {})
      return { ms: LONGEST_RUN, stopped: true }
    }
    if (trace) explain(await browser.stopTracing())
    return { ...result, ...(await heap.figures()), ...(errors.length ? { errors } : {}) }
  } finally {
    heap.stop()
    await context.close()
  }
}

/** Undefined where it takes longer. */
async function within(ms, work) {
  let timer
  const late = new Promise((resolve) => {
    timer = setTimeout(resolve, ms)
  })
  return await Promise.race([work, late]).finally(() => clearTimeout(timer))
}

/** Watches the page's heap from here on, ten times a second; figures are beyond what there was at the start. */
async function watchHeap(context, page) {
  const devtools = await context.newCDPSession(page)
  await devtools.send('Performance.enable')
  const now = async () => {
    const { metrics } = await devtools.send('Performance.getMetrics')
    return metrics.find(({ name }) => name === 'JSHeapUsedSize').value
  }
  await devtools.send('HeapProfiler.collectGarbage')
  const before = await now()
  let peak = before
  const look = () =>
    now().then(
      (used) => {
        peak = Math.max(peak, used)
      },
      // The page is being closed.
      () => {},
    )
  const timer = setInterval(look, 100)
  return {
    async figures() {
      await devtools.send('HeapProfiler.collectGarbage')
      return { heapPeak: peak - before, heapKept: (await now()) - before }
    },
    stop: () => clearInterval(timer),
  }
}
