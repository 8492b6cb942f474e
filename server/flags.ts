import { parseArgs } from 'node:util'
import { UsageError } from './address.ts'
import type { Sandbox } from './sandbox/index.ts'

export const STORES = ['s3', 'azure', 'gcs', 'local'] as const

export interface Flags {
  help: boolean
  version: boolean
  /** Absent: the sandbox. */
  lakefs?: string | undefined
  store: (typeof STORES)[number]
  data: string
  clear: boolean
  port: number
  host?: string | undefined
  base?: string | undefined
  origin?: string | undefined
  config?: string | undefined
  storeOrigins: string[]
}

export const HELP = `Usage: lakefs-uploader [--lakefs URL | --sandbox] [options]

Serves the upload page and passes its requests on to lakeFS.

  --lakefs URL         the lakeFS to upload to (or LAKEFS_ENDPOINT)
  --sandbox            a small lakeFS of its own to try things with; the default without --lakefs
    --store KIND         its store: ${STORES.join(', ')} (default s3)
    --data DIR           where it keeps its state (default .sandbox)
    --clear              start it empty

  --port N             port to listen at (or PORT; default 5173; 0 for a free one)
  --host ADDRESS       address to listen at (default 127.0.0.1: this machine alone)
  --base PATH          sub path of the page (default /)
  --origin URL         the page's public origin, where another server stands before this one
  --config FILE        settings of the page: destination, presets, locked, onConflict …
  --store-origin URL   the only store the page may send to; may be repeated (default: any)

  --help               this text
  --version            the version
`

/** Users of the sandbox with few rights, so that what they see can be tried. */
const OTHERS = { teammate: 'may upload to demo and commit there', reader: 'may only read' }

/** Returns what the command prints when it listens. */
export function welcome(url: string, sandbox: Pick<Sandbox, 'keys' | 'keysOf' | 'storeUrl'> | undefined): string {
  if (!sandbox) return url
  const { keys, storeUrl } = sandbox
  const lines = [url, `Access key ID      ${keys.accessKeyId}`, `Secret access key  ${keys.secretAccessKey}`]
  lines.push('Keys of people with fewer rights:')
  for (const [user, may] of Object.entries(OTHERS)) {
    const { accessKeyId, secretAccessKey } = sandbox.keysOf(user)
    lines.push(`  ${user.padEnd(9)} ${accessKeyId}  ${secretAccessKey}  ${may}`)
  }
  if (storeUrl.startsWith('https:')) {
    lines.push(
      `Its store has a certificate of its own: open ${new URL(storeUrl).origin} once and let the browser take it.`,
    )
  }
  return lines.join('\n')
}

/** Reads the command line; the environment gives some of the missing flags. */
export function readFlags(args: readonly string[], env: NodeJS.ProcessEnv): Flags {
  const values = parse(args)
  const lakefs = values.lakefs ?? (values.sandbox ? undefined : env.LAKEFS_ENDPOINT || undefined)
  if (lakefs !== undefined && values.sandbox) throw new UsageError('Choose one: --lakefs or --sandbox.')
  for (const name of ['store', 'data', 'clear'] as const) {
    if (values[name] !== undefined && values.lakefs !== undefined) {
      throw new UsageError(`--${name} is for the sandbox, and --lakefs chooses another lakeFS.`)
    }
  }
  const store = STORES.find((kind) => kind === (values.store ?? 's3'))
  if (!store) throw new UsageError(`--store is one of ${STORES.join(', ')}, and this is not: ${values.store}`)
  return {
    help: values.help ?? false,
    version: values.version ?? false,
    lakefs,
    store,
    data: values.data ?? '.sandbox',
    clear: values.clear ?? false,
    port: port(values.port ?? (env.PORT || '5173'), values.port === undefined ? 'PORT' : '--port'),
    host: values.host,
    base: values.base,
    origin: values.origin,
    config: values.config,
    storeOrigins: values['store-origin'] ?? [],
  }
}

function parse(args: readonly string[]) {
  const string = { type: 'string' } as const
  const flag = { type: 'boolean' } as const
  try {
    return parseArgs({
      args: [...args],
      options: {
        lakefs: string,
        sandbox: flag,
        store: string,
        data: string,
        clear: flag,
        port: string,
        host: string,
        base: string,
        origin: string,
        config: string,
        'store-origin': { type: 'string', multiple: true },
        help: { type: 'boolean', short: 'h' },
        version: { type: 'boolean', short: 'v' },
      },
    }).values
  } catch (error) {
    const [sentence = ''] = (error as Error).message.split(/\.\s|\n/, 1)
    throw new UsageError(`${sentence}. --help lists the options.`)
  }
}

function port(text: string, name: string): number {
  const value = Number(text)
  if (!/^\d+$/.test(text) || value > 65_535) throw new UsageError(`${name} is a number up to 65535, not ${text}.`)
  return value
}
