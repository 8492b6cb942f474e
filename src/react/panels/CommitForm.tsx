import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useEffect, useId, useMemo, useState } from 'react'
import type { Change } from '../../core/lakefs/index.ts'
import { lakefsKeys } from '../../core/lakefs/index.ts'
import {
  type CommitBlock,
  commitBlock,
  mayCommitUnasked,
  partOf,
  readChanges,
  uncommittedAt,
  workOn,
} from '../../core/versioned/index.ts'
import { useI18n } from '../i18n/language.ts'
import type { VersionedMessages } from '../i18n/messages.versioned.ts'
import { refetchAfterFailure } from '../refetch-after-failure.ts'
import { Icon } from '../ui/icons.tsx'
import { Path } from '../ui/Path.tsx'
import { CommitFields } from './CommitFields.tsx'
import { folderOf, suggestedMessage } from './commit-message.ts'
import { errorText } from './error-text.ts'
import { HookPanel } from './HookPanel.tsx'
import { type Pair, pairsOf, recordOf, wrongPair } from './MetadataFields.tsx'
import type { PanelContext } from './panel-context.ts'
import { externalChangeText, useExternalChange } from './useExternalChange.ts'
import { useMissingRight } from './useMissingRight.ts'
import type { CommitOptions, UploadActionsProps } from './versioned-props.ts'
import { useWords } from './words.ts'

interface Props extends PanelContext, Pick<UploadActionsProps, 'snapshot' | 'receipt' | 'user'> {
  options: CommitOptions
  auto: boolean
  onAuto: (auto: boolean) => void
}

const FIRST = 5
const NONE: readonly Change[] = []

