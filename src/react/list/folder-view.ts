import type { Uploader } from '../../core/index.ts'

/**
 * Creates a function that returns whether files are in two folders or more. A list that has grown is only searched from
 * its previous end, because it grows ten times a second while 20,000 files are added.
 */
export function createFolderCheck(uploader: Pick<Uploader, 'getFile'>): (ids: readonly string[]) => boolean {
  let first: string | undefined
  let last: string | undefined
  let seen = 0
  /** Id of a file in another folder than the first. */
  let other: string | undefined
  const folderOf = (id: string) => {
    const path = uploader.getFile(id)?.path ?? ''
    return path.slice(0, path.lastIndexOf('/') + 1)
  }
  return (ids) => {
    const grown = seen > 0 && ids[0] === first && ids[seen - 1] === last
    if (grown && other !== undefined) return true
    if (!grown) {
      first = ids[0]
      seen = 0
      other = undefined
    }
    const folder = first === undefined ? '' : folderOf(first)
    for (; seen < ids.length && other === undefined; seen += 1) {
      const id = ids[seen]
      if (id !== undefined && folderOf(id) !== folder) other = id
    }
    last = ids[seen - 1]
    return other !== undefined
  }
}
