import { ADDRESS_LIFE_MS, type Job } from '../file/job.ts'
import type { Multipart, ResumePoint } from '../file/resume-point.ts'
import { readStopped, resumesAutomatically } from '../file/stop-reason.ts'
import type { PickedFile } from '../intake/collect.ts'
import { claimKey, landingUnder } from '../intake/paths.ts'
import type { Destination } from '../lakefs/wire.ts'
import { unlessAborted } from '../request/clock.ts'
import type { Unfinished, UnfinishedFile } from '../snapshot.ts'
import type { FileRecord } from './database.ts'
import type { ResumeStore } from './resume-store.ts'

/** Ms before its expiry after which an address counts as expired, so that no link begins too late. */
const MARGIN_MS = 60_000

/** Record that an added file matches. */
export interface ResumeMatch {
  kind: 'resumed' | 'changed'
  record: FileRecord
  resumePoint: ResumePoint
  /** Bytes of the file at the store. */
  stored: number
  /** Multipart upload with an expired address. It cannot be resumed and has to be aborted. */
  spent?: Multipart | undefined
}

interface UnfinishedRecord {
  record: FileRecord
  etags: Map<number, string>
  handle: FileSystemHandle | undefined
  permitted: boolean
}

type Permission = { queryPermission?: () => Promise<string>; requestPermission?: () => Promise<string> }

/** Unfinished files of earlier visits: finds them, matches them with added files, resumes and discards them. */
export class UnfinishedUploads {
  readonly #resumeStore: ResumeStore
  readonly #now: () => number
  readonly #onChange: () => void
  #found: Map<string, UnfinishedRecord> | undefined
  #abandoned: FileRecord[] = []
  #searching: Promise<void> | undefined
  /** Cached summary, valid until this time. */
  #shown: { unfinished: Unfinished | undefined; until: number } | undefined

  constructor(resumeStore: ResumeStore, now: () => number, onChange: () => void) {
    this.#resumeStore = resumeStore
    this.#now = now
    this.#onChange = onChange
  }

  /**
   * Searches once; with `again` it searches a second time.
   * @param onFreed called when another page has released files, so that there may be more.
   */
  async find(repository: string, again: boolean, onFreed: () => void): Promise<void> {
    if (again) this.#searching = undefined
    this.#searching ??= this.#search(repository, onFreed)
    await this.#searching
  }

  get unfinished(): Unfinished | undefined {
    // When the first address expires, its file needs something else.
    if (!this.#shown || this.#now() > this.#shown.until) {
      const unfinished = this.#summed()
      this.#shown = { unfinished, until: (unfinished?.deadline ?? Number.POSITIVE_INFINITY) - MARGIN_MS }
    }
    return this.#shown.unfinished
  }

