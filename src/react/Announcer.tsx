import { useEffect, useRef, useState } from 'react'
import type { Snapshot, Uploader } from '../core/index.ts'
import { doneShareOf } from '../core/upload-state.ts'
import { useRejectionsSentence } from './drop/Rejections.tsx'
import { useI18n } from './i18n/language.ts'

/**
 * Minimum ms between alerts, so that a screen reader hears a few sentences instead of one for each of a thousand
 * failures.
 */
const ALERT_INTERVAL_MS = 3000

/** Ms without new files after which a drop counts as read. */
const SETTLED_MS = 1000

/**
 * Live regions for screen readers: a polite one announces start, quarters and end, an alert announces what needs the
 * user.
 */
export function Announcer({ uploader, snapshot }: { uploader: Uploader; snapshot: Snapshot }) {
  const polite = usePolite(snapshot)
  const alert = useAlert(uploader, snapshot)
  return (
    <div className="lfu-sr">
      <div role="status" aria-live="polite">
        {polite}
      </div>
      <div role="alert">{alert}</div>
    </div>
  )
}

function usePolite({ status, totals }: Snapshot): string {
  const { words, format } = useI18n()
  const [message, setMessage] = useState('')
  const run = useRef({ running: false, quarter: 0, files: 0 })
  const quarter = Math.min(3, Math.floor(doneShareOf(totals) * 4))
  const { files, counts } = totals
  useEffect(() => {
    const now = run.current
    if (status === 'finished') {
      if (now.running) setMessage(words.saysEnd(counts))
      run.current = { running: false, quarter: 0, files }
      return
    }
    if (status === 'idle') return
    if (!now.running) {
      run.current = { running: true, quarter, files }
      setMessage(words.saysStart(files))
    } else if (quarter > now.quarter) {
      now.quarter = quarter
      setMessage(words.saysQuarter(format.percent(quarter / 4)))
    }
  }, [status, files, quarter, counts, words, format])
  useEffect(() => {
    // New files are announced. A drop adds its files piece by piece and is announced once.
    const timer = setTimeout(() => {
      const now = run.current
      if (!now.running || files <= now.files) return
      run.current = { running: true, quarter: 0, files }
      setMessage(words.saysStart(files))
    }, SETTLED_MS)
    return () => clearTimeout(timer)
  }, [files, words])
  return message
}

function useAlert(uploader: Uploader, snapshot: Snapshot): string {
  const { words } = useI18n()
  const { ids, totals, sessionExpired, neverSignedIn, rejections } = snapshot
  const [message, setMessage] = useState('')
  const [conflict, setConflict] = useState('')
  const announced = useRef({ failed: new Set<string>(), at: Number.NEGATIVE_INFINITY, left: 0 })
  const { failed, asking } = totals.counts
  const hasConflicts = asking > 0
  const left = rejections.length
  const leftSentence = useRejectionsSentence(rejections)

  useEffect(() => {
    const { current } = announced
    if (left > current.left && rejections.some(({ code }) => code !== 'system-file' && code !== 'empty-folder'))
      setMessage(leftSentence)
    current.left = left
  }, [left, rejections, leftSentence])

  useEffect(() => {
    if (sessionExpired) setMessage(neverSignedIn ? words.signedOutTitle : words.sessionTitle)
  }, [sessionExpired, neverSignedIn, words])

  useEffect(() => {
    // Only the first of many conflicts is announced: the user finds the others from there.
    const first = hasConflicts && ids.map((id) => uploader.getFile(id)).find((file) => file?.status === 'asking')
    setConflict(first ? `${words.status.asking}: ${first.path}` : '')
  }, [hasConflicts])

  useEffect(() => {
    const { current } = announced
    if (failed === 0) {
      current.failed.clear()
      return
    }
    const announce = () => {
      const fresh = ids.filter((id) => uploader.getFile(id)?.status === 'failed' && !current.failed.has(id))
      if (fresh.length === 0) return
      current.at = performance.now()
      for (const id of fresh) current.failed.add(id)
      setMessage(sentenceOf(fresh))
    }
    const sentenceOf = (fresh: readonly string[]) => {
      const counted = new Map<string, { count: number; path: string }>()
      for (const id of fresh) {
        const file = uploader.getFile(id)
        if (file?.status !== 'failed') continue
        const sentence = words.errors[file.error.code](file.error.facts, 1)
        const before = counted.get(sentence)
        counted.set(sentence, { count: (before?.count ?? 0) + 1, path: file.path })
      }
      return [...counted]
        .slice(0, 3)
        .map(([sentence, { count, path }]) =>
          count === 1 ? words.saysFailed(path, sentence) : words.saysFailedMany(count, sentence),
        )
        .join(' ')
    }
    let timer: ReturnType<typeof setTimeout> | undefined
    let mounted = true
    const announceLater = () => {
      if (!mounted) return
      const wait = current.at + ALERT_INTERVAL_MS - performance.now()
      if (wait <= 0) announce()
      else timer = setTimeout(announce, wait)
    }
    announceLater()
    return () => {
      mounted = false
      clearTimeout(timer)
    }
  }, [failed, ids, uploader, words])

  // The alert is cleared once no failed file is left.
  const problem = failed === 0 && !sessionExpired && left === 0 ? '' : message
  return [problem, conflict].filter(Boolean).join(' ')
}
