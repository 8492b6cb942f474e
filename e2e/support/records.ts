import type { Page } from '@playwright/test'

/** Returns the records of one object store of the browser's database. */
export function records(page: Page, store: string): Promise<Record<string, unknown>[]> {
  return page.evaluate(async (name) => {
    const known = await indexedDB.databases()
    if (!known.some((one) => one.name === 'lakefs-uploader')) return []
    const db = await new Promise<IDBDatabase>((resolve, reject) => {
      const opening = indexedDB.open('lakefs-uploader')
      opening.onsuccess = () => resolve(opening.result)
      opening.onerror = () => reject(opening.error)
    })
    const all = await new Promise<Record<string, unknown>[]>((resolve, reject) => {
      const asking = db.transaction(name).objectStore(name).getAll()
      asking.onsuccess = () => resolve(asking.result)
      asking.onerror = () => reject(asking.error)
    })
    db.close()
    return all
  }, store)
}
