import type { FileRecord, HandleRecord, KnownFile, PartRecord, Records } from '../resume/database.ts'
import type { Locks } from '../resume/resume-store.ts'

/** Database of one browser, shared by its tabs, and the tabs that are open. */
export class TestBrowser {
  readonly files = new Map<string, FileRecord>()
  readonly parts = new Map<string, PartRecord>()
  readonly handles = new Map<string, HandleRecord>()
  readonly known = new Map<string, KnownFile>()
  readonly held = new Set<string>()
  /** Text of everything that was ever written. */
  written = ''
  writes = 0
  /** Maximum number of files that were written or deleted in one write. */
  largest = 0
  /** Rejects every write, as on a full disk. */
  full = false

  #waiting: { name: string; resolve: () => void }[] = []

  readonly locks: Locks = {
    hold: async (name) => {
      this.held.add(name)
      return () => this.#fall(name)
    },
    held: async () => new Set(this.held),
    freed: async (name) => {
      if (this.held.has(name)) await new Promise<void>((resolve) => this.#waiting.push({ name, resolve }))
    },
  }

  /** Closes the tab without a cleanup, so that its locks are released. */
  crash(): void {
    for (const name of [...this.held]) this.#fall(name)
  }

  #fall(name: string): void {
    this.held.delete(name)
    const waiting = this.#waiting
    this.#waiting = waiting.filter((one) => one.name !== name)
    for (const one of waiting) if (one.name === name) one.resolve()
  }

  readonly open = async (): Promise<Records> => ({
    write: async ({ files, parts, handles, gone }) => {
      if (this.full) throw new DOMException('no space', 'QuotaExceededError')
      this.writes += 1
      this.largest = Math.max(this.largest, files.length, gone.length)
      this.written += JSON.stringify({ files, parts, gone })
      for (const id of gone) this.#forget(id)
      for (const file of files) this.files.set(file.id, structuredClone(file))
      for (const part of parts) this.parts.set(`${part.file} ${part.part}`, part)
      for (const handle of handles) this.handles.set(handle.id, handle)
    },
    files: async () => [...this.files.values()],
    parts: async (file) => [...this.parts.values()].filter((part) => part.file === file),
    handle: async (id) => this.handles.get(id)?.handle,
    take: async (files, session) =>
      files.flatMap(({ id, session: before }) => {
        const file = this.files.get(id)
        if (file?.session !== before) return []
        const mine = { ...file, session }
        this.files.set(id, mine)
        return [mine]
      }),
    sweep: async (before) => {
      for (const file of [...this.files.values()]) if (file.touched < before) this.#forget(file.id)
    },
    atomicUploads: async () => [],
    putAtomicUpload: async () => {},
    deleteAtomicUpload: async () => {},
    uploads: async () => [],
    arrivals: async () => [],
    putUpload: async () => {},
    deleteUpload: async () => {},
    lastCommit: async () => undefined,
    putLastCommit: async () => {},
    deleteLastCommit: async () => {},
    knownFiles: async (keys) => keys.map((key) => this.known.get(key.join('\n'))),
    putKnownFiles: async (files) => {
      if (this.full) throw new DOMException('no space', 'QuotaExceededError')
      this.written += JSON.stringify(files)
      for (const one of files) this.known.set([one.endpoint, one.repository, one.path].join('\n'), one)
    },
    sweepKnownFiles: async () => {},
    close: () => {},
  })

  #forget(id: string): void {
    this.files.delete(id)
    for (const [key, part] of [...this.parts]) if (part.file === id) this.parts.delete(key)
  }
}
