import type { Destination } from './api.ts'

/** When a tab is not the best tool: one number over any of these. */
export interface TabLimits {
  bytes: number
  files: number
  /** At the rate seen. */
  hours: number
}

export const TAB_LIMITS: TabLimits = { bytes: 500e9, files: 100_000, hours: 6 }

export type TooBigReason = 'size' | 'count' | 'time'

/**
 * Whether the same drop is better sent by a command, and why.
 * @param rate bytes a second seen so far, if any.
 */
export function tooBigForTab(
  { files, bytes }: { files: number; bytes: number },
  rate?: number | undefined,
  limits: TabLimits = TAB_LIMITS,
): { reasons: readonly TooBigReason[]; hours: number | undefined } {
  const hours = rate && rate > 0 ? bytes / rate / 3600 : undefined
  const reasons: TooBigReason[] = []
  if (bytes > limits.bytes) reasons.push('size')
  if (files > limits.files) reasons.push('count')
  if (hours !== undefined && hours > limits.hours) reasons.push('time')
  return { reasons, hours }
}

export type Tool = 'lakectl' | 'rclone' | 'python' | 'import'

export interface ReadyCommand {
  tool: Tool
  command: string
}

/** A word of a POSIX shell, quoted only where it has to be. */
export function shellWord(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`
}

/** A string literal of Python; JSON's escapes are Python's too. */
const pythonText = (text: string) => JSON.stringify(text)

/**
 * The same drop as commands to copy. Keys are never in them: each tool has its own place for those.
 * @param folder the dropped folder as the person knows it; browsers never tell its full path.
 * @param server origin of lakeFS, `https://lake.example.com`.
 */
export function readyCommands(
  destination: Destination,
  { folder, server }: { folder: string; server: string },
): ReadyCommand[] {
  const { repository, branch, prefix } = destination
  const target = `lakefs://${repository}/${branch}/${prefix}`
  const plain = folder.replace(/^\.?\/+|\/+$/g, '')
  const source = plain === '' || plain === '.' ? '.' : `./${plain}`
  const gateway = `:s3,provider=Other,env_auth=true,force_path_style=true,endpoint=${JSON.stringify(server)}:`
  return [
    {
      tool: 'lakectl',
      command: `lakectl fs upload --recursive --source ${shellWord(source)} ${shellWord(`${target}${name(folder)}`)}`,
    },
    {
      tool: 'rclone',
      command: `rclone copy --checksum --transfers 16 ${shellWord(source)} ${shellWord(`${gateway}${repository}/${branch}/${prefix}${name(folder)}`)}`,
    },
    {
      tool: 'python',
      command: [
        'import shutil',
        'from pathlib import Path',
        'import lakefs',
        '',
        `branch = lakefs.repository(${pythonText(repository)}).branch(${pythonText(branch)})`,
        `root = Path(${pythonText(source)})`,
        'for file in sorted(path for path in root.rglob("*") if path.is_file()):',
        `    target = ${pythonText(`${prefix}${name(folder)}`)} + file.relative_to(root).as_posix()`,
        '    with file.open("rb") as data, branch.object(target).writer() as out:',
        '        shutil.copyfileobj(data, out)',
      ].join('\n'),
    },
    {
      tool: 'import',
      command: `lakectl import --from ${shellWord('s3://your-bucket/your-folder/')} --to ${shellWord(target)}`,
    },
  ]
}

const name = (folder: string) => {
  const last = folder.replace(/\/+$/, '').split('/').at(-1) ?? ''
  return last === '' || last === '.' ? '' : `${last}/`
}
