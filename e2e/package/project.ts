import { execFile } from 'node:child_process'
import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

const run = promisify(execFile)
const ROOT = fileURLToPath(new URL('../..', import.meta.url))
const APPS = fileURLToPath(new URL('./apps', import.meta.url))

/** Runs a program and gives what it said; a failure carries all of that. */
export async function program(cwd: string, name: string, ...args: string[]): Promise<string> {
  try {
    // What npm tells its scripts about this repository must not reach those of another project.
    const env = Object.fromEntries(Object.entries(process.env).filter(([key]) => !key.startsWith('npm_')))
    const { stdout } = await run(name, args, { cwd, env, maxBuffer: 2 ** 24 })
    return stdout
  } catch (thrown) {
    const { stdout = '', stderr = '' } = thrown as { stdout?: string; stderr?: string }
    throw new Error(`${name} ${args.join(' ')} failed\n${stdout}${stderr}`, { cause: thrown })
  }
}

/** `npm pack` of what has been built; answers the tarball's path. */
export async function pack(folder: string): Promise<string> {
  mkdirSync(folder, { recursive: true })
  const [packed] = JSON.parse(await program(ROOT, 'npm', 'pack', '--json', '--pack-destination', folder)) as [
    { filename: string },
  ]
  return join(folder, packed.filename)
}

/** Somebody else's project with the tarball installed into it as npm does, peers checked strictly. */
export async function install(app: string, tarball: string, folder: string): Promise<string> {
  const dir = join(folder, app)
  cpSync(join(APPS, app), dir, { recursive: true })
  const file = join(dir, 'package.json')
  const manifest = JSON.parse(readFileSync(file, 'utf8')) as { dependencies?: Record<string, string> }
  manifest.dependencies = { ...manifest.dependencies, 'lakefs-uploader': `file:${tarball}` }
  writeFileSync(file, JSON.stringify(manifest))
  const quiet = ['--no-audit', '--no-fund', '--no-package-lock', '--loglevel=error']
  await program(dir, 'npm', 'install', '--prefer-offline', '--strict-peer-deps', ...quiet)
  return dir
}
