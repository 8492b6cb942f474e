import { allowed } from '../../request/allowed.ts'

/** Locks and messages between the tabs of one browser and origin. */
export interface Tabs {
  /**
   * Takes the lock of this name if no tab holds it. Never rejects.
   * @returns a function that releases it; undefined when another tab holds it. Where the browser forbids locks, every
   *   tab gets it.
   */
  claim(name: string): Promise<(() => void) | undefined>
  /** Resolves when no tab holds the lock. Rejects with AbortError when the signal is aborted. */
  freed(name: string, signal: AbortSignal): Promise<void>
  /** Sends a name to the other tabs. */
  send(name: string): void
  /** Calls back with each name that another tab sends. Returns a function that unsubscribes. */
  onMessage(callback: (name: string) => void): () => void
}

const CHANNEL = 'lakefs-uploader'

/** Returns the locks and messages of the browser; undefined without Web Locks, as on plain http outside localhost. */
export function browserTabs(): Tabs | undefined {
  const locks = allowed(() => navigator.locks)
  if (!locks) return undefined
  let channel: BroadcastChannel | undefined
  return {
    claim: (name) =>
      new Promise((resolve) => {
        const take = (lock: Lock | null) => {
          if (lock) return new Promise<void>((release) => resolve(release))
          resolve(undefined)
        }
        // A sandboxed frame has the lock API and may not use it: it refuses, or throws.
        const ask = async () => await locks.request(name, { ifAvailable: true }, take)
        ask().catch(() => resolve(() => {}))
      }),
    async freed(name, signal) {
      // The lock is shared, so that tabs that wait do not block each other.
      await locks.request(name, { mode: 'shared', signal }, () => {})
    },
    send: (name) => void allowed(() => channel?.postMessage(name)),
    onMessage(callback) {
      const open = allowed(() => new BroadcastChannel(CHANNEL))
      if (!open) return () => {}
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
