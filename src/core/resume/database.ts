import { type DBSchema, type IDBPDatabase, type IDBPTransaction, openDB, type StoreNames, unwrap } from 'idb'

/**
 * What is remembered of one file of a visit: enough to go on, nothing that gives access. Never a token, a presigned URL
 * or bytes of the file.
 */
export interface FileRecord {
  id: string
  /** The uploader that works on it; its Web Lock tells whether it still does. */
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
  /** `sending`: bytes are missing. `stored`: only the link is missing. `linked`: on the branch. */
  phase: 'sending' | 'stored' | 'linked'
  physicalAddress?: string
  uploadId?: string
  partSize?: number
  checksum?: string
  verified?: boolean
  /** Complete has been asked for. */
  completing?: boolean
  /** Ms since 1970 when lakeFS gave the address. */
  since?: number
  /** Nobody goes on with it: its upload is only there to be given up at the store. */
  abandoned?: boolean
  /**
   * Why it stopped, should nothing be written after this. Read it with `readStopped`: records of earlier versions have none,
   * and what stands there need not be of this version.
   */
  stopped?: { type: string; reason?: string; code?: string }
  /** Ms since 1970 of the last write. */
  touched: number
  /** The upload that it was given with. Absent in records of earlier versions, and where there was none. */
  upload?: string
  /** The handle it was read from, and where under it. */
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

/** A drop that lands as one: its branch, where it is going to be merged, and how far that has come. */
export interface DropRecord {
  id: string
  endpoint: string
  repository: string
  /** The branch made for the drop. */
  branch: string
  /** Where it goes. */
  target: string
  /** The commit that its branch was made from. */
  base?: string
  /** The upload that it was made for: its id, ms since 1970 and the folder. Absent in records of earlier versions. */
  given?: { id: string; since: number; prefix: string }
  state: string
  touched: number
}

/** The last commit, or merge, that a drop of this browser came to a branch with. */
export interface LandingRecord {
  endpoint: string
  repository: string
  branch: string
  commit: string
  merge: boolean
  /** Ms since 1970. */
  when: number
}

/** Changes that are written together or not at all. */
export interface Batch {
  files: readonly FileRecord[]
  parts: readonly PartRecord[]
  handles: readonly HandleRecord[]
  /** Ids of files to forget, parts included. */
  gone: readonly string[]
}

/** The door to IndexedDB. Everything may reject; whoever calls goes on without. */
export interface Records {
  write(batch: Batch): Promise<void>
  files(): Promise<FileRecord[]>
  parts(file: string): Promise<PartRecord[]>
  handle(id: string): Promise<FileSystemHandle | undefined>
  /** Puts files under another session, those that are still under the one they were read with; answers these. */
  take(files: readonly FileRecord[], session: string): Promise<FileRecord[]>
  /** Forgets files that nobody has touched since then, and handles that no file needs. */
  sweep(before: number): Promise<void>
  drops(): Promise<DropRecord[]>
  putDrop(drop: DropRecord): Promise<void>
  deleteDrop(id: string): Promise<void>
  landing(at: Pick<LandingRecord, 'endpoint' | 'repository' | 'branch'>): Promise<LandingRecord | undefined>
  /** In place of the one before it on its branch. */
  putLanding(landing: LandingRecord): Promise<void>
  /** Only if it still is the last one there: another tab may have put a newer one. */
  deleteLanding(landing: Omit<LandingRecord, 'when' | 'merge'>): Promise<void>
  close(): void
}

interface Schema extends DBSchema {
  files: { key: string; value: FileRecord }
  parts: { key: [string, number]; value: PartRecord }
  handles: { key: string; value: HandleRecord }
  drops: { key: string; value: DropRecord }
  landings: { key: [endpoint: string, repository: string, branch: string]; value: LandingRecord }
}

/** One step a version, never changed once released; a new version adds a step. */
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
]

/** The only user of IndexedDB. */
export async function openRecords(name = 'lakefs-uploader', version = STEPS.length): Promise<Records> {
  const db = await openDB<Schema>(name, version, {
    upgrade(opened, from) {
      for (const step of STEPS.slice(from, version)) step(opened)
    },
    // Another tab has a newer version of the page: make way, this one goes on without.
    blocking: () => db.close(),
  })
  return {
    async write({ files, parts, handles, gone }) {
      const tx = db.transaction(['files', 'parts', 'handles'], 'readwrite', { durability: 'relaxed' })
      // Bare requests: a promise for each would cost more than the writing, and the end of the transaction tells all.
      const [fileStore, partStore] = [unwrap(tx.objectStore('files')), unwrap(tx.objectStore('parts'))]
      try {
        for (const id of gone) {
          fileStore.delete(id)
          partStore.delete(partsOf(id))
        }
        for (const file of files) fileStore.put(file)
        for (const part of parts) partStore.put(part)
        for (const handle of handles) unwrap(tx.objectStore('handles')).put(handle)
      } catch (thrown) {
        // What cannot be kept as it is (a value that is no data): nothing of the batch stays.
        tx.done.catch(() => {})
        tx.abort()
        throw thrown
      }
      await tx.done
    },
    files: () => db.getAll('files'),
    parts: (file) => db.getAll('parts', partsOf(file)),
    handle: async (id) => (await db.get('handles', id))?.handle,
    async take(files, session) {
      // A transaction for writing runs alone, over all tabs: who comes second finds another session in the record.
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
    async sweep(before) {
      const tx = db.transaction(['files', 'parts', 'handles'], 'readwrite')
      const needed = new Set<string>()
      for (const file of await tx.objectStore('files').getAll()) {
        if (file.touched >= before) needed.add(file.source?.handle ?? '')
        else await forget(tx, file.id)
      }
      for (const id of await tx.objectStore('handles').getAllKeys()) {
        if (!needed.has(id)) await tx.objectStore('handles').delete(id)
      }
      await tx.done
    },
    drops: () => db.getAll('drops'),
    putDrop: async (drop) => void (await db.put('drops', drop)),
    deleteDrop: (id) => db.delete('drops', id),
    landing: ({ endpoint, repository, branch }) => db.get('landings', [endpoint, repository, branch]),
    putLanding: async (landing) => void (await db.put('landings', landing)),
    async deleteLanding({ endpoint, repository, branch, commit }) {
      const tx = db.transaction('landings', 'readwrite')
      const key: Schema['landings']['key'] = [endpoint, repository, branch]
      if ((await tx.store.get(key))?.commit === commit) await tx.store.delete(key)
      await tx.done
    },
    close: () => db.close(),
  }
}

const partsOf = (file: string) => IDBKeyRange.bound([file, 0], [file, Number.MAX_SAFE_INTEGER])

async function forget(tx: IDBPTransaction<Schema, StoreNames<Schema>[], 'readwrite'>, id: string): Promise<void> {
  await Promise.all([tx.objectStore('files').delete(id), tx.objectStore('parts').delete(partsOf(id))])
}
