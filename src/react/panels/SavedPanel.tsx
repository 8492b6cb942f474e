import type { ReactNode } from 'react'
import type { BranchRef, Uploader } from '../../core/index.ts'
import { type PreviousReceipt, type Saved, SavedError, wasThere } from '../../core/versioned/index.ts'
import { useI18n } from '../i18n/language.ts'
import { Icon } from '../ui/icons.tsx'
import { Panel } from '../ui/Panel.tsx'
import { ChangedFiles } from './ChangedFiles.tsx'
import { useVerifying } from './useVerifying.ts'
import { useWords } from './words.ts'

interface Props {
  previous: PreviousReceipt
  /** Current destination. */
  at: BranchRef
  /** Branch on which an open upload gathers its files. */
  ownBranch: string | undefined
  uploader: Uploader
  onForget: () => void
}

/**
 * Receipt or plan of an earlier upload: its contents, a check whether they still hold, and a button that removes it.
 */
export function SavedPanel({ previous, at, ownBranch, uploader, onForget }: Props) {
  const words = useWords()
  const forget = (
    <button type="button" className={previous.saved ? 'lfu-link' : 'lfu-button'} onClick={onForget}>
      {words.forget}
    </button>
  )
  if (!previous.saved) {
    const code = previous.error instanceof SavedError ? previous.error.code : 'unreadable'
    const reason = code in words.savedProblems ? (code as keyof typeof words.savedProblems) : 'damaged'
    return (
      <div className="lfu-saved-bad" role="alert">
        <Panel icon="asking" title={words.savedBad(previous.name)} note={words.savedProblems[reason]}>
          {forget}
        </Panel>
      </div>
    )
  }
  return <ReceiptInfo name={previous.name} saved={previous.saved} {...{ at, ownBranch, uploader, forget }} />
}

function ReceiptInfo(
  props: { name: string; saved: Saved; forget: ReactNode } & Pick<Props, 'at' | 'ownBranch' | 'uploader'>,
) {
  const { name, saved, at, ownBranch, uploader, forget } = props
  const words = useWords()
  const { format } = useI18n()
  const { result, changed, busy, verify } = useVerifying()
  const there = saved.files.filter(wasThere).length
  const fits = saved.repository === at.repository && [at.branch, ownBranch].includes(saved.branch)
  const title = words.savedTitle[saved.kind]
  return (
    <section className="lfu-unfinished" aria-label={title}>
      <h2>{title}</h2>
      <div className="lfu-unfinished-item">
        <Icon name="receipt" />
        <div>
          {name && <bdi>{name}</bdi>}
          <p>{words.savedHolds(format.moment(Date.parse(saved.when)), saved.files.length, there, saved.branch)}</p>
          {!fits && (
            <p className="lfu-ask-text">
              {words.savedElsewhere(`lakefs://${saved.repository}/${saved.branch}`, at.branch)}
            </p>
          )}
          <p role="status">{result}</p>
        </div>
        <div className="lfu-unfinished-acts">
          {forget}
          {there > 0 && (
            <button
              type="button"
              className="lfu-button lfu-small"
              aria-disabled={busy}
              onClick={() => void verify(uploader.client(), saved)}
            >
              {words.verifyAgain}
            </button>
          )}
        </div>
        <ChangedFiles files={changed} />
      </div>
    </section>
  )
}
