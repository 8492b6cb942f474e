import type { LakeFSClient } from '../../lakefs/retrying-client.ts'
import { Log } from '../../request/log.ts'
import { KnownFiles } from '../../resume/known-files.ts'
import { absolute } from '../../store/storage.ts'
import type { Remembered } from '../compare.ts'
import type { SessionContext } from './session-context.ts'

/** Runs work with the files that this browser has uploaded, and writes what it adds; undefined where none are kept. */
export function withRemembered<T>(
  context: SessionContext,
  { clock, endpoint }: LakeFSClient,
  work: (remembered: Remembered | undefined) => Promise<T>,
): Promise<T> {
  if (context.uploader?.persists === false) return work(undefined)
  return context.withRecords(async (records) => {
    if (!records) return await work(undefined)
    const opened = { endpoint: absolute(endpoint), open: async () => records }
    const known = new KnownFiles({ clock, log: new Log(clock), records: opened })
    const result = await work(known)
    await known.flush()
    return result
  })
}
