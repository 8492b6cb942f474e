import type { AddInput, FileInput, LeftOut } from './api.ts'
import { UploadError } from './errors.ts'

/** One file to send and its path in the drop. */
export interface Picked extends FileInput {
  path: string
}

/** What a drop turned out to hold. */
export interface Haul {
  files: Picked[]
  emptyFolders: string[]
  unreadable: LeftOut['unreadable'][number][]
}

/**
 * Turns drops, pickers and lists into one flat list, every level of every folder. One entry that cannot be read is
 * named in `unreadable` and never loses the rest (peers B21); folders without a file are named too, since lakeFS has
 * no folders. Entries of a DataTransfer are taken before the first await: browsers empty it after the event.
 *
 * Not left to file-selector: it gives up a whole drop for one bad entry, drops junk unseen and knows no empty folders.
 */
export async function collect(input: AddInput): Promise<Haul> {
  const haul: Haul = { files: [], emptyFolders: [], unreadable: [] }
  const pending = isDataTransfer(input) ? takeTransfer(input) : listOf(input)
  for (const one of pending) await one(haul)
  return haul
}

type Take = (haul: Haul) => Promise<void> | void

function listOf(input: Exclude<AddInput, DataTransfer>): Take[] {
  const list = Symbol.iterator in input ? Array.from(input as Iterable<File | FileInput | FileSystemHandle>) : [input]
  return list.map((one) => (haul) => {
    if (one instanceof File) haul.files.push({ file: one, path: relativePath(one) })
    else if ('file' in one) haul.files.push({ ...one, path: one.path ?? relativePath(one.file) })
    else return walkHandle(one as FileSystemHandle, one.name, haul)
  })
}

/** `webkitRelativePath` of a folder picker, else the name. */
function relativePath(file: File): string {
  return file.webkitRelativePath || file.name
}

function isDataTransfer(input: AddInput): input is DataTransfer {
  return typeof input === 'object' && 'items' in input && 'types' in input
}

function takeTransfer(transfer: DataTransfer): Take[] {
  const items = Array.from(transfer.items ?? []).filter((item) => item.kind === 'file')
  if (items.length === 0) return listOf(Array.from(transfer.files))
  return items.map((item) => {
    const entry = item.webkitGetAsEntry?.() ?? undefined
    const file = entry?.isDirectory ? undefined : item.getAsFile()
    if (file) return (haul) => void haul.files.push({ file, path: file.name })
    if (entry) return (haul) => walkEntry(entry, entry.name, haul)
    return (haul) => void haul.unreadable.push(refused(item.type || '?', undefined))
  })
}

async function walkEntry(entry: FileSystemEntry, path: string, haul: Haul): Promise<void> {
  try {
    if (!entry.isDirectory) {
      const file = await new Promise<File>((resolve, reject) => (entry as FileSystemFileEntry).file(resolve, reject))
      haul.files.push({ file, path })
      return
    }
    const before = count(haul)
    const reader = (entry as FileSystemDirectoryEntry).createReader()
    for (;;) {
      // readEntries gives 100 at a time in Chromium; only an empty answer is the end (peers B20).
      const batch = await new Promise<FileSystemEntry[]>((resolve, reject) => reader.readEntries(resolve, reject))
      if (batch.length === 0) break
      await Promise.all(batch.map((child) => walkEntry(child, `${path}/${child.name}`, haul)))
    }
    if (count(haul) === before) haul.emptyFolders.push(path)
  } catch (cause) {
    haul.unreadable.push(refused(path, cause))
  }
}

async function walkHandle(handle: FileSystemHandle, path: string, haul: Haul): Promise<void> {
  try {
    if (handle.kind === 'file') {
      haul.files.push({ file: await (handle as FileSystemFileHandle).getFile(), path })
      return
    }
    const before = count(haul)
    for await (const child of (handle as FileSystemDirectoryHandle).values()) {
      await walkHandle(child, `${path}/${child.name}`, haul)
    }
    if (count(haul) === before) haul.emptyFolders.push(path)
  } catch (cause) {
    haul.unreadable.push(refused(path, cause))
  }
}

const count = (haul: Haul) => haul.files.length + haul.emptyFolders.length + haul.unreadable.length

function refused(path: string, cause: unknown): LeftOut['unreadable'][number] {
  return { path, error: new UploadError('file-unreadable', { facts: { path }, cause }) }
}

/**
 * Whether the bytes can still be read, found out on the first one.
 * @throws UploadError `file-unreadable`, `file-changed` or `is-folder`.
 */
export async function checkReadable(file: File, path: string): Promise<void> {
  try {
    await file.slice(0, 1).arrayBuffer()
  } catch (cause) {
    throw unreadable(file, path, cause)
  }
}

function unreadable(file: File, path: string, cause: unknown): UploadError {
  const name = cause instanceof Error ? cause.name : ''
  // Chromium and WebKit give a folder that was dropped as a file no type and refuse to read it.
  if (name === 'NotFoundError' || name === 'NotReadableError') {
    const folder = file.type === '' && file.size > 0 && file.size % 4096 === 0 && !file.name.includes('.')
    return new UploadError(folder ? 'is-folder' : 'file-unreadable', { facts: { path }, cause })
  }
  return new UploadError('file-unreadable', { facts: { path }, cause })
}
