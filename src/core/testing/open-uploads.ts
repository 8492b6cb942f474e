import type { ArrivalRecord, AtomicUploadRecord, CommitRecord, Records, UploadRecord } from '../resume/database.ts'
import type { UploadLocks } from '../versioned/open-uploads.ts'

/** Creates the database of open uploads of a browser. */
export function rememberedUploads() {
  const kept = new Map<string, AtomicUploadRecord>()
  return {
    kept,
    atomicUploads: async () => [...kept.values()],
    putAtomicUpload: async (upload: AtomicUploadRecord) => void kept.set(upload.id, upload),
    deleteAtomicUpload: async (id: string) => void kept.delete(id),
  }
}

/** Creates the part of {@link Records} that a session uses, shared by the visits of one browser. */
export function rememberedSessions() {
  const uploads = rememberedUploads()
  const commits = new Map<string, CommitRecord>()
  const plain = new Map<string, UploadRecord>()
  const arrivals = new Map<string, ArrivalRecord>()
  /** One entry for each write of an upload that is to fail. */
  const faults: true[] = []
  /** What fails until it is mended. */
  const broken = { delete: false }
  const keyOf = ({ repository, branch }: Pick<CommitRecord, 'repository' | 'branch'>) => `${repository}/${branch}`
  const records = {
    ...uploads,
    // By id, as a database has them.
    uploads: async () => [...plain.values()].sort((a, b) => (a.id < b.id ? -1 : 1)),
    arrivals: async (id: string) =>
      [...arrivals.values()].filter(({ upload }) => upload === id).sort((a, b) => a.index - b.index),
    putUpload: async (upload: UploadRecord, added: readonly ArrivalRecord[], replaces: boolean) => {
      if (faults.pop()) throw new DOMException('no space', 'QuotaExceededError')
      plain.set(upload.id, upload)
      if (replaces) for (const [key, { upload: owner }] of [...arrivals]) if (owner === upload.id) arrivals.delete(key)
      for (const arrival of added) arrivals.set(`${arrival.upload} ${arrival.index}`, arrival)
    },
    deleteUpload: async (id: string) => {
      if (broken.delete) throw new DOMException('closed', 'InvalidStateError')
      plain.delete(id)
      for (const [key, { upload }] of [...arrivals]) if (upload === id) arrivals.delete(key)
    },
    lastCommit: async (at: CommitRecord) => commits.get(keyOf(at)),
    putLastCommit: async (landing: CommitRecord) => void commits.set(keyOf(landing), landing),
    deleteLastCommit: async (landing: CommitRecord) => void commits.delete(keyOf(landing)),
    close: () => {},
  }
  return { ...uploads, commits, plain, arrivals, faults, broken, open: async () => records as unknown as Records }
}

/** Creates the Web Locks of a browser with another tab. */
export function otherTab() {
  const held = new Set<string>()
  const waiting: (() => void)[] = []
  const take: UploadLocks['take'] = async (name, wait) => {
    while (held.has(name)) {
      if (!wait) return undefined
      await new Promise<void>((resolve, reject) => {
        waiting.push(resolve)
        wait.addEventListener('abort', () => reject(new DOMException('aborted', 'AbortError')))
      })
    }
    held.add(name)
    return () => leave(name)
  }
  /** The other tab releases the lock, or is closed. */
  function leave(name: string) {
    held.delete(name)
    for (const go of waiting.splice(0)) go()
  }
  return { held, leave, locks: { take } satisfies UploadLocks }
}
