/** What the tabs of one browser, on one origin, can agree on and tell each other. */
export interface Tabs {
  /**
   * Takes the lock of that name, if no tab has it.
   * @returns the way to let go of it; undefined where another tab has it. Where locks may not be used nobody can tell,
   *   and everybody has it. Never rejects.
   */
  claim(name: string): Promise<(() => void) | undefined>
  /** Resolves once no tab has the lock. Rejects with AbortError at the signal. */
  freed(name: string, signal: AbortSignal): Promise<void>
  /** Tells a name to the other tabs that listen. */
  tell(name: string): void
  /** Calls back with each name that another tab tells; returns the way to stop. */
  onTold(callback: (name: string) => void): () => void
}

const CHANNEL = 'lakefs-uploader'

/** The browser's own; undefined where it has no Web Locks, as on plain http outside localhost. */
export function browserTabs(): Tabs | undefined {
  const locks = webLocks()
  if (!locks) return undefined
  let channel: BroadcastChannel | undefined
  return {
    claim: (name) =>
      new Promise((resolve) => {
        const take = (lock: Lock | null) => {
          if (lock) return new Promise<void>((letGo) => resolve(letGo))
          resolve(undefined)
        }
        // A sandboxed frame has the locks and may not use them.
        locks.request(name, { ifAvailable: true }, take).catch(() => resolve(() => {}))
      }),
    async freed(name, signal) {
      // Shared, so that of many tabs that wait none is in another's way.
      await locks.request(name, { mode: 'shared', signal }, () => {})
    },
    tell: (name) => channel?.postMessage(name),
    onTold(callback) {
      if (typeof BroadcastChannel === 'undefined') return () => {}
      const open = new BroadcastChannel(CHANNEL)
      channel = open
      open.onmessage = ({ data }) => {
        if (typeof data === 'string') callback(data)
      }
      return () => {
        open.close()
        if (channel === open) channel = undefined
      }
    },
  }
}

function webLocks(): LockManager | undefined {
  try {
    return globalThis.navigator?.locks
  } catch {
    // Some browsers refuse even to say, where a page may store nothing.
    return undefined
  }
}
