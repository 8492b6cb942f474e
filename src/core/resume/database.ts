import { type DBSchema, type IDBPDatabase, type IDBPTransaction, openDB, type StoreNames, unwrap } from 'idb'
import type { ObjectStats } from '../lakefs/wire.ts'

/**
 * Record of one file of a visit, by which a later visit resumes it. It has no credentials: no token, no presigned URL,
 * and no bytes of the file.
 */
export interface FileRecord {
  id: string
  /** Uploader that works on the file. It holds a Web Lock of this name as long as it does. */
  session: string
  endpoint: string
  repository: string
  branch: string
  prefix: string
  path: string
  size: number
  lastModified: number
  contentType: string
  metadata: Readonly<Record<string, string>>
  /** `sending`: bytes are missing. `stored`: only the link is missing. `linked`: the object is on the branch. */
  phase: 'sending' | 'stored' | 'linked'
  physicalAddress?: string
  uploadId?: string
  partSize?: number
  checksum?: string
  verified?: boolean
  /** True once complete was requested. */
  completing?: boolean
  /** Ms since 1970 when lakeFS returned the address. */
  since?: number
  /** The file is not resumed; the record is only kept until its multipart upload is aborted at the store. */
  abandoned?: boolean
  /**
   * Reason why the file stopped if this is its last record. Read it with `readStopped`: older records have none, and
   * other versions may have written other values.
   */
  stopped?: { type: string; reason?: string; code?: string }
  /** Ms since 1970 of the last write. */
  touched: number
  /** Id of the upload that the file was added with. Absent in older records and for files without one. */
  upload?: string
  /** Handle that the file was read from, and its path below it. */
  source?: { handle: string; inside: readonly string[] }
}

export interface PartRecord {
  file: string
  part: number
  etag: string
}

export interface HandleRecord {
  id: string
  session: string
  handle: FileSystemHandle
}

/** Atomic upload: its branch, the target of its merge, and its state. */
export interface AtomicUploadRecord {
  id: string
  endpoint: string
  repository: string
  /** Branch that was created for the upload. */
  branch: string
  /** Branch that it is merged into. */
  target: string
  /** Commit from which the branch was created. */
  base?: string
  /**
   * Upload that the branch was created for: its id, its time in ms since 1970, and its prefix. Absent in older records.
   */
  given?: { id: string; since: number; prefix: string }
  state: string
  touched: number
}

/** Upload with uncommitted objects on the branch that its user chose. One with its own branch is an AtomicUploadRecord. */
export interface UploadRecord {
  id: string
  endpoint: string
  repository: string
  branch: string
  prefix: string
  /** Ms since 1970 when it was added. */
  since: number
  /** Number of its files, and their bytes. */
  files: number
  bytes: number
  touched: number
}

/** Uploaded object of an {@link UploadRecord}; `index` is its place in the order of arrival. */
export interface ArrivalRecord {
  upload: string
  index: number
  object: ObjectStats
}

/** Last commit or merge on a branch by an upload of this browser. */
export interface CommitRecord {
  endpoint: string
  repository: string
  branch: string
  commit: string
  merge: boolean
  /** Ms since 1970. */
  when: number
}

/**
 * File that this browser has uploaded or found unchanged: while its size and time of change stay the same, it has the
 * bytes of an object with this checksum. It does not depend on the branch.
 */
export interface KnownFile {
  endpoint: string
  repository: string
  /** Full path on the branch. */
  path: string
  size: number
  lastModified: number
  /** Checksum of its object. */
  checksum: string
  /** Ms since 1970. */
  when: number
}

export type KnownFileKey = [endpoint: string, repository: string, path: string]

/** Changes that are written in one transaction. */
export interface Batch {
  files: readonly FileRecord[]
  parts: readonly PartRecord[]
  handles: readonly HandleRecord[]
  /** Ids of files whose records are deleted, with their parts. */
  gone: readonly string[]
}

