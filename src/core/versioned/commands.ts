import type { Destination } from '../lakefs/wire.ts'

/** Limits for uploads in a browser tab. Above any of them a command is the better tool. */
export interface TabLimits {
  bytes: number
  files: number
  /** Estimated by the measured speed. */
  hours: number
}

export const TAB_LIMITS: TabLimits = { bytes: 500e9, files: 100_000, hours: 6 }

export type TooBigReason = 'size' | 'count' | 'time'

/**
 * Returns why an upload should use a command, and its estimated hours.
 * @param rate measured bytes per second, if any.
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

/** Quotes a word for a POSIX shell if it is necessary. */
export function shellWord(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`
}

/** Returns a Python string literal; the escapes of JSON are valid in Python. */
const pythonText = (text: string) => JSON.stringify(text)

/** Name of a dropped item in a shell, relative to its folder; browsers do not tell full paths. */
interface Source {
  name: string
  folder: boolean
}

/** Maximum number of sources that are named in the commands; more are read from a list. */
const MAX_SOURCES = 3

/** File name under which {@link listOfMissing} should be saved. */
export const LIST_NAME = 'files-to-send.txt'

/**
 * Returns commands that send exactly these files. They contain no keys, because each tool has its own place for those.
 * A folder is named as a whole when all of its dropped files are sent, else its files are named. More than three names
 * are read from the list {@link LIST_NAME} (`listOfMissing`) beside the files.
 */
export function readyCommands(
  { repository, branch, prefix }: Destination,
  {
    paths,
    dropped,
    server,
  }: {
    /** Paths of the files, which are the same on the disk and below the prefix (`byName`). */
    paths: readonly string[]
    /** Paths of all dropped files, including rejected ones. Absent: no folder is named as a whole. */
    dropped?: readonly string[] | undefined
    /** Origin of the S3 gateway of lakeFS: `https://lake.example.com`. */
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

/** Returns whole folders and single files. A tool sends everything in a folder. */
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

/** Returns the first segment of a path. */
function top(path: string): string {
  return path.split('/', 1)[0] ?? ''
}