/** Form for a commit: message, metadata, the changes that it contains, and the button. */
export function CommitForm({ lakefs, at, session, state, refresh, snapshot, receipt, user, options, ...props }: Props) {
  const { auto, onAuto } = props
  const words = useWords()
  const { format } = useI18n()
  const client = useQueryClient()
  const [written, setWritten] = useState<string>()
  const [pairs, setPairs] = useState<readonly Pair[]>(() => pairsOf(options.metadata))
  const [include, setInclude] = useState(false)
  const [withReceipt, setWithReceipt] = useState(false)
  const { commit: committing, receiptPath, external } = workOn(state, at)
  const busy = committing.type === 'working'
  const running = snapshot.status === 'running'

  const queryKey = [...lakefsKeys.uncommitted(lakefs.endpoint, at, ''), 'all']
  const changes = useQuery({
    queryKey,
    queryFn: ({ signal }) => readChanges(lakefs, at, state, signal),
    staleTime: 0,
    // While files are uploaded the list changes constantly, and it may be long.
    enabled: !running,
    retry: false,
    refetchInterval: refetchAfterFailure,
  })
  const { changes: all = NONE, more = false, unlisted = false } = changes.data ?? {}
  const { mine, others } = useMemo(() => partOf(state, at, all), [all, at, state])
  // Changes that were not read may belong to other users.
  const foreign = others.length > 0 || more
  const total = mine.length + others.length

  const suggestion = useMemo(() => {
    const bytes = uncommittedAt(state, at).reduce((sum, { size_bytes }) => sum + size_bytes, 0)
    const files = mine.filter(({ path }) => path !== receiptPath)
    const prefix = folderOf(files, snapshot.destination.prefix)
    return suggestedMessage(words, format, options.template, { files: files.length, bytes, prefix, user, ...at })
  }, [mine, receiptPath, state, at, snapshot.destination, options.template, words, format, user])
  const message = written ?? suggestion

  const whyId = useId()
  const content = { mine: mine.length, others: others.length, more, included: include, message }
  const block = commitBlock(snapshot, content)
  // Nobody is asked about a commit of what only others have put there.
  const forbidden = useMissingRight({ lakefs, at }, 'commit', !running && mine.length > 0)
  const why = forbidden ?? (block === undefined ? wrongPair(pairs, words) : blockText(block, words))

  async function commit() {
    if (why !== undefined || busy) return
    const read = await session.commit(at, {
      message: message.trim(),
      metadata: recordOf(pairs),
      agreed: new Set(include ? others.map(({ path }) => path) : []),
      agreedUnread: include && more,
      receipt: withReceipt ? { who: user } : undefined,
    })
    const { type } = workOn(session.getSnapshot(), at).commit
    if (type === 'not-agreed') {
      setInclude(false)
      client.setQueryData(queryKey, read)
    } else if (type === 'done' || type === 'idle') {
      if (type === 'done') {
        setWritten(undefined)
        setInclude(false)
      }
      refresh()
    }
  }

  // When no uploaded file is among the changes, another user has committed or reset them, unless the list is older.
  const missed = changes.isSuccess && !changes.isFetching && !busy && mine.length === 0 && !more
  useExternalChange({ at, session, state, running, looked: missed ? changes.dataUpdatedAt : undefined })
  const isReady = auto && why === undefined && mayCommitUnasked(snapshot, content, !changes.isFetching)
  // Only the changes that were ready and shown are committed.
  useEffect(() => {
    if (isReady && session.takeRun()) void commit()
  }, [isReady, session])

  // Without files, or without new files since the commit, the fields would be in the way.
  const done = committing.type === 'done' ? committing.commit : undefined
  const settled = total === 0 && (done !== undefined || external !== undefined || snapshot.ids.length === 0)
  return (
    <section
      className={settled ? 'lfu-commit lfu-commit-over' : 'lfu-commit'}
      aria-label={words.commitTo(at.branch)}
      data-keeps
      tabIndex={-1}
    >
      <div className="lfu-commit-form">
        <h2>{words.commitTo(at.branch)}</h2>
        {!settled && <CommitFields {...{ message, pairs }} onMessage={setWritten} onPairs={setPairs} />}
      </div>
      {!settled && (
        <div className="lfu-takes">
          <h3>{words.takes(total)}</h3>
          {/* biome-ignore lint/a11y/noRedundantRoles: Safari drops the role of a list without bullets. */}
          <ul role="list">
            <li>
              <i className="lfu-dot" />
              <span className="lfu-grow">{words.thisDrop}</span>
              <b>{format.number(mine.length)}</b>
            </li>
            <Kinds changes={mine} />
            <li>
              <i className="lfu-dot lfu-dot-theirs" />
              <span className="lfu-grow">{words.others}</span>
              <b>{format.number(others.length)}</b>
            </li>
            <Others changes={others} />
          </ul>
        </div>
      )}
      {committing.type === 'refused' && <HookPanel refusal={committing.refusal} />}
      <div className="lfu-commit-go">
        <div className="lfu-grow">
          {foreign && (
            <label className="lfu-check lfu-two">
              <input type="checkbox" form="" checked={include} onChange={(event) => setInclude(event.target.checked)} />
              <span>
                <span>
                  {unlisted ? words.includeUnlisted : more ? words.includeUnread(total) : words.include(others.length)}
                </span>
                <small>{words.includeNote}</small>
              </span>
            </label>
          )}
          {receipt && mine.length > 0 && (
            <label className="lfu-check">
              <input
                type="checkbox"
                form=""
                checked={withReceipt}
                onChange={(event) => setWithReceipt(event.target.checked)}
              />
              <span>{words.receiptInCommit}</span>
            </label>
          )}
          {done !== undefined && (
            <p role="status" className="lfu-commit-done">
              <Icon name="uploaded" />
              <span>{words.committed(done.slice(0, 12), at.branch)}</span>
            </p>
          )}
          {external && (
            <p role="status" className="lfu-commit-done">
              <Icon name={external.type === 'gone' ? 'info' : 'uploaded'} />
              <span>{externalChangeText(external, at.branch, words)}</span>
            </p>
          )}
          <label className="lfu-check">
            <input type="checkbox" form="" checked={auto} onChange={(event) => onAuto(event.target.checked)} />
            <span>{words.autoCommit}</span>
          </label>
          {committing.type === 'not-agreed' && (
            <p role="alert" className="lfu-bad-text">
              {committing.came > 0 ? words.cameMeanwhile(committing.came) : words.needsTick}
            </p>
          )}
          {committing.type === 'failed' && (
            <p role="alert" className="lfu-bad-text">
              {errorText(words, committing.error, at.branch)}
            </p>
          )}
        </div>
        <div className="lfu-commit-end">
          <button
            type="button"
            className="lfu-button lfu-primary lfu-big"
            aria-disabled={why !== undefined || busy}
            aria-describedby={why === undefined ? undefined : whyId}
            onClick={() => void commit()}
          >
            {words.commit}
          </button>
          {why !== undefined && done === undefined && !external && (
            <small id={whyId} className="lfu-faint">
              {why}
            </small>
          )}
        </div>
      </div>
    </section>
  )
}

function blockText(block: CommitBlock, words: VersionedMessages): string {
  const { stillRunning, nothingToCommit, needsTick, needsMessage } = words
  return {
    running: stillRunning,
    nothing: nothingToCommit,
    'not-agreed': needsTick,
    'no-message': needsMessage,
  }[block]
}

function Kinds({ changes }: { changes: readonly Change[] }) {
  const words = useWords()
  const { format } = useI18n()
  const count = (type: Change['type']) => changes.filter((change) => change.type === type).length
  const kinds = [
    [words.added, count('added')],
    [words.modified, count('changed')],
    [words.removed, count('removed')],
  ] as const
  return kinds.map(
    ([word, number]) =>
      number > 0 && (
        <li key={word} className="lfu-sub">
          <span className="lfu-grow">{word}</span>
          <span>{format.number(number)}</span>
        </li>
      ),
  )
}

function Others({ changes }: { changes: readonly Change[] }) {
  const words = useWords()
  const [shown, setShown] = useState(FIRST)
  return (
    <>
      {changes.slice(0, shown).map(({ path }) => (
        <li key={path} className="lfu-sub">
          <Path path={path} />
        </li>
      ))}
      {changes.length > shown && (
        <li className="lfu-sub">
          <button type="button" className="lfu-link" onClick={() => setShown(shown + 100)}>
            {words.showMore(changes.length - shown)}
          </button>
        </li>
      )}
    </>
  )
}
