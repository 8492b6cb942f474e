import { resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { UsageError } from './address.ts'
import { type Command, startCommand } from './command.ts'
import { type Flags, HELP, readFlags, welcome } from './flags.ts'
import type { Sandbox } from './sandbox/index.ts'
import { readSettings } from './settings.ts'

/** Inserted by the build. */
declare const __VERSION__: string

/** The built page is in the folder beside that of this file. */
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
  const settings = flags.config === undefined ? undefined : await readSettings(flags.config)
  const sandbox = flags.lakefs === undefined ? await openSandbox(flags) : undefined
  let command: Command
  try {
    command = await startCommand({
      lakefs: sandbox?.apiUrl ?? flags.lakefs ?? '',
      pageDir: PAGE,
      port: flags.port,
      host: flags.host,
      base: flags.base,
      origin: flags.origin,
      settings,
      storeOrigins: sandbox?.storeUrl ? [sandbox.storeUrl] : flags.storeOrigins,
      onProblem: (sentence) => console.error(sentence),
      version: __VERSION__,
    })
  } catch (error) {
    await sandbox?.close()
    throw error
  }
  console.log(welcome(command.url, sandbox))
  closeOnSignals(async () => {
    await command.close()
    await sandbox?.close()
  })
}

/** Imports the sandbox only when it is used. */
async function openSandbox({ data, clear, store }: Flags): Promise<Sandbox> {
  const { startSandbox } = await import('./sandbox/index.ts')
  try {
    return await startSandbox({ dir: resolve(data), clear, store })
  } catch (error) {
    const { code, path, message } = error as NodeJS.ErrnoException
    if (path?.startsWith(resolve(data))) {
      throw new UsageError(`${data} cannot keep the sandbox: ${message}. Choose another folder with --data.`)
    }
    if (code !== 'MODULE_NOT_FOUND') throw error
    throw new UsageError('The azure store of the sandbox is Azurite, which is not in this package: npm install azurite')
  }
}

/** The first signal lets running requests end; the second one exits at once. */
function closeOnSignals(close: () => Promise<void>): void {
  let closing = false
  const stop = (): void => {
    if (closing) process.exit(1)
    closing = true
    close().then(() => process.exit(0))
  }
  process.on('SIGTERM', stop)
  process.on('SIGINT', stop)
}
