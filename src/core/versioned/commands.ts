import type { Destination } from '../lakefs/wire.ts'

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
 * Whether the same upload is better sent by a command, and why.
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

/** What is dropped, as a shell names it from where the person stands; browsers never tell full paths. */
interface Source {
  name: string
  folder: boolean
}

/** More sources than this are a list, not a line each. */
const MAX_SOURCES = 3

/** Where {@link listOfMissing} is expected to be saved. */
export const LIST_NAME = 'files-to-send.txt'

/**
 * Commands to copy that send these files, no file more and none less. Keys are never in them: each tool has its own place
 * for those. A folder is named as one where all that was dropped of it is sent; else its files are, and more than three
 * names are a list, {@link LIST_NAME} (`listOfMissing`), beside the files.
 */
export function readyCommands(
  { repository, branch, prefix }: Destination,
  {
    paths,
    dropped,
    server,
  }: {
    /** Those of the files to send, on the disk as under the prefix (`byName`). */
    paths: readonly string[]
    /** Paths of everything that was dropped, also of what was left out. Absent: no folder is named as one. */
    dropped?: readonly string[] | undefined
    /** Origin of lakeFS's S3 gateway, `https://lake.example.com`. */
    server: string
  },
): ReadyCommand[] {
  const all = sourcesOf(paths, dropped)
  const sources = all.length <= MAX_SOURCES ? all : undefined
  const target = `lakefs://${repository}/${branch}/${prefix}`
  const gateway = `:s3,provider=Other,env_auth=true,force_path_style=true,endpoint=${JSON.stringify(server)}:${repository}/${branch}/${prefix}`
  const lines = (one: (source: Source) => string) => sources?.map(one).join('\n')
  return [
    {
      tool: 'lakectl',
      command:
        lines(({ name, folder }) =>
          folder
            ? `lakectl fs upload --recursive --source ${shellWord(`./${name}`)} ${shellWord(`${target}${name}/`)}`
            : `lakectl fs upload --source ${shellWord(`./${name}`)} ${shellWord(target + name)}`,
        ) ??
        [
          'while IFS= read -r file; do',
          `  lakectl fs upload --source "./$file" ${shellWord(target)}"$file"`,
          `done < ${LIST_NAME}`,
        ].join('\n'),
    },
    {
      tool: 'rclone',
      command:
        lines(({ name, folder }) =>
          folder
            ? `rclone copy --checksum --transfers 16 ${shellWord(`./${name}`)} ${shellWord(`${gateway}${name}/`)}`
            : `rclone copyto --checksum ${shellWord(`./${name}`)} ${shellWord(gateway + name)}`,
        ) ?? `rclone copy --checksum --transfers 16 --files-from-raw ${LIST_NAME} . ${shellWord(gateway)}`,
    },
    {
      tool: 'python',
      command: [
        'import shutil',
        'from pathlib import Path',
        'import lakefs',
        '',
        `branch = lakefs.repository(${pythonText(repository)}).branch(${pythonText(branch)})`,
        ...(sources
          ? [
              `sources = [${sources.map(({ name }) => pythonText(name)).join(', ')}]`,
              'files = [file for source in map(Path, sources) for file in [source, *source.rglob("*")] if file.is_file()]',
            ]
          : [`files = [Path(line) for line in Path(${pythonText(LIST_NAME)}).read_text("utf-8").splitlines()]`]),
        'for file in files:',
        `    with file.open("rb") as data, branch.object(${pythonText(prefix)} + file.as_posix()).writer() as out:`,
        '        shutil.copyfileobj(data, out)',
      ].join('\n'),
    },
    {
      tool: 'import',
      command: `lakectl import --from ${shellWord('s3://your-bucket/your-folder/')} --to ${shellWord(target)}`,
    },
  ]
}

/** Whole folders and loose files. A tool that is given a folder sends all that is in it. */
function sourcesOf(paths: readonly string[], dropped: readonly string[] | undefined): Source[] {
  const sent = new Set(paths)
  const torn = new Set(dropped?.flatMap((path) => (sent.has(path) ? [] : top(path))))
  const found = new Map<string, Source>()
  for (const path of paths) {
    const folder = dropped !== undefined && path.includes('/') && !torn.has(top(path))
    const name = folder ? top(path) : path
    found.set(name, { name, folder })
  }
  return [...found.values()]
}

/** The first part of a path. */
function top(path: string): string {
  return path.split('/', 1)[0] ?? ''
}
