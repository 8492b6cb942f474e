import { useEffect, useState } from 'react'
import type { Snapshot, Uploader } from '../../core/index.ts'
import { useI18n } from '../i18n/language.ts'

/** Ms of adding after which the strip appears. Short adds end before, and their files are on the list. */
const SHOW_AFTER_MS = 400

/** Shows that files are being added while the list is empty or finished, with buttons to pause and cancel. */
export function AddingStrip({ uploader, snapshot: { adding, status } }: { uploader: Uploader; snapshot: Snapshot }) {
  const { words } = useI18n()
  const lasting = useLasting(adding !== undefined && (status === 'idle' || status === 'finished'))
  if (!lasting || !adding) return null
  return (
    <div className="lfu-strip lfu-adding">
      <span className="lfu-grow" role="status">
        {adding.paused ? words.allPaused : words.adding(adding.files)}
      </span>
      <button
        type="button"
        className="lfu-button lfu-small"
        onClick={() => (adding.paused ? uploader.resume() : uploader.pause())}
      >
        {adding.paused ? words.resumeAll : words.pauseAll}
      </button>
      <button type="button" className="lfu-button lfu-small" onClick={() => uploader.cancel()}>
        {words.cancelAll}
      </button>
    </div>
  )
}

/** True once `now` has been true for {@link SHOW_AFTER_MS} ms. */
function useLasting(now: boolean): boolean {
  const [lasting, setLasting] = useState(false)
  useEffect(() => {
    if (!now) return setLasting(false)
    const timer = setTimeout(() => setLasting(true), SHOW_AFTER_MS)
    return () => clearTimeout(timer)
  }, [now])
  return now && lasting
}
