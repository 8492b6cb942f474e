import { defineConfig } from '@playwright/test'
import { CHROMIUM_ARGS, findChromium } from '../../.ci/chromium.mjs'

const executablePath = findChromium()

/** The packed package in other people's projects, and the web servers of docs/deploying/ before a lakeFS. */
export default defineConfig({
  testDir: '.',
  outputDir: '../../test-results/package',
  globalSetup: '../support/fresh-build.ts',
  // A worker has folders, a lakeFS and ports of its own.
  workers: 2,
  retries: 0,
  // Other people's projects are installed, compiled and built here. As in the stories, how long that takes is no part of
  // what is shown.
  timeout: 300_000,
  expect: { timeout: 30_000 },
  use: { launchOptions: { args: CHROMIUM_ARGS, ...(executablePath ? { executablePath } : {}) } },
  reporter: 'list',
})
