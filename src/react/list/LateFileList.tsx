import { type ComponentProps, useState } from 'react'
import { Late, late } from '../ui/LazyBoundary.tsx'

type List = typeof import('./FileList.tsx').FileList

let loaded: List | undefined

/** Fetches the list ahead; once it is there it shows without a moment of nothing. */
export async function loadFileList(): Promise<{ default: List }> {
  const { FileList } = await import('./FileList.tsx')
  loaded = FileList
  return { default: loaded }
}

const Lazy = late(loadFileList)

/** The files one by one. Rows and what keeps them few weigh as much as all the rest, so they are no part of the first load. */
export function LateFileList(props: ComponentProps<List>) {
  // Chosen once: another component in the same place would lose focus and scroll.
  const [List] = useState(() => loaded)
  if (List) return <List {...props} />
  return (
    <Late>
      <Lazy {...props} />
    </Late>
  )
}
