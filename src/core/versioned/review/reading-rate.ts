import type { Md5 } from '../../checksum/md5.ts'

/** Bytes from which the rate is measured first: reading less takes seconds on any machine. */
const MEASURED_FROM_BYTES = 2 ** 30
/** Bytes that are read to measure it. */
const SAMPLE_BYTES = 2 ** 23

/** Counts the bytes that a comparison has read, and estimates the time for the rest. */
export class ReadingRate {
  readonly #total: number
  readonly #now: () => number
  readonly #begun: number
  /** Bytes read of each file. A file that is read again with another part size counts once. */
  readonly #read = new Map<number, number>()
  #done = 0
  /** Bytes per second of the sample. */
  #sampled: number | undefined

  /** @param total bytes of all files. @param now returns ms since 1970. */
  constructor(total: number, now: () => number) {
    this.#total = total
    this.#now = now
    this.#begun = now()
  }

  /** True when the rate was measured before the comparison. */
  get isMeasured(): boolean {
    return this.#sampled !== undefined
  }

  /** Reads the first bytes of a large file, where reading all of them may take long. */
  async measure(file: Blob | undefined, md5: Md5, signal: AbortSignal): Promise<void> {
    if (!file || this.#total < MEASURED_FROM_BYTES || signal.aborted) return
    const from = this.#now()
    try {
      await md5(file.slice(0, SAMPLE_BYTES), signal)
      this.#sampled = Math.min(SAMPLE_BYTES, file.size) / Math.max(0.001, (this.#now() - from) / 1000)
    } catch {
      // The comparison itself tells of a file that cannot be read, and of the abort.
    }
  }

  /** Adds bytes of a file, up to its size. */
  read(file: number, bytes: number, size: number): void {
    const before = this.#read.get(file) ?? 0
    const after = Math.min(size, before + bytes)
    this.#read.set(file, after)
    this.#done += after - before
  }

  figures(): { bytesDone: number; bytesTotal: number; secondsLeft: number | undefined } {
    const seconds = (this.#now() - this.#begun) / 1000
    // Files that are known without being read would make the first figures too good.
    const rate = this.#done > SAMPLE_BYTES && seconds >= 1 ? this.#done / seconds : this.#sampled
    const left = this.#total - this.#done
    return {
      bytesDone: this.#done,
      bytesTotal: this.#total,
      secondsLeft: rate === undefined ? undefined : Math.ceil(left / rate),
    }
  }
}
