import { useEffect, useState } from 'react'
import type { UploadActionsProps } from './versioned-props.ts'

/** Whether it is known what earlier visits have left: a reload in mid-upload leaves files that are not on the branch. */
export function useLooked(uploader: UploadActionsProps['uploader']): boolean {
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