/** Access to IndexedDB. Every method may reject; callers continue without records. */
export interface Records {
  write(batch: Batch): Promise<void>
  files(): Promise<FileRecord[]>
  parts(file: string): Promise<PartRecord[]>
  handle(id: string): Promise<FileSystemHandle | undefined>
  /**
   * Assigns files to another session, unless their session has changed since they were read. Returns the assigned ones.
   */
  take(files: readonly FileRecord[], session: string): Promise<FileRecord[]>
  /** Deletes files and uploads that were not written since these times, and handles without a file. */
  sweep(filesBefore: number, uploadsBefore: number): Promise<void>
  atomicUploads(): Promise<AtomicUploadRecord[]>
  putAtomicUpload(upload: AtomicUploadRecord): Promise<void>
  deleteAtomicUpload(id: string): Promise<void>
  uploads(): Promise<UploadRecord[]>
  /** Returns the uploaded objects of an upload in order of arrival. */
  arrivals(upload: string): Promise<ArrivalRecord[]>
  /** Writes an upload, and adds the given objects to those that it has, or with `replaces` puts them in their place. */
  putUpload(upload: UploadRecord, arrivals: readonly ArrivalRecord[], replaces: boolean): Promise<void>
  /** Deletes an upload with its objects. */
  deleteUpload(id: string): Promise<void>
  lastCommit(at: Pick<CommitRecord, 'endpoint' | 'repository' | 'branch'>): Promise<CommitRecord | undefined>
  /** Replaces the record of its branch. */
  putLastCommit(commit: CommitRecord): Promise<void>
  /** Deletes the record if it still has this commit, because another tab may have written a newer one. */
  deleteLastCommit(commit: Omit<CommitRecord, 'when' | 'merge'>): Promise<void>
  /** Returns what is known of the files with these keys, in their order. */
  knownFiles(keys: readonly KnownFileKey[]): Promise<(KnownFile | undefined)[]>
  /** Replaces the records of the same paths. */
  putKnownFiles(files: readonly KnownFile[]): Promise<void>
  /** Deletes the known files that were written before this time, and the oldest of those beyond this number. */
  sweepKnownFiles(before: number, most: number): Promise<void>
  close(): void
}

interface Schema extends DBSchema {
  files: { key: string; value: FileRecord }
  parts: { key: [string, number]; value: PartRecord }
  handles: { key: string; value: HandleRecord }
  drops: { key: string; value: AtomicUploadRecord }
  uploads: { key: string; value: UploadRecord }
  arrivals: { key: [string, number]; value: ArrivalRecord }
  landings: { key: [endpoint: string, repository: string, branch: string]; value: CommitRecord }
  known: { key: KnownFileKey; value: KnownFile; indexes: { when: number } }
}

/** One step per version. A released step never changes; a new version adds one. */
const STEPS: readonly ((db: IDBPDatabase<Schema>) => void)[] = [
  (db) => {
    db.createObjectStore('files', { keyPath: 'id' })
    db.createObjectStore('parts', { keyPath: ['file', 'part'] })
  },
  (db) => {
    db.createObjectStore('handles', { keyPath: 'id' })
    db.createObjectStore('drops', { keyPath: 'id' })
  },
  (db) => void db.createObjectStore('landings', { keyPath: ['endpoint', 'repository', 'branch'] }),
  (db) => {
    db.createObjectStore('uploads', { keyPath: 'id' })
    db.createObjectStore('arrivals', { keyPath: ['upload', 'index'] })
  },
  (db) =>
    void db.createObjectStore('known', { keyPath: ['endpoint', 'repository', 'path'] }).createIndex('when', 'when'),
]

