import { existsSync } from 'node:fs'
import { chromium, defineConfig } from '@playwright/test'

/** The Chromium that Playwright manages, else the system's. */
const system = existsSync(chromium.executablePath()) ? undefined : '/usr/bin/chromium'

/** The packed package in other people's projects, and the web servers of docs/deploying/ before a lakeFS. */
export default defineConfig({
  testDir: '.',
  outputDir: '../../test-results/package',
  workers: 1,
  retries: 0,
  timeout: 120_000,
  use: { launchOptions: { args: ['--no-sandbox'], ...(system ? { executablePath: system } : {}) } },
  reporter: process.env.CI ? [['list'], ['json', { outputFile: '../../test-results/package.json' }]] : 'list',
})
