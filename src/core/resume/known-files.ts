import type { Clock } from '../request/clock.ts'
import type { Log } from '../request/log.ts'
import type { KnownFile, KnownFileKey, Records } from './database.ts'

/** Ms during which files are collected for one write. */
const WRITE_INTERVAL_MS = 1000
/** Maximum number of files per write, so that 20,000 of them do not block the page. */
const MAX_FILES_PER_WRITE = 500
/** Ms after which a file is forgotten: three months, so that a delivery that comes each quarter is still known. */
const KEEP_MS = 90 * 24 * 3_600_000
/** Maximum number of files that are kept, some 60 MB in the database. */
const MAX_KEPT = 200_000

/** Facts of a file by which it is known again. */
export type FileFacts = Pick<KnownFile, 'repository' | 'path' | 'size' | 'lastModified'>

interface KnownFilesPorts {
  clock: Clock
  log: Log
  records: { readonly endpoint: string; open(): Promise<Records> }
}

/**
 * Files that this browser has uploaded or compared, so that they are not read again while they stay as they are. Uploads
 * never wait for a write, and continue without what cannot be read: an error is logged.
 */
export class KnownFiles {
  readonly #ports: KnownFilesPorts
  #broken = false
  #isSwept = false
  /** Files that are not written yet, by path. */
  #fresh = new Map<string, KnownFile>()
  /** Questions that are answered together. */
  #asked: { key: KnownFileKey; answer: (file: KnownFile | undefined) => void }[] = []
  #cancelTimer: (() => void) | undefined
  #writing: Promise<void> = Promise.resolve()

  constructor(ports: KnownFilesPorts) {
    this.#ports = ports
  }

  /** Returns whether the file has the bytes of an object with this checksum, as far as is known without reading it. */
  async has({ repository, path, size, lastModified }: FileFacts, checksum: string): Promise<boolean> {
    if (!tellsChange(lastModified)) return false
    const fresh = this.#fresh.get(`${repository}\n${path}`)
    const known = fresh ?? (await this.#find([this.#ports.records.endpoint, repository, path]))
    return known?.size === size && known.lastModified === lastModified && known.checksum === checksum
  }

  /** Remembers that the file has the bytes of an object with this checksum. */
  add({ repository, path, size, lastModified }: FileFacts, checksum: string): void {
    if (this.#broken || !tellsChange(lastModified)) return
    const { clock, records } = this.#ports
    const { endpoint } = records
    this.#fresh.set(`${repository}\n${path}`, {
      ...{ endpoint, repository, path, size, lastModified, checksum },
      when: clock.now(),
    })
    this.#cancelTimer ??= clock.after(WRITE_INTERVAL_MS, () => void this.flush())
  }

  /** Writes the files that were added since the last write. */
  flush(): Promise<void> {
    this.#cancelTimer?.()
    this.#cancelTimer = undefined
    this.#writing = this.#writing.then(async () => {
      try {
        if (this.#broken || this.#fresh.size === 0) return
        const { clock, records } = this.#ports
        const opened = await records.open()
        while (this.#fresh.size > 0) {
          const batch = [...this.#fresh].slice(0, MAX_FILES_PER_WRITE)
          await opened.putKnownFiles(batch.map(([, file]) => file))
          // A file that was added again meanwhile is written again.
          for (const [key, file] of batch) if (this.#fresh.get(key) === file) this.#fresh.delete(key)
        }
        if (this.#isSwept) return
        this.#isSwept = true
        await opened.sweepKnownFiles(clock.now() - KEEP_MS, MAX_KEPT)
      } catch (thrown) {
        this.#fail(thrown)
      }
    })
    return this.#writing
  }

  /** Asks the database together with the other files of this moment. */
  #find(key: KnownFileKey): Promise<KnownFile | undefined> {
    if (this.#broken) return Promise.resolve(undefined)
    return new Promise((answer) => {
      this.#asked.push({ key, answer })
      if (this.#asked.length === 1) queueMicrotask(() => void this.#answer())
    })
  }

  async #answer(): Promise<void> {
    const asked = this.#asked
    this.#asked = []
    let found: readonly (KnownFile | undefined)[] = []
    try {
      found = await (await this.#ports.records.open()).knownFiles(asked.map(({ key }) => key))
    } catch (thrown) {
      this.#fail(thrown)
    }
    for (const [index, { answer }] of asked.entries()) answer(found[index])
  }

  #fail(thrown: unknown): void {
    this.#broken = true
    this.#fresh.clear()
    const detail = thrown instanceof Error ? `${thrown.name}: ${thrown.message}` : String(thrown)
    this.#ports.log.add({ what: 'uploaded files are not remembered', detail })
  }
}

/**
 * Returns whether a time of change says something about the file. Programs that make a file without one, and archives
 * that were packed without times, give all of them the same: the beginning of 1970.
 */
const tellsChange = (lastModified: number): boolean => lastModified > 0
