import { UploadError } from '../errors.ts'
import type { LakeFS } from '../lakefs/client.ts'
import { isSameAddress, type ObjectStats } from '../lakefs/wire.ts'
import { isForbidden } from '../request/refusal-rules.ts'
import { isAbort, ResponseError } from '../request/response-error.ts'
import type { FileToSend } from './file-to-send.ts'
import { takeBack } from './take-back.ts'

/** Ms that a file waits at most for its object to be read back. */
const READ_BACK_MS = 5000
/** Number of reads without a result after which a repository is not asked again. */
const MAX_UNANSWERED = 3

/** What reading back needs of the transfer of a file. */
interface ReadBackContext {
  readonly lakefs: Pick<LakeFS, 'hasEnd' | 'stat' | 'resetObject'>
  api<T>(call: () => Promise<T>): Promise<T>
  /** Aborts work after that many ms, and returns undefined then. */
  within<T>(ms: number, work: (signal: AbortSignal) => Promise<T>): Promise<T | undefined>
}

/**
 * Reads one object of each repository back, once in a visit: the first that lands. Only that shows that the store has
 * kept all of it where lakeFS looks for it. lakeFS takes every address and size on trust, so that a store which keeps
 * half, or a namespace that a server in between decodes, shows at the first reader otherwise.
 */
export class ReadBack {
  readonly #settled = new Set<string>()
  readonly #unanswered = new Map<string, number>()

  /**
   * Reads the last byte of an object if it is the first of its repository. An object that cannot be read back is taken
   * off the branch again, and the next one is read, too.
   * @throws UploadError `object-unreadable`
   */
  async check(object: ObjectStats, toSend: FileToSend, context: ReadBackContext): Promise<void> {
    const { repository } = toSend.at
    // An empty object has no byte to lose.
    if (this.#settled.has(repository) || toSend.size === 0) return
    // Other files that land meanwhile do not wait.
    this.#settled.add(repository)
    const verdict = await read(object, toSend, context)
    if (verdict === 'whole') return
    if (verdict === 'unknown') {
      const unanswered = (this.#unanswered.get(repository) ?? 0) + 1
      this.#unanswered.set(repository, unanswered)
      if (unanswered < MAX_UNANSWERED) this.#settled.delete(repository)
      return
    }
    this.#settled.delete(repository)
    const left = await takeBack(context, toSend.at, toSend.path)
    throw new UploadError('object-unreadable', { facts: { path: toSend.path, ...left } })
  }
}

/** Reads twice before it says `broken`, and only of an object that is still the file's own. */
async function read(
  { physical_address }: ObjectStats,
  { at, path, size }: FileToSend,
  context: ReadBackContext,
): Promise<'whole' | 'broken' | 'unknown'> {
  const { lakefs } = context
  try {
    const verdict = await context.within(READ_BACK_MS, async (signal) => {
      if (await lakefs.hasEnd(at, path, size, signal)) return 'whole'
      const there = await lakefs.stat(at, path, signal)
      // A commit beside it may have dropped the entry, and others may have replaced it: the end of the run looks at that.
      if (!there || !isSameAddress(there.physical_address, physical_address)) return 'unknown'
      return (await lakefs.hasEnd(at, path, size, signal)) ? 'whole' : 'broken'
    })
    return verdict ?? 'unknown'
  } catch (thrown) {
    // A person who may write need not be allowed to read. The file is on the branch whatever this look has found.
    if (isForbidden(thrown)) return 'whole'
    if (thrown instanceof ResponseError || isAbort(thrown)) return 'unknown'
    throw thrown
  }
}
