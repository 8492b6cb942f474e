// Runs the trial of e2e/soak/main.ts, which is TypeScript, with the build's own loader.
import { fileURLToPath } from 'node:url'
import { runnerImport } from 'vite'

const main = fileURLToPath(new URL('./main.ts', import.meta.url))
const { module } = await runnerImport(main, { configFile: false, logLevel: 'error' })
process.exit(await module.main(process.argv.slice(2)))
