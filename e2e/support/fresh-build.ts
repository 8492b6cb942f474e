import { spawnSync } from 'node:child_process'
import { existsSync, readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))
/** Sources of a build. */
const SOURCES = ['src', 'server', 'public', 'index.html', 'package.json', 'vite.config.ts', 'tsconfig.build.json']
/** Outputs of a build, including the last one that it writes. */
const BUILT = ['dist/index.js', 'dist/standalone.js', 'dist/page/index.html', 'dist/server/cli.js']
const UNBUILT = /\.test\.tsx?$|[\\/](testing|gallery|fixtures)[\\/]/

/** Builds dist/ when a source is newer, because the stories test dist/ and would not notice that it is outdated. */
export default function freshBuild(): void {
  const missing = BUILT.find((file) => !existsSync(join(ROOT, file)))
  const oldest = missing ? 0 : Math.min(...BUILT.map((file) => changed(join(ROOT, file))))
  const newer = SOURCES.flatMap((source) => filesOf(join(ROOT, source))).find((file) => changed(file) > oldest)
  if (newer === undefined) return
  console.log(`Building dist/: ${missing ? `${missing} is missing` : `${newer.slice(ROOT.length)} is newer`}.`)
  const { status } = spawnSync('npm', ['run', '--silent', 'build'], { cwd: ROOT, stdio: 'inherit' })
  if (status !== 0) throw new Error('The build failed, so dist/ is older than its sources.')
}

function filesOf(path: string): string[] {
  if (!statSync(path).isDirectory()) return [path]
  return readdirSync(path, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((file) => !UNBUILT.test(file))
}

function changed(path: string): number {
  return statSync(path).mtimeMs
}
