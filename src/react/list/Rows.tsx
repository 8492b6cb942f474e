import type { Snapshot, Uploader } from '../../core/index.ts'
import { FileRow } from './FileRow.tsx'
import { FolderList } from './FolderList.tsx'
import type { FilterName, Item } from './list-items.ts'
import { ReasonRow } from './ReasonRow.tsx'
import { VirtualList } from './VirtualList.tsx'

export interface RowsProps {
  uploader: Uploader
  snapshot: Snapshot
  items: readonly Item[]
  filter: FilterName
  view: 'folders' | 'files'
}

const keyOf = (item: Item) => (typeof item === 'string' ? item : `reason ${item.reason}`)

/** Rows of the files in the order of the drop, or of their folders. */
export default function Rows({ uploader, snapshot, items, filter, view }: RowsProps) {
  if (view === 'folders') return <FolderList uploader={uploader} snapshot={snapshot} filter={filter} />
  return (
    <VirtualList uploader={uploader} sessionExpired={snapshot.sessionExpired} items={items} keyOf={keyOf}>
      {(item, context) =>
        typeof item === 'string' ? (
          <FileRow id={item} context={context} />
        ) : (
          <ReasonRow ids={item.ids} uploader={uploader} compact={context.compact} />
        )
      }
    </VirtualList>
  )
}
