import type { Clock } from '../../request/clock.ts'
import type { Records } from '../../resume/database.ts'

/** A database that opens later than this is not waited for: another tab may hold an older version of it. */
const MAX_OPEN_MS = 3000

/**
 * Runs work with the database, and closes it. Without a database, as in some private windows, it runs with undefined:
 * the upload continues, and only a reload loses it.
 */
export async function withRecords<T>(
  open: () => Promise<Records>,
  clock: Clock,
  work: (records: Records | undefined) => Promise<T>,
): Promise<T> {
  const records = await openInTime(open, clock)
  try {
    return await work(records)
  } finally {
    records?.close()
  }
}

function openInTime(open: () => Promise<Records>, clock: Clock): Promise<Records | undefined> {
  return new Promise((resolve) => {
    let isLate = false
    const cancel = clock.after(MAX_OPEN_MS, () => {
      isLate = true
      resolve(undefined)
    })
    open().then(
      (records) => {
        cancel()
        if (isLate) records.close()
        else resolve(records)
      },
      () => {
        cancel()
        resolve(undefined)
      },
    )
  })
}
