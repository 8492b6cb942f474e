import { createHash } from 'node:crypto'
import { createReadStream, mkdirSync, readdirSync, rmSync } from 'node:fs'
import { type FileHandle, open, rm, writeFile } from 'node:fs/promises'
import type { IncomingMessage } from 'node:http'
import { join } from 'node:path'
import { newId } from '../ids.ts'
import type { Stored } from '../state.ts'
import { pacer } from '../wire.ts'

/** Bytes up to which a body is written at once; larger ones are written chunk by chunk. */
const IN_MEMORY = 256 * 1024

export interface Receive {
  body: AsyncIterable<Uint8Array>
  contentType: string
  /** Value of Content-Length. */
  length?: number | undefined
  /** Called with every chunk as it is stored. */
  onChunk?: (chunk: Uint8Array) => void
  bytesPerSecond?: number | null
  /** Stores other bytes than those received. */
  corrupt?: boolean
}

export class CutOff extends Error {
  override name = 'CutOff'
}

/** True when a request failed because its client closed the connection, so that no answer can be sent. */
export function wentAway(request: IncomingMessage, cause: unknown): boolean {
  return !request.complete && (request.destroyed || (cause as NodeJS.ErrnoException).code === 'ECONNRESET')
}

/** Bytes in files of a folder. A complete file never changes. */
export class Blobs {
  readonly #dir: string

  constructor(dir: string) {
    this.#dir = join(dir, 'objects')
    mkdirSync(this.#dir, { recursive: true })
  }

  /** Stores a body and hashes it meanwhile; an incomplete body leaves no file. */
  async receive(what: Receive): Promise<Stored & { md5: string }> {
    const name = newId(Date.now())
    const path = join(this.#dir, name)
    const hash = createHash('md5')
    const pace = pacer(what.bytesPerSecond ?? null)
    let file: FileHandle | undefined
    let small: Uint8Array[] = []
    let size = 0
    try {
      for await (const incoming of what.body) {
        const chunk = what.corrupt && size === 0 ? flipped(incoming) : incoming
        hash.update(chunk)
        size += chunk.length
        what.onChunk?.(chunk)
        if (file) await writeAll(file, chunk)
        else small.push(chunk)
        if (!file && size > IN_MEMORY) {
          file = await open(path, 'w')
          for (const part of small) await writeAll(file, part)
          small = []
        }
        await pace(chunk.length)
      }
      if (what.length !== undefined && size !== what.length) throw new CutOff(`${size} of ${what.length} bytes came`)
      if (file) await file.close()
      else await writeFile(path, Buffer.concat(small))
    } catch (cause) {
      await file?.close().catch(ignoreClosed)
      if (file) await rm(path, { force: true })
      throw cause
    }
    const md5 = hash.digest('hex')
    return { etag: md5, md5, size, contentType: what.contentType, files: [{ name, size }] }
  }

  /** Returns the bytes from `start` up to `end`, exclusive. */
  async *read(stored: Stored, start = 0, end = stored.size): AsyncGenerator<Uint8Array> {
    let at = 0
    for (const { name, size } of stored.files) {
      const from = Math.max(0, start - at)
      const to = Math.min(size, end - at)
      if (from < to) yield* createReadStream(join(this.#dir, name), { start: from, end: to - 1 })
      at += size
    }
  }

  async md5(stored: Stored): Promise<string> {
    const hash = createHash('md5')
    for await (const chunk of this.read(stored)) hash.update(chunk)
    return hash.digest('hex')
  }

  discard(stored: Stored): void {
    for (const { name } of stored.files) rmSync(join(this.#dir, name), { force: true })
  }

  /** Deletes files without a reference, which a crash may leave. */
  sweep(kept: ReadonlySet<string>): void {
    for (const name of readdirSync(this.#dir)) if (!kept.has(name)) rmSync(join(this.#dir, name), { force: true })
  }
}

async function writeAll(file: FileHandle, chunk: Uint8Array): Promise<void> {
  for (let at = 0; at < chunk.length; ) at += (await file.write(chunk, at)).bytesWritten
}

function flipped(chunk: Uint8Array): Uint8Array {
  const other = Uint8Array.from(chunk)
  other[0] = (other[0] ?? 0) ^ 0xff
  return other
}

/** Ignores errors of closing a file whose write failed; the first error is the one to report. */
function ignoreClosed(): void {}
