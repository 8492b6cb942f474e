import { availableParallelism } from 'node:os'
import { defineConfig, type PlaywrightTestOptions, type PlaywrightWorkerOptions, type Project } from '@playwright/test'
import { CHROMIUM_ARGS, findChromium, findProgram, hasWebKit } from '../.ci/chromium.mjs'
import type { StoreName } from '../server/sandbox/index.ts'
import type { StoreOption } from './support/fixtures.ts'

const chromium = findChromium()
const firefox = findProgram('firefox-esr')
/** S3 server that nobody here wrote, where it is installed (CONTRIBUTING.md, "Browser stories"). */
const versitygw = findProgram('versitygw')

/** Every story in every engine and on every store, instead of those that matter most there. */
const everything = process.env.ENGINES === 'all'

const STORES: readonly StoreName[] = ['s3', 'azure', 'gcs', 'local']
/** Every story on this store, in Chromium alone. */
const only = STORES.find((name) => name === process.env.STORE)
if (process.env.STORE !== undefined && !only) throw new Error(`STORE is one of ${STORES.join(', ')}.`)
if (only && process.env.LAKEFS_ENDPOINT) throw new Error('STORE is of the sandbox, LAKEFS_ENDPOINT is another lakeFS.')

/** Layout and axe are looked at once, in Chromium on the first store. What is Azure's alone has a project of its own. */
const AZURE_ALONE = '**/azure-blocks.spec.ts'
const LOOKS = ['choosing-files', 'gallery', 'row-heights'].map((name) => `stories/widget/${name}.spec.ts`)
const ELSEWHERE = ['package/**', ...LOOKS, 'stories/versioned/looks.spec.ts', AZURE_ALONE]

/**
 * What every engine runs each time: a file's way onto the branch, and the stories that say so themselves (EACH_ENGINE in
 * engines/each-engine.ts). The others pass in Firefox and WebKit too, and run there every night and when asked for with
 * ENGINES=all: they would double the time of a run. Playwright looks for it in the file's name, the title and the tags.
 */
const EVERYWHERE = /\/upload\.spec\.ts |@each-engine/
const elsewhere = everything ? { testIgnore: ELSEWHERE } : { testIgnore: ELSEWHERE, grep: EVERYWHERE }

/** Every engine whose program is here runs the same stories. Chromium is never left out: without it nothing is tried. */
const projects: Project<PlaywrightTestOptions, PlaywrightWorkerOptions & StoreOption>[] = [
  {
    name: 'chromium',
    testIgnore: ['package/**', AZURE_ALONE],
    use: {
      browserName: 'chromium',
      launchOptions: { args: CHROMIUM_ARGS, ...(chromium ? { executablePath: chromium } : {}) },
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
if (hasWebKit()) {
  projects.push({
    name: 'webkit',
    ...elsewhere,
    // Each story has a window and a screen of its own to start.
    workers: 1,
    use: { browserName: 'webkit', trace: 'off', screenshot: 'off' },
  })
}

/**
 * What runs on each of the other stores each time: how a file reaches the branch there, what is Azure's alone, and the
 * stories that say so themselves (EACH_STORE in support/store-route.ts). One engine is enough: what differs between the
 * stores is on the wire.
 */
const LANDING = /\/(upload|every-store|azure-blocks)\.spec\.ts |@each-store/
const [first] = projects
const onStore = (store: StoreName, all: boolean): (typeof projects)[number] => ({
  name: `chromium-${store}`,
  testIgnore: ELSEWHERE.filter((files) => store !== 'azure' || files !== AZURE_ALONE),
  ...(all ? {} : { grep: LANDING }),
  // Azurite speaks TLS with a certificate that nobody else knows.
  use: { ...first?.use, store, ignoreHTTPSErrors: store === 'azure' },
})
if (only) projects.splice(0, projects.length, onStore(only, true))
else if (!process.env.LAKEFS_ENDPOINT)
  for (const store of STORES) if (store !== 's3') projects.push(onStore(store, everything))

// How a file reaches the branch, without the stories that look into the sandbox's own store, where the signatures, the parts and the CORS rule are those of another S3 server.
if (versitygw && !only && !process.env.LAKEFS_ENDPOINT)
  projects.push({
    ...onStore('s3', false),
    name: 'chromium-versitygw',
    grep: /\/(upload|every-store)\.spec\.ts /,
    use: { ...first?.use, versitygw },
  })

/** What a person does on the page, in real browsers. */
export default defineConfig<object, StoreOption>({
  testDir: '.',
  testIgnore: 'package/**',
  snapshotPathTemplate: '{testDir}/transcripts/{arg}{ext}',
  outputDir: '../test-results/stories',
  globalSetup: './support/fresh-build.ts',
  // A worker has a lakeFS, a page and a browser of its own; the rules of a lakeFS that all have in common are one for all.
  fullyParallel: true,
  workers: process.env.LAKEFS_ENDPOINT ? 1 : Math.max(2, availableParallelism() - 1),
  retries: 0,
  forbidOnly: !!process.env.CI,
  // Stories wait for conditions, and how long that takes is no part of them: one that moves 300 MB takes 20 s, and more
  // than a minute beside other work.
  timeout: 150_000,
  expect: { timeout: 30_000 },
  use: {
    // What was done and asked for. A film and the DOM of each step would cost every story a sixth of its time in Chromium
    // and half in Firefox; `--trace on` has them.
    trace: { mode: 'retain-on-failure', screenshots: false, snapshots: false, sources: false },
    screenshot: 'only-on-failure',
    video: 'off',
    viewport: { width: 1280, height: 900 },
  },
  reporter: 'list',
  projects,
})
