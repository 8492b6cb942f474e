import { fillTemplate } from '../../core/versioned/index.ts'
import type { Format } from '../i18n/format.ts'
import type { VersionedMessages } from '../i18n/messages.versioned.ts'

/** Values for the message. */
interface Facts {
  files: number
  bytes: number
  prefix: string
  branch: string
  repository: string
  user: string | undefined
}

/** Returns the folder of all objects: the chosen one if it contains them, else their deepest common folder. */
export function folderOf(objects: readonly { path: string }[], chosen: string): string {
  const up = (path: string) => path.slice(0, path.lastIndexOf('/', path.length - 2) + 1)
  const [first] = objects
  let folder = first ? up(first.path) : chosen
  for (const { path } of objects) while (!path.startsWith(folder)) folder = up(folder)
  return folder.startsWith(chosen) ? chosen : folder
}

/** Returns the default message of a commit or a merge; empty without files. */
export function suggestedMessage(
  words: VersionedMessages,
  format: Format,
  template: string | undefined,
  { files, bytes, prefix, branch, repository, user = '' }: Facts,
): string {
  const folder = prefix || '/'
  if (files === 0) return ''
  if (template === undefined) return words.message(files, folder)
  const date = new Date().toISOString().slice(0, 10)
  return fillTemplate(template, { files, bytes: format.bytes(bytes), prefix: folder, branch, repository, user, date })
}
