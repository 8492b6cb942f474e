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
  /** Items that are being dragged over; 0 where the browser does not say; undefined: none. */
  dragging: number | undefined
  /** Why nothing is taken for now, in words; undefined: files are welcome. */
  held: string | undefined
  /** How often somebody has tried all the same. */
  refused: number
  chooseFiles: () => void
  chooseFolder: () => void
  /** The hidden inputs behind both, once in the widget. */
  inputs: ReactNode
  /** For the widget's root. */
  handlers: Pick<React.HTMLAttributes<HTMLElement>, 'onDragEnter' | 'onDragOver' | 'onDragLeave' | 'onDrop' | 'onPaste'>
}

interface Options {
  uploader: Uploader
  accept: string | undefined
  /** Where drops and pasted files are taken: in the widget, or anywhere on the page. */
  target: 'widget' | 'page'
  /** `handle` opens the browser's directory picker where it has one: it sees empty folders too, and asks the person once more. */
  folderPicker: 'input' | 'handle'
  /** Why nothing is taken for now. */
  held: string | undefined
  /** Said where files were given and the engine could not be fetched. */
  notTaken: string
}

type DirectoryPicker = (options?: { mode: 'read' }) => Promise<FileSystemDirectoryHandle>

/** Every way that files get in: drop, paste, two pickers. */
export function usePicking({ uploader, accept, target, folderPicker, held, notTaken }: Options): Picking {
  const files = useRef<HTMLInputElement>(null)
  const folder = useRef<HTMLInputElement>(null)
  const [dragging, setDragging] = useState<number>()
  const [refused, setRefused] = useState(0)
  /** The last files that were given could not be taken. */
  const [lost, setLost] = useState(false)
  const taking = held === undefined
  const actions = useMemo(() => {
    const refuse = () => setRefused((count) => count + 1)
    const add = (input: AddInput) => {
      if (!taking) return refuse()
      const lose = (thrown: unknown) => {
        setLost(true)
        refuse()
        // A `prepare` of the host's that failed is for the host to see.
        console.error(thrown)
      }
      uploader.add(input).then(() => setLost(false), lose)
    }
    // Ours even while nothing is taken: a browser left to itself would open the file in place of the page.
    const isOurs = (event: { dataTransfer: DataTransfer | null }) =>
      event.dataTransfer?.types.includes('Files') === true
    const over = (event: DragEvent | globalThis.DragEvent) => {
      if (!isOurs(event) || !event.dataTransfer) return
      event.preventDefault()
      event.dataTransfer.dropEffect = taking ? 'copy' : 'none'
      const { items } = event.dataTransfer
      setDragging(Array.from(items).filter(({ kind }) => kind === 'file').length)
    }
    const leave = (event: DragEvent | globalThis.DragEvent) => {
      const inside = event.currentTarget as Node | null
      // Going on to a child is no leaving.
      if (event.relatedTarget && inside?.contains(event.relatedTarget as Node)) return
      setDragging(undefined)
    }
    const drop = (event: DragEvent | globalThis.DragEvent) => {
      setDragging(undefined)
      if (!isOurs(event) || !event.dataTransfer || event.defaultPrevented) return
      event.preventDefault()
      add(event.dataTransfer)
    }
    const paste = (event: ClipboardEvent | globalThis.ClipboardEvent) => {
      const { clipboardData, target } = event
      if (event.defaultPrevented || !clipboardData || clipboardData.files.length === 0) return
      // Copied cells come as text and as a picture of them: in a field it is the text that is meant.
      const typing = (target as Element).closest?.('input, textarea, [contenteditable]')
      if (typing && clipboardData.types.includes('text/plain')) return
      event.preventDefault()
      add(clipboardData)
    }
    return { add, refuse, over, leave, drop, paste }
  }, [uploader, taking])

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
    held: held ?? (lost ? notTaken : undefined),
    refused,
    chooseFiles: () => (taking ? files.current?.click() : actions.refuse()),
    chooseFolder: () => {
      if (!taking) return actions.refuse()
      const picker = (globalThis as { showDirectoryPicker?: DirectoryPicker }).showDirectoryPicker
      if (folderPicker !== 'handle' || !picker) return folder.current?.click()
      picker({ mode: 'read' }).then(actions.add, (refusal: unknown) => {
        // Closing the picker without a choice is no failure.
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
        // Emptied, so that the same file can be chosen again.
        currentTarget.value = ''
      }}
    />
  )
}
