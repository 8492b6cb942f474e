import { useEffect, useState } from 'react'
import type { Destination, UploadError, Uploader } from '../../core/index.ts'

/**
 * Asks lakeFS whether the user may write to a destination, before there is a file.
 * @param wanted false where nobody would see the answer.
 * @returns why not; undefined when the user may or nothing is known.
 */
export function useWriteRefusal(
  uploader: Uploader,
  { repository, branch, prefix }: Destination,
  wanted: boolean,
): UploadError | undefined {
  const [refusal, setRefusal] = useState<UploadError>()
  useEffect(() => {
    setRefusal(undefined)
    if (!wanted || !repository || !branch) return
    const stop = new AbortController()
    askOnce(uploader, { repository, branch, prefix }, stop.signal).then(
      (found) => {
        if (!stop.signal.aborted) setRefusal(found)
      },
      // No answer, no session or no engine: the first file will tell.
      () => {},
    )
    return () => stop.abort()
  }, [uploader, repository, branch, prefix, wanted])
  return refusal
}

async function askOnce(uploader: Uploader, { prefix, ...at }: Destination, signal: AbortSignal) {
  const lakefs = await uploader.client()
  // Nobody waits for the answer, so it is not repeated, and a lost session is not announced before there is a file.
  return await lakefs.repeat((once) => once.writeRefusal(at, `${prefix}file`, signal).catch(() => undefined), signal)
}
