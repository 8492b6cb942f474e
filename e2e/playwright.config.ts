import { defineConfig, type PlaywrightTestOptions, type PlaywrightWorkerOptions, type Project } from '@playwright/test'
import { findChromium, findProgram, hasWebKit } from '../.ci/chromium.mjs'
import type { StoreOption } from './fixtures.ts'

const chromium = findChromium()
const firefox = findProgram('firefox-esr')

/** Every story in every engine and on every store, instead of those that matter most there. */
const everything = process.env.ENGINES === 'all'

/** Layout and axe are looked at in Chromium alone. */
const ELSEWHERE = ['package/**', 'gallery*.spec.ts', 'versioned-looks.spec.ts', 'blocks.spec.ts']

/**
 * What every engine must pass each time: how a file gets onto the branch, what stops it, and what hangs on the browser
 * itself. The others pass in Firefox and WebKit too, and run there when asked for with ENGINES=all: they would double
 * the time of a run.
 */
const SPINE =
  /(upload|large|names|conflict|moved|cancel|refusals|session|store|page|security|secrets|leaving)\.spec\.ts$/
const elsewhere = everything ? { testIgnore: ELSEWHERE } : { testIgnore: ELSEWHERE, testMatch: SPINE }

/** Every engine whose program is here runs the same stories. Chromium is never left out: without it nothing is tried. */
const projects: Project<PlaywrightTestOptions, PlaywrightWorkerOptions & StoreOption>[] = [
  {
    name: 'chromium',
    testIgnore: ['package/**', 'blocks.spec.ts'],
    use: {
      browserName: 'chromium',
      launchOptions: { args: ['--no-sandbox'], ...(chromium ? { executablePath: chromium } : {}) },
    },
  },
]
// Playwright speaks to the stock Firefox by BiDi, which is what this channel stands for; the types do not know it.
if (firefox) {
  projects.push({
    name: 'firefox',
    ...elsewhere,
    use: { browserName: 'firefox', channel: 'moz-firefox', launchOptions: { executablePath: firefox } },
  })
}
// A trace needs what the inspector of a WebKitGTK window lacks.
if (hasWebKit()) projects.push({ name: 'webkit', ...elsewhere, use: { browserName: 'webkit', trace: 'off' } })

/**
 * The stories of what reaches the branch, once more on each of the other stores. One engine is enough: what differs
 * between the stores is on the wire. Azurite speaks TLS with a certificate that nobody else knows.
 */
const LANDING = /(upload|names|conflict|stores|refusals|session|moved|cancel|secrets)\.spec\.ts$/
/**
 * Stories that mean something else on one of them. Waits for lakeFS (`@lakefs`) are the same wherever files go straight
 * to the store. Those of faults and waits take minutes on each store, and run when everything is asked for.
 */
const MORE: Readonly<Record<'azure' | 'gcs' | 'local', Project>> = {
  azure: {
    testMatch: [LANDING, everything ? /(blocks|large|faults|waiting)\.spec\.ts$/ : /blocks\.spec\.ts$/],
    grepInvert: /@lakefs|a busy store/,
  },
  gcs: { testMatch: everything ? [LANDING, /faults\.spec\.ts$/] : LANDING },
  local: { testMatch: everything ? [LANDING, /(faults|waiting)\.spec\.ts$/] : LANDING },
}
const [first] = projects
for (const store of process.env.LAKEFS_ENDPOINT ? [] : (['azure', 'gcs', 'local'] as const)) {
  projects.push({
    name: `chromium-${store}`,
    ...MORE[store],
    use: { ...first?.use, store, ignoreHTTPSErrors: store === 'azure' },
  })
}

/** What a person does on the page, in real browsers. The page must have been built: `npm run build:page`. */
export default defineConfig<object, StoreOption>({
  testDir: '.',
  testIgnore: 'package/**',
  outputDir: '../test-results/stories',
  workers: 1,
  retries: 0,
  forbidOnly: !!process.env.CI,
  timeout: 60_000,
  expect: { timeout: 15_000 },
  use: { trace: 'retain-on-failure', video: 'off', viewport: { width: 1280, height: 900 } },
  reporter: 'list',
  projects,
})
