import { isUploadError, plainCause, UploadError } from '../errors.ts'
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
 * Checks before the first byte is sent that a file can be read, by its last byte, and is as it was added.
 * @throws UploadError `file-unreadable`, `file-changed` or `is-folder`.
 */
export async function checkReadable(file: File, path: string, known: KnownFile = file): Promise<void> {
  try {
    await checkUnchanged(file, path, known)
  } catch (thrown) {
    throw isUploadError(thrown) && thrown.code === 'file-unreadable' && isFolder(file, thrown.cause)
      ? new UploadError('is-folder', { facts: { path }, cause: thrown.cause })
      : thrown
  }
}

/** What is known of a file since it was added. */
export interface KnownFile {
  readonly size: number
  /** Ms since 1970. */
  readonly lastModified: number
  readonly file?: File | undefined
  readonly handle?: FileSystemFileHandle | undefined
}

/**
 * Checks that a body can be read and still has the content of the given file. Browsers refuse to read a file: Chromium
 * and WebKit after any change, Firefox when it is gone or too short, and all of them while its drive is away. So only
 * size and time of change prove a change: those of the current file behind the handle, or, in WebKit, those of the File
 * itself, which it reads anew from the disk.
 * @throws UploadError `file-changed`; `file-unreadable` when it cannot be read now.
 */
export async function checkUnchanged(body: Blob, path: string, known: KnownFile): Promise<void> {
  const { file } = known
  const before = file?.lastModified
  let refusal: { cause: unknown } | undefined
  try {
    const end = await endOf(body)
    if (end.byteLength < lengthOfEnd(body)) throw new UploadError('file-changed', { facts: { path } })
  } catch (cause) {
    if (isUploadError(cause)) throw cause
    refusal = { cause }
  }
  try {
    const now = await known.handle?.getFile()
    if (now && !isSame(now, known)) throw new UploadError('file-changed', { facts: { path } })
  } catch (cause) {
    if (isUploadError(cause)) throw cause
    // Without the right to look, the bytes that could be read are proof enough.
    if (cause instanceof Error && cause.name === 'NotFoundError') refusal ??= { cause }
  }
  // WebKit says that a file which is gone changed just now, each time it is asked.
  if (file && before === file.lastModified && !isSame(file, known)) {
    throw new UploadError('file-changed', { facts: { path } })
  }
  if (refusal) throw new UploadError('file-unreadable', { facts: { path }, cause: plainCause(refusal.cause) })
}

const isSame = (a: KnownFile, b: KnownFile) => a.size === b.size && a.lastModified === b.lastModified

/** True for a folder that was dropped as a file. It has no type in Chromium and WebKit, which refuse to read it. */
function isFolder(file: File, refusal: unknown): boolean {
  const name = refusal instanceof Error ? refusal.name : ''
  const refused = name === 'NotFoundError' || name === 'NotReadableError'
  return refused && file.type === '' && file.size > 0 && file.size % 4096 === 0 && !file.name.includes('.')
}
