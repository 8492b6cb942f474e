import { isAbort } from '../request/response-error.ts'

/** Web Locks as far as open drops need them. */
export interface DropLocks {
  /**
   * The lock of that name, if it is free now; with `wait` once it is free.
   * @returns the way to let go; undefined where another tab has it.
   * @throws AbortError once `wait` is aborted.
   */
  take(name: string, wait?: AbortSignal): Promise<(() => void) | undefined>
}

/** The browser's own; undefined where it has none, which is plain http outside localhost. */
function tabLocks(): DropLocks | undefined {
  const locks = globalThis.navigator?.locks
  if (!locks) return undefined
  return {
    take: (name, wait) =>
      new Promise((resolve, reject) => {
        const hold = (lock: Lock | null) => {
          if (lock) return new Promise<void>((letGo) => resolve(letGo))
          resolve(undefined)
        }
        locks.request(name, wait ? { signal: wait } : { ifAvailable: true }, hold).catch((thrown: unknown) => {
          // A sandboxed frame has the locks and may not use them: there nobody can tell either.
          if (isAbort(thrown)) reject(thrown)
          else resolve(() => {})
        })
      }),
  }
}

interface Claimed {
  id: string
}

/** Drops that this page works on, by id: however many widgets it has, it is one tab. */
const claimed = new Map<string, Promise<(() => void) | undefined>>()

/**
 * Makes an open drop this tab's own, by a Web Lock that falls with the tab. Without Web Locks nobody can tell, and every
 * tab may have it.
 * @param options.wait waits until the other tab lets go of it.
 * @returns whether this tab has it; false: another one has.
 * @throws AbortError once `wait` is aborted.
 */
export async function lockDrop(
  { id }: Claimed,
  { locks = tabLocks(), wait }: { locks?: DropLocks | undefined; wait?: AbortSignal | undefined } = {},
): Promise<boolean> {
  if (!locks) return true
  const name = `lakefs-uploader drop ${id}`
  if (wait && !(await claimed.get(id))) {
    const letGo = await locks.take(name, wait)
    claimed.set(id, Promise.resolve(letGo))
    return true
  }
  const taking = claimed.get(id) ?? locks.take(name)
  claimed.set(id, taking)
  const has = (await taking) !== undefined
  if (!has) claimed.delete(id)
  return has
}

/** Lets other tabs have it: it has ended, or this tab leaves it. */
export async function unlockDrop({ id }: Claimed): Promise<void> {
  const letGo = await claimed.get(id)
  claimed.delete(id)
  letGo?.()
}
