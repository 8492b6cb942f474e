import { useEffect, useState } from 'react'
import type { UploadActionsProps } from './versioned-props.ts'

/** True once unfinished files of earlier visits are known: a reload leaves files that are not on the branch yet. */
export function useUnfinishedKnown(uploader: UploadActionsProps['uploader']): boolean {
  const [looked, setLooked] = useState(false)
  useEffect(() => {
    let wanted = true
    const done = () => wanted && setLooked(true)
    // Where IndexedDB fails, no unfinished file can be known.
    uploader.findUnfinished().then(done, done)
    return () => {
      wanted = false
    }
  }, [uploader])
  return looked
}
