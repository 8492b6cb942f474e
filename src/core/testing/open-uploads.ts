import type { DropRecord } from '../resume/database.ts'
import type { UploadLocks } from '../versioned/open-uploads.ts'

/** Where a browser remembers open uploads. */
export function rememberedUploads() {
  const kept = new Map<string, DropRecord>()
  return {
    kept,
    drops: async () => [...kept.values()],
    putDrop: async (upload: DropRecord) => void kept.set(upload.id, upload),
    deleteDrop: async (id: string) => void kept.delete(id),
  }
}

/** Web Locks of a browser, and what another tab does with them. */
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
  /** The other tab lets go of it, or is closed. */
  function leave(name: string) {
    held.delete(name)
    for (const go of waiting.splice(0)) go()
  }
  return { held, leave, locks: { take } satisfies UploadLocks }
}
