import type { ReactNode } from 'react'
import type { BranchRef, Uploader } from '../../core/index.ts'
import { type Saved, SavedError, wasThere } from '../../core/versioned/index.ts'
import { useI18n } from '../i18n/language.ts'
import { Icon } from '../ui/icons.tsx'
import { Panel } from '../ui/Panel.tsx'
import type { Known } from './desk-view.ts'
import { Strays } from './Strays.tsx'
import { useVerifying } from './useVerifying.ts'
import { useWords } from './words.ts'

interface Props {
  known: Known
  /** Where files go now. */
  at: BranchRef
  /** The branch that an open drop gathers its files on. */
  aside: string | undefined
  uploader: Uploader
  onForget: () => void
}

/** The receipt or plan of an earlier drop: what it holds, whether that is still so, and the way to put it aside. */
export function SavedPanel({ known, at, aside, uploader, onForget }: Props) {
  const words = useWords()
  const forget = (
    <button type="button" className={known.saved ? 'lfu-link' : 'lfu-button'} onClick={onForget}>
      {words.forget}
    </button>
  )
  if (!known.saved) {
    const code = known.error instanceof SavedError ? known.error.code : 'unreadable'
    const reason = code in words.savedProblems ? (code as keyof typeof words.savedProblems) : 'damaged'
    return (
      <div className="lfu-saved-bad" role="alert">
        <Panel icon="asking" title={words.savedBad(known.name)} note={words.savedProblems[reason]}>
          {forget}
        </Panel>
      </div>
    )
  }
  return <Holds name={known.name} saved={known.saved} {...{ at, aside, uploader, forget }} />
}

function Holds(props: { name: string; saved: Saved; forget: ReactNode } & Pick<Props, 'at' | 'aside' | 'uploader'>) {
  const { name, saved, at, aside, uploader, forget } = props
  const words = useWords()
  const { format } = useI18n()
  const { said, strays, busy, verify } = useVerifying()
  const there = saved.files.filter(wasThere).length
  const fits = saved.repository === at.repository && [at.branch, aside].includes(saved.branch)
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
          <p role="status">{said}</p>
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
        <Strays strays={strays} />
      </div>
    </section>
  )
}
