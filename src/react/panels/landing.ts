import { useEffect, useState } from 'react'
import { openRecords, type Records } from '../../core/versioned/index.ts'
import type { AfterDropProps } from './versioned-props.ts'

/** Whether it is known what earlier visits have left: a reload in mid-drop leaves files that are not on the branch. */
export function useLooked(uploader: AfterDropProps['uploader']): boolean {
  const [looked, setLooked] = useState(false)
  useEffect(() => {
    let wanted = true
    const done = () => wanted && setLooked(true)
    // Where nothing is remembered, nothing of an earlier visit can be missing.
    uploader.findUnfinished().then(done, done)
    return () => {
      wanted = false
    }
  }, [uploader])
  return looked
}

/** Where drops are remembered; absent where the browser keeps nothing. */
export function useRecords(): Records | undefined {
  const [records, setRecords] = useState<Records>()
  useEffect(() => {
    let opened: Records | undefined
    let gone = false
    openRecords().then(
      (found) => {
        opened = found
        if (gone) found.close()
        else setRecords(found)
      },
      // A private window without IndexedDB: the drop goes on and only a reload forgets it.
      () => {},
    )
    return () => {
      gone = true
      opened?.close()
    }
  }, [])
  return records
}

/**
 * Work on what is remembered that no moment may undo: whoever clicks may be faster than {@link useRecords}, and the widget
 * may go in the midst of it. Works begun one after another have their turns in this order, as IndexedDB opens in it.
 */
export async function withRecords<T>(work: (records: Records | undefined) => Promise<T>): Promise<T> {
  const records = await openRecords().catch(() => undefined)
  try {
    return await work(records)
  } finally {
    records?.close()
  }
}
