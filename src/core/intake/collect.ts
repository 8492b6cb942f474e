import { plainCause, UploadError } from '../errors.ts'
import { Slices } from '../request/slices.ts'
import type { AddInput, FileInput } from './input.ts'
import { looksMadeUp, noteMadeUp } from './made-up-names.ts'
import { givenPath } from './paths.ts'

/** File to send with its path in the drop. */
export interface PickedFile extends FileInput {
  path: string
  /** Handle of the file itself, if it came with one. */
  handle?: FileSystemFileHandle | undefined
  /** Handle of the dropped or given item, by which a later visit finds the file again. */
  root?: Promise<FileSystemHandle | undefined> | undefined
}

/** Files that a drop, a picker or a list contains. */
export interface CollectedFiles {
  files: PickedFile[]
  emptyFolders: string[]
  unreadable: { path: string; error: UploadError }[]
}

/**
 * Collects the files of drops, pickers and lists in one flat list, including all levels of every folder. An entry that
 * cannot be read is listed in `unreadable` and does not affect the others; folders without files are listed too,
 * because lakeFS has no folders. Entries of a DataTransfer are read before the first await, because browsers empty it
 * after the event. At the signal no further folder is read, and the files found so far are returned; files that were
 * given directly are always returned.
 *
 * The package file-selector is not used: it rejects a whole drop for one unreadable entry, drops system files silently
 * and ignores empty folders.
 */
export async function collect(input: AddInput, slices = new Slices(), signal?: AbortSignal): Promise<CollectedFiles> {
  const walk = new Walk(signal)
  if (isDataTransfer(input)) return joined(await Promise.all(takeTransfer(input, slices, walk)))
  // Copied before the first await, because pickers empty their list.
  const list = Symbol.iterator in input ? Array.from(input as Iterable<Listed>) : [input]
  return await listed(list, slices, walk)
}

/** Reads folders and can be stopped between any two answers of the browser, even when an answer never arrives. */
class Walk {
  isStopped = false
  readonly #stopped: Promise<undefined>

