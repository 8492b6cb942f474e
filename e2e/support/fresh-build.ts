import { spawnSync } from 'node:child_process'
import { existsSync, readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'vite'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))
/** Sources of a build. */
const SOURCES = ['src', 'server', 'public', 'index.html', 'package.json', 'vite.config.ts', 'tsconfig.build.json']
/** Outputs of a build, including the last one that it writes. */
const BUILT = ['dist/index.js', 'dist/standalone.js', 'dist/page/index.html', 'dist/server/cli.js']
const UNBUILT = /\.test\.tsx?$|[\\/](testing|gallery|fixtures)[\\/]/
/** Folder of the built gallery (gallery-server.ts). */
export const GALLERY = join(ROOT, 'test-results', 'gallery')

/**
 * Builds dist/ and the gallery when a source is newer, because the stories test what is built and would not notice that
 * it is outdated.
 */
export default async function freshBuild(): Promise<void> {
  const why = outdated(
    BUILT.map((file) => join(ROOT, file)),
    SOURCES,
    UNBUILT,
  )
  if (why) {
    console.log(`Building dist/: ${why}.`)
    const { status } = spawnSync('npm', ['run', '--silent', 'build'], { cwd: ROOT, stdio: 'inherit' })
    if (status !== 0) throw new Error('The build failed, so dist/ is older than its sources.')
  }
  if (!outdated([join(GALLERY, 'gallery.html')], ['src', 'gallery.html', 'package.json', 'vite.config.ts'])) return
  const input = join(ROOT, 'gallery.html')
  const output = { outDir: GALLERY, emptyOutDir: true, rollupOptions: { input } }
  await build({ root: ROOT, mode: 'gallery', logLevel: 'error', build: output })
}

/** Returns why the outputs have to be built; undefined if they are newer than every source. */
function outdated(built: readonly string[], sources: readonly string[], without?: RegExp): string | undefined {
  const missing = built.find((file) => !existsSync(file))
  if (missing) return `${missing.slice(ROOT.length)} is missing`
  const oldest = Math.min(...built.map(changed))
  const newer = sources
    .flatMap((source) => filesOf(join(ROOT, source)))
    .find((file) => !without?.test(file) && changed(file) > oldest)
  return newer && `${newer.slice(ROOT.length)} is newer`
}

function filesOf(path: string): string[] {
  if (!statSync(path).isDirectory()) return [path]
  return readdirSync(path, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
}

function changed(path: string): number {
  return statSync(path).mtimeMs
}
