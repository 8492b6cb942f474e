import type { UploadFile } from '../../core/index.ts'
import { type ReceiptFacts, receiptCsv, receiptJson, receiptOf } from '../../core/versioned/index.ts'
import { download } from '../ui/download.ts'
import { Icon } from '../ui/icons.tsx'
import { ChangedFiles } from './ChangedFiles.tsx'
import { filesOn, type PanelContext } from './panel-context.ts'
import { useVerifying } from './useVerifying.ts'
import { useWords } from './words.ts'

interface Props extends Pick<PanelContext, 'lakefs' | 'at'> {
  files: readonly UploadFile[]
  /** Merged branch whose files belong to this receipt too. */
  ownBranch: string | undefined
  commit: string | undefined
  /** Pull request that merges the files into their target. */
  pull: ReceiptFacts['pull']
  user: string | undefined
}

/** Strip that saves a receipt of the uploaded files and verifies it. */
export function ReceiptStrip({ lakefs, at, files, ownBranch, commit, pull, user }: Props) {
  const words = useWords()
  const { result, changed, busy, verify } = useVerifying()
  const mine = filesOn(files, at, ownBranch)
  const make = () => receiptOf(at, mine, { commit, pull, who: user, when: lakefs.clock.now() })
  const name = `receipt-${at.repository}-${at.branch}`

  if (mine.length === 0) return null
  return (
    <>
      <div className="lfu-strip lfu-receipt">
        <Icon name="receipt" />
        <span className="lfu-grow" role="status">
          <strong>{words.receipt}</strong>
          <span>{` ${result ?? words.receiptNote(mine.length)}`}</span>
        </span>
        <button type="button" className="lfu-link" aria-disabled={busy} onClick={() => void verify(lakefs, make())}>
          {words.verifyAgain}
        </button>
        <button
          type="button"
          className="lfu-button lfu-small"
          aria-label={words.asCsv}
          onClick={() => void receiptCsv(make()).then((text) => download(`${name}.csv`, text, 'text/csv'))}
        >
          <Icon name="save" />
          <span>CSV</span>
        </button>
        <button
          type="button"
          className="lfu-button lfu-small"
          aria-label={words.asJson}
          onClick={() => download(`${name}.json`, receiptJson(make()), 'application/json')}
        >
          <Icon name="save" />
          <span>JSON</span>
        </button>
      </div>
      <ChangedFiles files={changed} />
    </>
  )
}
