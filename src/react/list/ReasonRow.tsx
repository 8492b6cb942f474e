import { useId, useMemo, useState } from 'react'
import { allows } from '../../core/file/actions.ts'
import type { Uploader, UploadFile } from '../../core/index.ts'
import { useI18n } from '../i18n/language.ts'
import { Icon } from '../ui/icons.tsx'
import { SentenceWithCheck, StoreCheck, verdictOf } from './StoreCheck.tsx'
import { ThroughLakeFS } from './ThroughLakeFS.tsx'

interface Props {
  ids: readonly string[]
  uploader: Uploader
  compact: boolean
}

/** Row of several files that failed for one reason: a sentence, and one button that retries all of them. */
export function ReasonRow({ ids, uploader, compact }: Props) {
  const { words, format } = useI18n()
  const failed = useMemo(
    () => ids.map((id) => uploader.getFile(id)).filter((file) => file?.status === 'failed'),
    [ids, uploader],
  ) as (UploadFile & { status: 'failed' })[]
  const [open, setOpen] = useState(false)
  const checkId = useId()
  const first = failed[0]
  if (!first) return null
  const name = words.filesOneReason(failed.length)
  const size = format.bytes(failed.reduce((sum, file) => sum + file.size, 0))
  const sentence = words.errors[first.error.code](first.error.facts, failed.length)
  const checked = failed.find(({ error }) => verdictOf(error.facts, words) !== undefined)
  const checkButton = (phrase: string) => (
    <button
      type="button"
      className="lfu-link lfu-inline"
      aria-label={`${phrase}: ${name}`}
      aria-expanded={open}
      aria-controls={open ? checkId : undefined}
      data-act="check"
      onClick={() => setOpen(!open)}
    >
      {phrase}
    </button>
  )
  const each = (act: 'retry' | 'remove') => {
    for (const file of failed) uploader[act](file.id)
  }
  return (
    <div className="lfu-row lfu-fail lfu-reason">
      <span className="lfu-state">
        <Icon name="failed" />
      </span>
      <span className="lfu-path">
        <span className="lfu-name">{name}</span>
      </span>
      {!compact && <bdi className="lfu-size">{size}</bdi>}
      <span className="lfu-acts">
        {allows(first, 'retry') && (
          <button
            type="button"
            className="lfu-icon-button"
            aria-label={words.retry(name)}
            title={words.retry(name)}
            data-act="first"
            onClick={() => each('retry')}
          >
            <Icon name="retry" />
          </button>
        )}
        <button
          type="button"
          className="lfu-icon-button"
          aria-label={words.remove(name)}
          title={words.remove(name)}
          data-act="last"
          onClick={() => each('remove')}
        >
          <Icon name="cross" />
        </button>
      </span>
      <div className="lfu-status">
        <span className="lfu-word">{words.status.failed}</span>
        <span className="lfu-sep" aria-hidden="true">
          {' · '}
        </span>
        {checked ? <SentenceWithCheck text={sentence} button={checkButton} /> : <span>{sentence}</span>}
      </div>
      {checked && open && (
        <div className="lfu-details" id={checkId}>
          <StoreCheck facts={checked.error.facts} show />
          <ThroughLakeFS id={checked.id} uploader={uploader} />
        </div>
      )}
    </div>
  )
}
