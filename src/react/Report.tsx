import { useState } from 'react'
import type { Uploader } from '../core/index.ts'
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
  const save = () => {
    const url = URL.createObjectURL(new Blob([uploader.report()], { type: 'text/plain' }))
    const link = Object.assign(document.createElement('a'), { href: url, download: 'lakefs-uploader.log' })
    link.click()
    // The browser has read it by the next turn.
    setTimeout(() => URL.revokeObjectURL(url))
  }
  return (
    <button type="button" className="lfu-link lfu-log" onClick={save}>
      {words.downloadLog}
    </button>
  )
}
