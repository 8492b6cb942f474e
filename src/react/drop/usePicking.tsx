import { type ClipboardEvent, type ReactNode, type RefObject, useEffect, useMemo, useRef, useState } from 'react'
import type { AddInput, Uploader } from '../../core/index.ts'
import { FileDrag, isTakenInside } from './file-drag.ts'
import { HiddenInput } from './HiddenInput.tsx'

export interface Picking {
  /** Number of dragged items; 0 where the browser does not tell, undefined while nothing is dragged over the target. */
  dragging: number | undefined
  /** Sentence why no files are accepted; undefined when they are. */
  held: string | undefined
  /** Number of attempts while no files were accepted. */
  refused: number
  /** True when files were dropped on the widget and did not arrive, until others do. */
  lost: boolean
  chooseFiles: () => void
  chooseFolder: () => void
  /** Hidden inputs of both pickers. They must be rendered once. */
  inputs: ReactNode
  /** Handlers for the root of the widget. */
  handlers: Pick<React.HTMLAttributes<HTMLElement>, 'onDragEnter' | 'onDragOver' | 'onDragLeave' | 'onDrop' | 'onPaste'>
}

interface Options {
  uploader: Uploader
  /** Element of the widget. */
  root: RefObject<HTMLElement | null>
  accept: string | undefined
  /** Where drops and pasted files are accepted: in the widget, or anywhere on the page. */
  target: 'widget' | 'page'
  /**
   * `handle` opens the directory picker of the browser where there is one. It also finds empty folders, and shows one
   * more prompt to the user.
   */
  folderPicker: 'input' | 'handle'
  /** Sentence why no files are accepted. */
  held: string | undefined
  /** Sentence for files that could not be added because the engine was not loaded. */
  notTaken: string
}

/** Line on the console of the developer whose page keeps drops from the widget. */
const LOST =
  'lakefs-uploader: files were dragged over the widget and no drop arrived. A listener of this page may stop it ' +
  '(stopPropagation); see docs/embedding.md, "Drops, dialogs and translations around it".'

type DirectoryPicker = (options?: { mode: 'read' }) => Promise<FileSystemDirectoryHandle>

/** Adds files from all sources: drop, paste and the two pickers. */
export function usePicking({ uploader, root, accept, target, folderPicker, held, notTaken }: Options): Picking {
  const files = useRef<HTMLInputElement>(null)
  const folder = useRef<HTMLInputElement>(null)
  const [dragging, setDragging] = useState<number>()
  const [refused, setRefused] = useState(0)
  const [lost, setLost] = useState(false)
  /** True when the last files could not be added. */
  const [addFailed, setAddFailed] = useState(false)
  const accepting = held === undefined
  const actions = useMemo(() => {
    const refuse = () => setRefused((count) => count + 1)
    const add = (input: AddInput) => {
      setLost(false)
      if (!accepting) return refuse()
      const fail = (thrown: unknown) => {
        setAddFailed(true)
        refuse()
        // The host needs to see that its `beforeUpload` failed.
        console.error(thrown)
      }
      uploader.add(input).then(() => setAddFailed(false), fail)
    }
    const paste = (event: ClipboardEvent | globalThis.ClipboardEvent) => {
      const { clipboardData, target } = event
      const native = 'nativeEvent' in event ? event.nativeEvent : event
      if (isTakenInside(native) || !clipboardData || clipboardData.files.length === 0) return
      // Copied spreadsheet cells come as text and as a picture of them. A text field should get the text.
      const typing = (target as Element).closest?.('input, textarea, [contenteditable]')
      if (typing && clipboardData.types.includes('text/plain')) return
      event.preventDefault()
      add(clipboardData)
    }
    return { add, refuse, paste }
  }, [uploader, accepting])
  const latest = useRef(actions)
  const [drag] = useState(
    () =>
      new FileDrag(() => root.current, {
        show: (items) => {
          setDragging(items)
          if (items !== undefined) setLost(false)
        },
        take: (dropped) => latest.current.add(dropped),
        lose: () => {
          setLost(true)
          console.warn(LOST)
        },
      }),
  )
  useEffect(() => {
    latest.current = actions
    drag.accepting = accepting
  })

  useEffect(() => {
    const inner = [root.current, target === 'page' && document.documentElement].filter((element) => !!element)
    return drag.listen(inner)
  }, [drag, root, target])

  useEffect(() => {
    if (target !== 'page') return
    const stop = new AbortController()
    const { signal } = stop
    document.addEventListener('dragenter', drag.over, { signal })
    document.addEventListener('dragover', drag.over, { signal })
    document.addEventListener('dragleave', drag.leave, { signal })
    document.addEventListener('drop', drag.drop, { signal })
    document.addEventListener('paste', (event) => latest.current.paste(event), { signal })
    return () => stop.abort()
  }, [target, drag])

  return {
    dragging,
    held: held ?? (addFailed ? notTaken : undefined),
    refused,
    lost,
    chooseFiles: () => (accepting ? files.current?.click() : actions.refuse()),
    chooseFolder: () => {
      if (!accepting) return actions.refuse()
      const picker = (globalThis as { showDirectoryPicker?: DirectoryPicker }).showDirectoryPicker
      if (folderPicker !== 'handle' || !picker) return folder.current?.click()
      picker({ mode: 'read' }).then(actions.add, (refusal: unknown) => {
        // The user may close the picker without a choice.
        if (!(refusal instanceof DOMException && refusal.name === 'AbortError')) folder.current?.click()
      })
    },
    inputs: (
      <>
        <HiddenInput input={files} accept={accept} onFiles={actions.add} />
        <HiddenInput input={folder} folder onFiles={actions.add} />
      </>
    ),
    handlers:
      target === 'page'
        ? {}
        : {
            onDragEnter: drag.over,
            onDragOver: drag.over,
            onDragLeave: drag.leave,
            onDrop: drag.drop,
            onPaste: actions.paste,
          },
  }
}