  constructor(signal: AbortSignal | undefined) {
    this.#stopped = new Promise((resolve) => {
      const stop = () => {
        this.isStopped = true
        resolve(undefined)
      }
      if (signal?.aborted) stop()
      else signal?.addEventListener('abort', stop, { once: true })
    })
  }

  /** Returns the answer of the browser; undefined after a stop, when the browser is no longer asked. */
  async read<T extends object>(ask: () => Promise<T>): Promise<T | undefined> {
    return this.isStopped ? undefined : await Promise.race([ask(), this.#stopped])
  }
}

type Listed = File | FileInput | FileSystemHandle

async function listed(list: readonly Listed[], slices: Slices, walk: Walk): Promise<CollectedFiles> {
  const batches: (CollectedFiles | Promise<CollectedFiles>)[] = []
  // Consecutive files share one object, because 20,000 small objects would be slow.
  let run: PickedFile[] | undefined
  const take = (picked: PickedFile) => {
    if (run) run.push(picked)
    else {
      run = [picked]
      batches.push(collected({ files: run }))
    }
  }
  for (const one of list) {
    // Reading the path of a file calls the browser: 20,000 of them take some 10 ms.
    if (slices.isOver) await slices.rest()
    if (isFile(one)) take(unnamed(one))
    else if ('file' in one && isFile(one.file)) {
      take(one.path === undefined ? { ...one, ...unnamed(one.file) } : { ...one, path: givenPath(one.path, one.file) })
    } else if (!('kind' in one)) throw new TypeError('no file')
    else {
      run = undefined
      batches.push(rooted(walkHandle(one, one.name, walk), Promise.resolve(one)))
    }
  }
  return joined(await Promise.all(batches))
}

/** `instanceof` would fail for a file of another frame, which has another `File`. */
function isFile(one: object): one is File {
  return 'name' in one && 'slice' in one
}

/** Returns a file without a path from the caller, with the `webkitRelativePath` of a folder picker, else its name. */
function unnamed(file: File): { file: File; path: string } {
  if (looksMadeUp(file)) noteMadeUp(file)
  return { file, path: file.webkitRelativePath || file.name }
}

function isDataTransfer(input: AddInput): input is DataTransfer {
  return typeof input === 'object' && 'items' in input && 'types' in input
}

function takeTransfer(
  transfer: DataTransfer,
  slices: Slices,
  walk: Walk,
): (CollectedFiles | Promise<CollectedFiles>)[] {
  const items = Array.from(transfer.items ?? []).filter((item) => item.kind === 'file')
  if (items.length === 0) return [listed(Array.from(transfer.files), slices, walk)]
  return items.map((item) => {
    const entry = item.webkitGetAsEntry?.() ?? undefined
    const file = entry?.isDirectory ? undefined : item.getAsFile()
    const root = handleOf(item)
    if (file) return rooted(dropped(file, root, walk), root)
    return entry
      ? rooted(walkEntry(entry, entry.name, walk), root)
      : refused(item.type || 'an entry without a name', undefined)
  })
}

/** A file of a disk has a handle, and the name that it has there; a picture of the clipboard has none. */
function dropped(file: File, root: PickedFile['root'], walk: Walk): CollectedFiles | Promise<CollectedFiles> {
  const found = single(file, file.name)
  if (!looksMadeUp(file, true)) return found
  return walk
    .read(async () => ({ handle: await root }))
    .then((answer) => {
      if (!answer?.handle) noteMadeUp(file)
      return found
    })
}

/**
 * Returns the handle of a dropped item where the browser supports it. Like the entry it must be requested during the
 * event.
 */
function handleOf(item: DataTransferItem): Promise<FileSystemHandle | undefined> | undefined {
  const { getAsFileSystemHandle } = item as { getAsFileSystemHandle?: () => Promise<FileSystemHandle | null> }
  // An item without a handle, such as an image of another page, is uploaded and cannot be resumed after a reload.
  return getAsFileSystemHandle?.call(item).then(
    (handle) => handle ?? undefined,
    () => undefined,
  )
}

async function rooted(
  found: CollectedFiles | Promise<CollectedFiles>,
  root: PickedFile['root'],
): Promise<CollectedFiles> {
  const all = await found
  if (root) for (const picked of all.files) picked.root = root
  return all
}

async function walkEntry(entry: FileSystemEntry, path: string, walk: Walk): Promise<CollectedFiles> {
  try {
    if (!entry.isDirectory) {
      const file = await walk.read(
        () => new Promise<File>((resolve, reject) => (entry as FileSystemFileEntry).file(resolve, reject)),
      )
      return file ? single(file, path) : collected({})
    }
    const reader = (entry as FileSystemDirectoryEntry).createReader()
    const inside: CollectedFiles[] = []
    for (;;) {
      // readEntries returns 100 entries at a time in Chromium; only an empty result is the end
      // (https://developer.mozilla.org/docs/Web/API/FileSystemDirectoryReader/readEntries).
      const batch = await walk.read(
        () => new Promise<FileSystemEntry[]>((resolve, reject) => reader.readEntries(resolve, reject)),
      )
      if (!batch || batch.length === 0) return folder(path, inside, walk)
      inside.push(...(await Promise.all(batch.map((child) => walkEntry(child, `${path}/${child.name}`, walk)))))
    }
  } catch (cause) {
    return refused(path, cause)
  }
}

async function walkHandle(handle: FileSystemHandle, path: string, walk: Walk): Promise<CollectedFiles> {
  try {
    if (handle.kind === 'file') {
      const one = handle as FileSystemFileHandle
      const file = await walk.read(() => one.getFile())
      return file ? collected({ files: [{ file, path, handle: one }] }) : collected({})
    }
    const inside: Promise<CollectedFiles>[] = []
    const children = (handle as FileSystemDirectoryHandle).values()[Symbol.asyncIterator]()
    for (;;) {
      const next = await walk.read(() => children.next())
      if (!next || next.done) break
      const child: FileSystemHandle = next.value
      inside.push(walkHandle(child, `${path}/${child.name}`, walk))
    }
    return folder(path, await Promise.all(inside), walk)
  } catch (cause) {
    return refused(path, cause)
  }
}

const collected = (some: Partial<CollectedFiles>): CollectedFiles => ({
  files: [],
  emptyFolders: [],
  unreadable: [],
  ...some,
})

const single = (file: File, path: string): CollectedFiles => collected({ files: [{ file, path }] })

function refused(path: string, cause: unknown): CollectedFiles {
  return collected({
    unreadable: [{ path, error: new UploadError('file-unreadable', { facts: { path }, cause: plainCause(cause) }) }],
  })
}

function folder(path: string, inside: CollectedFiles[], walk: Walk): CollectedFiles {
  const all = joined(inside)
  // A folder that was not read to its end may contain files.
  if (walk.isStopped) return all
  const empty = all.files.length + all.emptyFolders.length + all.unreadable.length === 0
  return empty ? collected({ emptyFolders: [path] }) : all
}

function joined(parts: CollectedFiles[]): CollectedFiles {
  if (parts.length === 1 && parts[0]) return parts[0]
  return {
    files: parts.flatMap((part) => part.files),
    emptyFolders: parts.flatMap((part) => part.emptyFolders),
    unreadable: parts.flatMap((part) => part.unreadable),
  }
}

/** Bytes up to which a body is read as a whole: slicing it would wait for another process of the browser. */
const SMALL = 64 * 1024

/** Reads the last byte, or all bytes of a small body. */
function endOf(body: Blob): Promise<ArrayBuffer> {
  return (body.size > SMALL ? body.slice(-1) : body).arrayBuffer()
}

const lengthOfEnd = ({ size }: Blob) => (size > SMALL ? 1 : size)

/**
 * Checks that a file can be read, by its last byte.
 * @throws UploadError `file-unreadable`, `file-changed` or `is-folder`.
 */
export async function checkReadable(file: File, path: string): Promise<void> {
  let end: ArrayBuffer
  try {
    end = await endOf(file)
  } catch (cause) {
    throw unreadable(file, path, cause)
  }
  if (end.byteLength < lengthOfEnd(file)) throw new UploadError('file-changed', { facts: { path } })
}

/**
 * Checks that a body still has the content of the given file. `size` and `lastModified` of a File never change; instead
 * browsers refuse to read it: Chromium and WebKit after any change, Firefox when the file is gone or too short. With a
 * handle, size and time of change of the current file are compared as well.
 * @throws UploadError `file-changed`, or `file-unreadable` when the file is gone.
 */
export async function checkUnchanged(
  body: Blob,
  path: string,
  file: { size: number; lastModified: number; handle?: FileSystemFileHandle | undefined },
): Promise<void> {
  try {
    const end = await endOf(body)
    const now = await file.handle?.getFile()
    const same = !now || (now.size === file.size && now.lastModified === file.lastModified)
    if (same && end.byteLength === lengthOfEnd(body)) return
  } catch (cause) {
    const gone = cause instanceof Error && cause.name === 'NotFoundError'
    throw new UploadError(gone ? 'file-unreadable' : 'file-changed', { facts: { path }, cause: plainCause(cause) })
  }
  throw new UploadError('file-changed', { facts: { path } })
}

function unreadable(file: File, path: string, cause: unknown): UploadError {
  const name = cause instanceof Error ? cause.name : ''
  // A folder that was dropped as a file has no type in Chromium and WebKit, which refuse to read it.
  if (name === 'NotFoundError' || name === 'NotReadableError') {
    const folder = file.type === '' && file.size > 0 && file.size % 4096 === 0 && !file.name.includes('.')
    return new UploadError(folder ? 'is-folder' : 'file-unreadable', { facts: { path }, cause: plainCause(cause) })
  }
  return new UploadError('file-unreadable', { facts: { path }, cause: plainCause(cause) })
}
