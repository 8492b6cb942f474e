import { useState } from 'react'
import type { Uploader } from '../core/index.ts'
import { download } from './download.ts'
import { useSpeech } from './language.ts'

/** Puts what happened to one file on the clipboard, for whoever helps. */
export function CopyReport({ uploader, id }: { uploader: Uploader; id: string }) {
  const { words } = useSpeech()
  const [copied, setCopied] = useState(false)
  const copy = async () => {
    await navigator.clipboard.writeText(uploader.report(id))
    setCopied(true)
  }
  return (
    <button type="button" className="lfu-button lfu-small" onClick={() => void copy()}>
      {copied ? words.copied : words.copyReport}
    </button>
  )
}

/** Saves what happened to all files. */
export function DownloadLog({ uploader }: { uploader: Uploader }) {
  const { words } = useSpeech()
  return (
    <button
      type="button"
      className="lfu-link lfu-log"
      onClick={() => download('lakefs-uploader.log', uploader.report(), 'text/plain')}
    >
      {words.downloadLog}
    </button>
  )
}