/** Opens the database. Only this module uses IndexedDB. */
export async function openRecords(name = 'lakefs-uploader', version = STEPS.length): Promise<Records> {
  const db = await openDB<Schema>(name, version, {
    upgrade(opened, from) {
      for (const step of STEPS.slice(from, version)) step(opened)
    },
    // Another tab has a newer version of the page: closing lets it upgrade, and this page continues without records.
    blocking: () => db.close(),
  })
  return {
    async write({ files, parts, handles, gone }) {
      const tx = db.transaction(['files', 'parts', 'handles'], 'readwrite', { durability: 'relaxed' })
      // Plain requests without a promise each, which would cost more than writing; the end of the transaction reports
      // errors.
      const [fileStore, partStore] = [unwrap(tx.objectStore('files')), unwrap(tx.objectStore('parts'))]
      try {
        for (const id of gone) {
          fileStore.delete(id)
          partStore.delete(allOf(id))
        }
        for (const file of files) fileStore.put(file)
        for (const part of parts) partStore.put(part)
        for (const handle of handles) unwrap(tx.objectStore('handles')).put(handle)
      } catch (thrown) {
        // A value cannot be stored: the whole batch is undone.
        tx.done.catch(() => {})
        tx.abort()
        throw thrown
      }
      await tx.done
    },
    files: () => db.getAll('files'),
    parts: (file) => db.getAll('parts', allOf(file)),
    handle: async (id) => (await db.get('handles', id))?.handle,
    async take(files, session) {
      // Writing transactions run one at a time over all tabs, so only the first tab finds the old session in the
      // record.
      const tx = db.transaction('files', 'readwrite')
      const taken = await Promise.all(
        files.map(async (file) => {
          const now = await tx.store.get(file.id)
          if (now?.session !== file.session) return []
          const mine = { ...now, session }
          await tx.store.put(mine)
          return [mine]
        }),
      )
      await tx.done
      return taken.flat()
    },
    async sweep(filesBefore, uploadsBefore) {
      const tx = db.transaction(['files', 'parts', 'handles', 'uploads', 'arrivals'], 'readwrite')
      const needed = new Set<string>()
      for (const file of await tx.objectStore('files').getAll()) {
        if (file.touched >= filesBefore) needed.add(file.source?.handle ?? '')
        else await forget(tx, file.id)
      }
      for (const id of await tx.objectStore('handles').getAllKeys()) {
        if (!needed.has(id)) await tx.objectStore('handles').delete(id)
      }
      for (const { id, touched } of await tx.objectStore('uploads').getAll()) {
        if (touched >= uploadsBefore) continue
        await tx.objectStore('uploads').delete(id)
        await tx.objectStore('arrivals').delete(allOf(id))
      }
      await tx.done
    },
    atomicUploads: () => db.getAll('drops'),
    putAtomicUpload: async (upload) => void (await db.put('drops', upload)),
    deleteAtomicUpload: (id) => db.delete('drops', id),
    uploads: () => db.getAll('uploads'),
    arrivals: (upload) => db.getAll('arrivals', allOf(upload)),
    async putUpload(upload, arrivals, replaces) {
      const tx = db.transaction(['uploads', 'arrivals'], 'readwrite', { durability: 'relaxed' })
      // Plain requests, as for files.
      const store = unwrap(tx.objectStore('arrivals'))
      unwrap(tx.objectStore('uploads')).put(upload)
      if (replaces) store.delete(allOf(upload.id))
      for (const arrival of arrivals) store.put(arrival)
      await tx.done
    },
    async deleteUpload(id) {
      const tx = db.transaction(['uploads', 'arrivals'], 'readwrite')
      await Promise.all([tx.objectStore('uploads').delete(id), tx.objectStore('arrivals').delete(allOf(id)), tx.done])
    },
    lastCommit: ({ endpoint, repository, branch }) => db.get('landings', [endpoint, repository, branch]),
    putLastCommit: async (commit) => void (await db.put('landings', commit)),
    async deleteLastCommit({ endpoint, repository, branch, commit }) {
      const tx = db.transaction('landings', 'readwrite')
      const key: Schema['landings']['key'] = [endpoint, repository, branch]
      if ((await tx.store.get(key))?.commit === commit) await tx.store.delete(key)
      await tx.done
    },
    async knownFiles(keys) {
      const { store } = db.transaction('known')
      return await Promise.all(keys.map((key) => store.get(key)))
    },
    async putKnownFiles(files) {
      const tx = db.transaction('known', 'readwrite', { durability: 'relaxed' })
      // Plain requests, as for files.
      const store = unwrap(tx.store)
      for (const file of files) store.put(file)
      await tx.done
    },
    async sweepKnownFiles(before, most) {
      const tx = db.transaction('known', 'readwrite', { durability: 'relaxed' })
      let beyond = (await tx.store.count()) - most
      for (let oldest = await tx.store.index('when').openCursor(); oldest; oldest = await oldest.continue()) {
        if (oldest.value.when >= before && beyond <= 0) break
        beyond -= 1
        await oldest.delete()
      }
      await tx.done
    },
    close: () => db.close(),
  }
}

/** Returns the range of keys of the parts of a file, or of the objects of an upload. */
const allOf = (id: string) => IDBKeyRange.bound([id, 0], [id, Number.MAX_SAFE_INTEGER])

async function forget(tx: IDBPTransaction<Schema, StoreNames<Schema>[], 'readwrite'>, id: string): Promise<void> {
  await Promise.all([tx.objectStore('files').delete(id), tx.objectStore('parts').delete(allOf(id))])
}
