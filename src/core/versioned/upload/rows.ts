import type { UploadFile } from '../../file/upload-file.ts'
import type { BranchRef } from '../../lakefs/wire.ts'
import type { Uploader } from '../../uploader.ts'

/** Returns the files on the list whose destination is this branch. */
export function filesAt(uploader: Uploader | undefined, at: BranchRef): UploadFile[] {
  return uploader?.getSnapshot().files.filter(({ destination }) => isAt(destination, at)) ?? []
}

const isAt = (destination: BranchRef, { repository, branch }: BranchRef): boolean =>
  destination.repository === repository && destination.branch === branch

/**
 * Rows of the last upload that has ended. They stay on the list until new files are added. The new files have another
 * branch, and the old rows would be counted as if they were on it.
 */
export class EndedRows {
  #ended: { at: BranchRef; ids: ReadonlySet<string> } | undefined
  #seen: readonly string[] | undefined

  remember(uploader: Uploader, at: BranchRef): void {
    const { ids } = uploader.getSnapshot()
    this.#ended = { at, ids: new Set(ids) }
    this.#seen = ids
  }

  /** Removes the rows once another file is on the list. */
  sweep(uploader: Uploader): void {
    const { ids } = uploader.getSnapshot()
    const ended = this.#ended
    if (!ended || ids === this.#seen) return
    this.#seen = ids
    if (ids.every((id) => ended.ids.has(id))) return
    this.#ended = undefined
    for (const id of ended.ids) {
      const destination = uploader.getFile(id)?.destination
      if (destination && isAt(destination, ended.at)) uploader.remove(id)
    }
  }
}