  #summed(): Unfinished | undefined {
    if (!this.#found) return undefined
    const all = [...this.#found.values()]
    const files = all.filter(({ record }) => record.phase !== 'linked').map((savedUpload) => this.#viewOf(savedUpload))
    if (files.length === 0) return undefined
    // Files that were uploaded to other branches do not count.
    const branches = new Set(files.map(({ destination }) => destination.branch))
    const landed = all.filter(({ record }) => record.phase === 'linked' && branches.has(record.branch))
    const deadlines = files.flatMap(({ deadline }) => deadline ?? [])
    return {
      files,
      bytesLeft: files.reduce((sum, { size, stored }) => sum + size - stored, 0),
      landed: landed.length,
      ...(deadlines.length > 0 ? { deadline: Math.min(...deadlines) } : {}),
    }
  }

  /** Claims the records of files that are being added. Files without a record are not in the result. */
  async match(picked: readonly PickedFile[], destination: Destination): Promise<Map<PickedFile, ResumeMatch>> {
    const matches = new Map<PickedFile, ResumeMatch>()
    if (!this.#found?.size) return matches
    const savedUploads = new Map<string, { picked: PickedFile; savedUpload: UnfinishedRecord }>()
    for (const one of picked) {
      const savedUpload = this.#found.get(claimKey(destination, pathOf(one, destination)))
      if (savedUpload) savedUploads.set(savedUpload.record.id, { picked: one, savedUpload })
    }
    for (const record of await this.#takeOver([...savedUploads.values()].map(({ savedUpload }) => savedUpload))) {
      const found = savedUploads.get(record.id)
      if (found) matches.set(found.picked, this.#matchOf(found.savedUpload, found.picked.file))
    }
    return matches
  }

  /**
   * Resumes files that need not be chosen again, and asks for permission where one is needed. At the signal all files
   * that are not claimed yet stay unfinished.
   * @param automatic resumes only files that need nothing from the user and belong to this destination.
   * @returns each record with its file; a file whose bytes are all stored needs none.
   */
  async resume(
    signal: AbortSignal,
    automatic?: Destination,
  ): Promise<{ record: FileRecord; match: ResumeMatch; picked: PickedFile | undefined }[]> {
    const savedUploads = [...(this.#found?.values() ?? [])].filter(
      (savedUpload) =>
        savedUpload.record.phase !== 'linked' && (!automatic || this.#isAutomatic(savedUpload, automatic)),
    )
    // All permissions are requested at once and first, because the browser allows it only shortly after a click.
    const asking = automatic ? [] : savedUploads
    const roots = new Set(asking.flatMap(({ handle, permitted }) => (handle && !permitted ? handle : [])))
    const ready: { savedUpload: UnfinishedRecord; picked: PickedFile | undefined }[] = []
    try {
      // A request that the browser refuses counts as no permission, and the others continue.
      const asked = Promise.allSettled([...roots].map((root) => (root as Permission).requestPermission?.()))
      await unlessAborted(asked, signal)
      for (const savedUpload of savedUploads) {
        const picked = await unlessAborted(this.#open(savedUpload), signal)
        // The file differs from the one whose upload was begun: the user has to decide whether it is sent.
        if (automatic && picked && !isSame(savedUpload.record, picked.file)) continue
        if (picked || this.#usable(savedUpload.record) === 'stored') ready.push({ savedUpload, picked })
      }
    } catch (thrown) {
      if (signal.aborted) return []
      throw thrown
    }
    const taken = new Set((await this.#takeOver(ready.map(({ savedUpload }) => savedUpload))).map(({ id }) => id))
    return ready
      .filter(({ savedUpload }) => taken.has(savedUpload.record.id))
      .map(({ savedUpload, picked }) => ({
        record: savedUpload.record,
        match: this.#matchOf(savedUpload, picked?.file),
        picked,
      }))
  }

  /**
   * Discards all files.
   * @returns those with bytes at the store, for an abort.
   */
  async discard(): Promise<ResumeMatch[]> {
    const savedUploads = [...(this.#found?.values() ?? [])]
    const taken = new Set((await this.#takeOver(savedUploads)).map(({ id }) => id))
    const mine = savedUploads.filter(({ record }) => taken.has(record.id))
    await this.#resumeStore.delete(mine.map(({ record }) => record))
    return mine.map((savedUpload) => this.#matchOf(savedUpload, undefined))
  }

  /** Claims multipart uploads that an earlier visit could not abort; `forget` deletes the record of one. */
  async abandoned(): Promise<{ record: FileRecord; multipart: Multipart; forget: () => Promise<void> }[]> {
    const records = this.#abandoned
    this.#abandoned = []
    return (await this.#resumeStore.claim(records)).flatMap((record) => {
      const multipart = multipartIn(record, new Map())
      return multipart ? { record, multipart, forget: () => this.#resumeStore.delete([record]) } : []
    })
  }

  async #search(repository: string, onFreed: () => void): Promise<void> {
    const found = new Map<string, UnfinishedRecord>()
    const handles = new Map<string, Promise<FileSystemHandle | undefined>>()
    const all = await this.#resumeStore.findOrphans(repository, onFreed)
    this.#abandoned = all.filter(({ abandoned }) => abandoned)
    const records = all.filter(({ abandoned }) => !abandoned)
    const done = new Map<string, boolean>()
    for (const { session, phase } of records) done.set(session, (done.get(session) ?? true) && phase === 'linked')
    // The visit uploaded all its files and could not delete their records.
    await this.#resumeStore.delete(records.filter(({ session }) => done.get(session)))
    for (const record of records) {
      if (done.get(record.session)) continue
      const { source } = record
      if (source && !handles.has(source.handle)) handles.set(source.handle, this.#resumeStore.handle(record))
      const handle = source && (await handles.get(source.handle))
      const permitted = (await (handle as Permission | undefined)?.queryPermission?.()) === 'granted'
      const etags = record.uploadId === undefined ? new Map() : await this.#resumeStore.parts(record)
      found.set(claimKey(record, record.prefix + record.path), { record, etags, handle, permitted })
    }
    this.#found = found
    this.#changed()
  }

  async #takeOver(savedUploads: readonly UnfinishedRecord[]): Promise<FileRecord[]> {
    if (savedUploads.length === 0) return []
    // Two callers may claim a record at the same time, such as two tabs, or a resume and an add; one of them gets it.
    const taken = await this.#resumeStore.claim(savedUploads.map(({ record }) => record))
    for (const { record } of savedUploads) this.#found?.delete(claimKey(record, record.prefix + record.path))
    this.#changed()
    return taken
  }

  #changed(): void {
    this.#shown = undefined
    this.#onChange()
  }

  /** True for a file that can be resumed without the user at this destination. */
  #isAutomatic(savedUpload: UnfinishedRecord, { repository, branch, prefix }: Destination): boolean {
    const { record } = savedUpload
    return (
      record.repository === repository &&
      record.branch === branch &&
      record.prefix === prefix &&
      resumesAutomatically(readStopped(record.stopped)) &&
      this.#needsOf(savedUpload) === 'nothing'
    )
  }

  /** Opens a file by its handle, if that is permitted and the file exists. */
  async #open({ record, handle }: UnfinishedRecord): Promise<PickedFile | undefined> {
    if (!handle) return undefined
    try {
      const own = await descend(handle, record.source?.inside ?? [])
      const { path, contentType, metadata } = record
      return { file: await own.getFile(), handle: own, root: Promise.resolve(handle), path, contentType, metadata }
    } catch {
      // The file was moved or deleted, or the permission is missing: the user has to choose it again.
      return undefined
    }
  }

  /** Returns which part of the earlier work can be used. */
  #usable({ phase, physicalAddress, since }: FileRecord): 'nothing' | 'parts' | 'stored' {
    const expired = since === undefined || this.#now() > since + ADDRESS_LIFE_MS - MARGIN_MS
    if (expired || physicalAddress === undefined || phase === 'linked') return 'nothing'
    return phase === 'stored' ? 'stored' : 'parts'
  }

  #matchOf({ record, etags }: UnfinishedRecord, file: File | undefined): ResumeMatch {
    const same = !file || isSame(record, file)
    const usable = this.#usable(record)
    const { physicalAddress: physical_address = '', since = 0, checksum, verified = false } = record
    const multipart = multipartIn(record, etags)
    const resumePoint: ResumePoint = multipart ? { multipart } : {}
    if (!same) return { kind: 'changed', record, resumePoint, stored: 0 }
    if (record.phase === 'linked' && checksum !== undefined) resumePoint.landed = checksum
    // An expired address accepts nothing more, so its multipart upload starts over.
    if (usable === 'nothing')
      return { kind: 'resumed', record, resumePoint: { landed: resumePoint.landed }, stored: 0, spent: multipart }
    if (usable === 'stored' && resumePoint.multipart)
      resumePoint.stored = { kind: 'complete', multipart: resumePoint.multipart, verified }
    else if (usable === 'stored' && checksum !== undefined) {
      resumePoint.stored = { kind: 'link', location: { physical_address }, checksum, verified, since, attempted: true }
    }
    return { kind: 'resumed', record, resumePoint, stored: storedOf(record, etags, usable) }
  }

  #needsOf({ record, handle, permitted }: UnfinishedRecord): UnfinishedFile['needs'] {
    if (this.#usable(record) === 'stored' || (handle && permitted)) return 'nothing'
    return handle ? 'permission' : 'file'
  }

  #viewOf(savedUpload: UnfinishedRecord): UnfinishedFile {
    const { record, etags } = savedUpload
    const { id, repository, branch, prefix, path, size, since } = record
    const usable = this.#usable(record)
    const stopped = readStopped(record.stopped)
    return {
      id,
      path,
      destination: { repository, branch, prefix },
      size,
      stored: storedOf(record, etags, usable),
      needs: this.#needsOf(savedUpload),
      ...(stopped ? { stopped } : {}),
      ...(usable === 'nothing' ? {} : { deadline: (since ?? 0) + ADDRESS_LIFE_MS }),
    }
  }
}

/** Returns the multipart upload of a record. */
function multipartIn(record: FileRecord, etags: Map<number, string>): Multipart | undefined {
  const { physicalAddress, uploadId, partSize, since = 0, verified = false, completing = false } = record
  if (uploadId === undefined || partSize === undefined || !physicalAddress) return undefined
  return { upload_id: uploadId, physical_address: physicalAddress, partSize, etags, verified, completing, since }
}

/** Copies a match into a new job. */
export function carryOver(job: Job, { kind, resumePoint, stored }: ResumeMatch): void {
  job.earlier = kind === 'changed' || stored > 0 || resumePoint.landed !== undefined ? kind : undefined
  if (kind === 'changed') return
  job.resumePoint = resumePoint
  job.maxSentShown = stored
}

function isSame({ size, lastModified }: FileRecord, file: File): boolean {
  return file.size === size && file.lastModified === lastModified
}

function storedOf({ size, partSize = 0 }: FileRecord, etags: ReadonlyMap<number, string>, usable: string): number {
  if (usable === 'nothing') return 0
  if (usable === 'stored') return size
  let sum = 0
  for (const part of etags.keys()) sum += Math.max(0, Math.min(partSize, size - (part - 1) * partSize))
  return sum
}

/** Returns the path on the branch; empty for an invalid path, which has no record either. */
function pathOf({ path }: PickedFile, { prefix }: Destination): string {
  try {
    return prefix + landingUnder(prefix, path)
  } catch {
    return ''
  }
}

async function descend(root: FileSystemHandle, inside: readonly string[]): Promise<FileSystemFileHandle> {
  let at = root
  for (const [index, name] of inside.entries()) {
    const folder = at as FileSystemDirectoryHandle
    at = await (index === inside.length - 1 ? folder.getFileHandle(name) : folder.getDirectoryHandle(name))
  }
  return at as FileSystemFileHandle
}
