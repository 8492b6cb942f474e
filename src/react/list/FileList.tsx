import type { Uploader } from '../../core/index.ts'
import { FileRow } from './FileRow.tsx'
import type { Item } from './list-items.ts'
import { ReasonRow } from './ReasonRow.tsx'
import { VirtualList } from './VirtualList.tsx'

interface Props {
  uploader: Uploader
  items: readonly Item[]
  sessionExpired: boolean
}

const keyOf = (item: Item) => (typeof item === 'string' ? item : `reason ${item.reason}`)

/** The files one by one, in the order of the drop. */
export function FileList({ uploader, items, sessionExpired }: Props) {
  return (
    <VirtualList uploader={uploader} sessionExpired={sessionExpired} items={items} keyOf={keyOf}>
      {(item, around) =>
        typeof item === 'string' ? (
          <FileRow id={item} around={around} />
        ) : (
          <ReasonRow ids={item.ids} uploader={uploader} compact={around.compact} />
        )
      }
    </VirtualList>
  )
}
