import {
  type ClipboardEvent,
  type DragEvent,
  type ReactNode,
  type RefObject,
  useEffect,
  useMemo,
  useRef,
  useState,
} from 'react'
import type { AddInput, Uploader } from '../../core/index.ts'

export interface Picking {
  /** Number of dragged items; 0 where the browser does not tell, undefined while nothing is dragged over the target. */
  dragging: number | undefined
  /** Sentence why no files are accepted; undefined when they are. */
  held: string | undefined
  /** Number of attempts while no files were accepted. */
  refused: number
  chooseFiles: () => void
  chooseFolder: () => void
  /** Hidden inputs of both pickers. They must be rendered once. */
  inputs: ReactNode
  /** Handlers for the root of the widget. */
  handlers: Pick<React.HTMLAttributes<HTMLElement>, 'onDragEnter' | 'onDragOver' | 'onDragLeave' | 'onDrop' | 'onPaste'>
}

interface Options {
  uploader: Uploader
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

type DirectoryPicker = (options?: { mode: 'read' }) => Promise<FileSystemDirectoryHandle>

/** Adds files from all sources: drop, paste and the two pickers. */
export function usePicking({ uploader, accept, target, folderPicker, held, notTaken }: Options): Picking {
  const files = useRef<HTMLInputElement>(null)
  const folder = useRef<HTMLInputElement>(null)
  const [dragging, setDragging] = useState<number>()
  const [refused, setRefused] = useState(0)
  /** True when the last files could not be added. */
  const [addFailed, setAddFailed] = useState(false)
  const accepting = held === undefined
  const actions = useMemo(() => {
    const refuse = () => setRefused((count) => count + 1)
    const add = (input: AddInput) => {
      if (!accepting) return refuse()
      const fail = (thrown: unknown) => {
        setAddFailed(true)
        refuse()
        // The host needs to see that its `beforeUpload` failed.
        console.error(thrown)
      }
      uploader.add(input).then(() => setAddFailed(false), fail)
    }
    // Drags of files are handled even while none are accepted: by default the browser would open the file in place of
    // the page.
    const hasFiles = (event: { dataTransfer: DataTransfer | null }) =>
      event.dataTransfer?.types.includes('Files') === true
    const over = (event: DragEvent | globalThis.DragEvent) => {
      if (!hasFiles(event) || !event.dataTransfer) return
      event.preventDefault()
      event.dataTransfer.dropEffect = accepting ? 'copy' : 'none'
      const { items } = event.dataTransfer
      setDragging(Array.from(items).filter(({ kind }) => kind === 'file').length)
    }
    const leave = (event: DragEvent | globalThis.DragEvent) => {
      const inside = event.currentTarget as Node | null
      // A pointer that moves on to a child has not left.
      if (event.relatedTarget && inside?.contains(event.relatedTarget as Node)) return
      setDragging(undefined)
    }
    const drop = (event: DragEvent | globalThis.DragEvent) => {
      setDragging(undefined)
      if (!hasFiles(event) || !event.dataTransfer || event.defaultPrevented) return
      event.preventDefault()
      add(event.dataTransfer)
    }
    const paste = (event: ClipboardEvent | globalThis.ClipboardEvent) => {
      const { clipboardData, target } = event
      if (event.defaultPrevented || !clipboardData || clipboardData.files.length === 0) return
      // Copied spreadsheet cells come as text and as a picture of them. A text field should get the text.
      const typing = (target as Element).closest?.('input, textarea, [contenteditable]')
      if (typing && clipboardData.types.includes('text/plain')) return
      event.preventDefault()
      add(clipboardData)
    }
    return { add, refuse, over, leave, drop, paste }
  }, [uploader, accepting])

  useEffect(() => {
    if (target !== 'page') return
    const { over, leave, drop, paste } = actions
    const stop = new AbortController()
    const { signal } = stop
    document.addEventListener('dragenter', over, { signal })
    document.addEventListener('dragover', over, { signal })
    document.addEventListener('dragleave', leave, { signal })
    document.addEventListener('drop', drop, { signal })
    document.addEventListener('paste', paste, { signal })
    return () => stop.abort()
  }, [target, actions])

  return {
    dragging,
    held: held ?? (addFailed ? notTaken : undefined),
    refused,
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
            onDragEnter: actions.over,
            onDragOver: actions.over,
            onDragLeave: actions.leave,
            onDrop: actions.drop,
            onPaste: actions.paste,
          },
  }
}

interface InputProps {
  input: RefObject<HTMLInputElement | null>
  accept?: string | undefined
  folder?: boolean
  onFiles: (files: File[]) => void
}

function HiddenInput({ input, accept, folder = false, onFiles }: InputProps) {
  return (
    <input
      ref={input as RefObject<HTMLInputElement>}
      type="file"
      multiple
      hidden
      tabIndex={-1}
      accept={accept}
      {...(folder ? { webkitdirectory: '' } : {})}
      onChange={({ currentTarget }) => {
        const { files } = currentTarget
        if (files && files.length > 0) onFiles(Array.from(files))
        // An input with the same value fires no change event, so the same file could not be chosen twice.
        currentTarget.value = ''
      }}
    />
  )
}
