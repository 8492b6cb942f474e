import { defineConfig, type Project } from '@playwright/test'
import { findChromium, findProgram, hasWebKit } from '../.ci/chromium.mjs'

const chromium = findChromium()
const firefox = findProgram('firefox-esr')

/** Layout and axe are looked at in Chromium alone. */
const ELSEWHERE = ['package/**', 'gallery.spec.ts']

/** Every engine whose program is here runs the same stories. Chromium is never left out: without it nothing is tried. */
const projects: Project[] = [
  {
    name: 'chromium',
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
    testIgnore: ELSEWHERE,
    use: { browserName: 'firefox', channel: 'moz-firefox', launchOptions: { executablePath: firefox } },
  })
}
// A trace needs what the inspector of a WebKitGTK window lacks.
if (hasWebKit()) projects.push({ name: 'webkit', testIgnore: ELSEWHERE, use: { browserName: 'webkit', trace: 'off' } })

/** What a person does on the page, in real browsers. The page must have been built: `npm run build:page`. */
export default defineConfig({
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
