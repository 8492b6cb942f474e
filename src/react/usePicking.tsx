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
import type { AddInput, Uploader } from '../core/index.ts'

export interface Picking {
  /** Items that are being dragged over; 0 where the browser does not say; undefined: none. */
  dragging: number | undefined
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
  disabled: boolean
}

type DirectoryPicker = (options?: { mode: 'read' }) => Promise<FileSystemDirectoryHandle>

/** Every way that files get in: drop, paste, two pickers. */
export function usePicking({ uploader, accept, target, folderPicker, disabled }: Options): Picking {
  const files = useRef<HTMLInputElement>(null)
  const folder = useRef<HTMLInputElement>(null)
  const [dragging, setDragging] = useState<number>()
  const actions = useMemo(() => {
    const add = (input: AddInput) => void uploader.add(input)
    const isOurs = (event: { dataTransfer: DataTransfer | null }) =>
      !disabled && event.dataTransfer?.types.includes('Files') === true
    const over = (event: DragEvent | globalThis.DragEvent) => {
      if (!isOurs(event) || !event.dataTransfer) return
      event.preventDefault()
      event.dataTransfer.dropEffect = 'copy'
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
      const { clipboardData } = event
      if (disabled || event.defaultPrevented || !clipboardData || clipboardData.files.length === 0) return
      event.preventDefault()
      add(clipboardData)
    }
    return { add, over, leave, drop, paste }
  }, [uploader, disabled])

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
    chooseFiles: () => files.current?.click(),
    chooseFolder: () => {
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
