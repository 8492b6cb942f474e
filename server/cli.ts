import { fileURLToPath } from 'node:url'
import { UsageError } from './address.ts'
import { type Command, startCommand } from './command.ts'
import { type Flags, HELP, readFlags } from './flags.ts'
import { readSettings } from './settings.ts'

/** Put in by the build. */
declare const __VERSION__: string

/** The built page lies beside this file's folder. */
const PAGE = fileURLToPath(new URL('../page', import.meta.url))

try {
  const flags = readFlags(process.argv.slice(2), process.env)
  if (flags.help) process.stdout.write(HELP)
  else if (flags.version) console.log(__VERSION__)
  else await run(flags)
} catch (error) {
  if (!(error instanceof UsageError)) throw error
  console.error(error.message)
  process.exitCode = 2
}

async function run(flags: Flags): Promise<void> {
  const { lakefs } = flags
  if (lakefs === undefined) throw new UsageError('Name the lakeFS to upload to: --lakefs URL')
  const command = await startCommand({
    lakefs,
    pageDir: PAGE,
    port: flags.port,
    host: flags.host,
    base: flags.base,
    origin: flags.origin,
    settings: flags.config === undefined ? undefined : await readSettings(flags.config),
    storeOrigins: flags.storeOrigins,
    onProblem: (sentence) => console.error(sentence),
    version: __VERSION__,
  })
  console.log(command.url)
  stopWell(command)
}

/** The first signal lets running requests end, the second one does not. */
function stopWell(command: Command): void {
  let asked = false
  const stop = (): void => {
    if (asked) process.exit(1)
    asked = true
    command.close().then(() => process.exit(0))
  }
  process.on('SIGTERM', stop)
  process.on('SIGINT', stop)
}
