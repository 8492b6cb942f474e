import { defineConfig } from '@playwright/test'

/** The packed package in other people's projects, and the web servers of docs/deploying/ before a lakeFS. */
export default defineConfig({
  testDir: '.',
  outputDir: '../../test-results/package',
  workers: 1,
  retries: 0,
  timeout: 120_000,
  reporter: process.env.CI ? [['list'], ['json', { outputFile: '../../test-results/package.json' }]] : 'list',
})
