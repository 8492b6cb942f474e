import { useQuery } from '@tanstack/react-query'
import { useEffect, useId, useMemo, useState } from 'react'
import type { Change, Commit } from '../../core/index.ts'
import {
  commitBranch,
  HookRefusal,
  partChanges,
  receiptOf,
  receiptPath,
  storeReceipt,
  uncommittedOn,
} from '../../core/versioned/index.ts'
import { askAgain } from '../ask-again.ts'
import { useI18n } from '../i18n/language.ts'
import { lakefsKeys } from '../queries.ts'
import { Icon } from '../ui/icons.tsx'
import { Path } from '../ui/Path.tsx'
import { type Around, filesOn } from './around.ts'
import { useAuto } from './auto.ts'
import { CommitFields } from './CommitFields.tsx'
import { HookPanel } from './HookPanel.tsx'
import { type Pair, pairsOf, recordOf, wrongPair } from './MetadataFields.tsx'
import { refused } from './refused.ts'
import { folderOf, suggested } from './suggested.ts'
import { takenSentence, useTaken } from './useTaken.ts'
import type { AfterDropProps, CommitOptions } from './versioned-props.ts'
import { useWords } from './words.ts'

interface Props extends Around, Pick<AfterDropProps, 'desk' | 'snapshot' | 'receipt' | 'user'> {
  options: CommitOptions
  auto: boolean
  onAuto: (auto: boolean) => void
  onCommitted: (commit: Commit) => void
}

const FIRST = 5
const NONE: readonly Change[] = []

/** Message, metadata, whose changes the commit takes, and the button. */
export function CommitForm({ lakefs, at, refresh, desk, snapshot, receipt, user, options, ...props }: Props) {
  const { auto, onAuto, onCommitted } = props
  const words = useWords()
  const { format } = useI18n()
  const [written, setWritten] = useState<string>()
  const [pairs, setPairs] = useState<readonly Pair[]>(() => pairsOf(options.metadata))
  const [include, setInclude] = useState(false)
  const [withReceipt, setWithReceipt] = useState(false)
  const [busy, setBusy] = useState(false)
  const [problem, setProblem] = useState<string>()
  const [hooks, setHooks] = useState<HookRefusal>()
  const [done, setDone] = useState<Commit>()
  /** The receipt that is on the branch already, from a commit that was refused. */
  const [receiptAt, setReceiptAt] = useState<string>()
  const running = snapshot.status === 'running'

  const changes = useQuery({
    queryKey: [...lakefsKeys.uncommitted(lakefs.endpoint, at, ''), 'all'],
    queryFn: ({ signal }) => uncommittedOn(lakefs, at, signal),
    staleTime: 0,
    // While files arrive the list changes all the time, and may be long.
    enabled: !running,
    retry: false,
    refetchInterval: askAgain,
  })
  const { changes: all = NONE, more = false } = changes.data ?? {}
  const { arrivals } = desk.get()
  // Whose a change is may be known later than the change.
  const parted = (list: readonly Change[]) => {
    const mine = new Set(desk.arrivalsOn(at.repository, at.branch).map(({ path }) => path))
    if (receiptAt !== undefined) mine.add(receiptAt)
    return partChanges(list, mine)
  }
  // Arrivals are noted in place, so their number tells of them.
  const { mine, others } = useMemo(
    () => parted(all),
    [all, at.repository, at.branch, receiptAt, arrivals, arrivals.size],
  )
  // What was not read may be anybody's.
  const foreign = others.length > 0 || more
  const total = mine.length + others.length

  const suggestion = useMemo(() => {
    const bytes = desk.arrivalsOn(at.repository, at.branch).reduce((sum, { size_bytes }) => sum + size_bytes, 0)
    const files = mine.filter(({ path }) => path !== receiptAt)
    const prefix = folderOf(files, snapshot.destination.prefix)
    return suggested(words, format, options.template, { files: files.length, bytes, prefix, user, ...at })
  }, [mine, receiptAt, desk, at, snapshot.destination, options.template, words, format, user])
  const message = written ?? suggestion

  const whyId = useId()
  const why = running
    ? words.stillRunning
    : total === 0
      ? words.nothingToCommit
      : foreign && !include
        ? words.needsTick
        : message.trim() === ''
          ? words.needsMessage
          : wrongPair(pairs, words)

  async function commit() {
    if (why !== undefined || busy) return
    setBusy(true)
    setProblem(undefined)
    setHooks(undefined)
    try {
      // What was agreed to is what was shown: a change that came meanwhile has to be seen first.
      const { data: now } = await changes.refetch({ throwOnError: true })
      const seen = new Set(include ? others.map(({ path }) => path) : [])
      const come = parted(now?.changes ?? NONE).others.filter(({ path }) => !seen.has(path)).length
      if (come > 0 || (now?.more && !more)) {
        setInclude(false)
        setProblem(come > 0 ? words.cameMeanwhile(come) : words.needsTick)
        return
      }
      if (withReceipt) {
        const facts = { who: user, when: lakefs.clock.now() }
        const made = receiptOf(at, filesOn(snapshot.files, at), facts)
        const path = receiptAt ?? receiptPath(snapshot.destination.prefix, made)
        await storeReceipt(lakefs, at, path, made)
        setReceiptAt(path)
      }
      const made = await commitBranch(lakefs, at, { message: message.trim(), metadata: recordOf(pairs) })
      if (made) {
        setDone(made)
        setReceiptAt(undefined)
        setWritten(undefined)
        setInclude(false)
        desk.settle(at.repository, at.branch, true)
        onCommitted(made)
      } else refresh()
    } catch (thrown) {
      if (thrown instanceof HookRefusal) setHooks(thrown)
      else {
        setProblem(refused(words, thrown, at.branch))
      }
    } finally {
      setBusy(false)
    }
  }

  useEffect(() => {
    if (running) setDone(undefined)
  }, [running])

  // None of what arrived is among the changes: somebody else has committed or reset it, unless the list is older than that.
  const missed = changes.isSuccess && !changes.isFetching && !busy && mine.length === 0 && !more
  const taken = useTaken({ lakefs, at, desk, running, looked: missed ? changes.dataUpdatedAt : undefined })
  const { failed, cancelled } = snapshot.totals.counts
  const complete = failed + cancelled === 0 && !changes.isFetching
  useAuto(auto && why === undefined && !foreign && complete, snapshot.status, commit)

  // Nothing was dropped yet, or nothing since the commit: fields for a commit would be in the way.
  const settled = total === 0 && (done !== undefined || taken !== undefined || snapshot.ids.length === 0)
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
      {hooks && <HookPanel refusal={hooks} />}
      <div className="lfu-commit-go">
        <div className="lfu-grow">
          {foreign && (
            <label className="lfu-check lfu-two">
              <input type="checkbox" form="" checked={include} onChange={(event) => setInclude(event.target.checked)} />
              <span>
                {more ? words.includeUnread(total) : words.include(others.length)}
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
              {words.receiptInCommit}
            </label>
          )}
          {done && (
            <p role="status" className="lfu-commit-done">
              <Icon name="uploaded" />
              {words.committed(done.id.slice(0, 12), at.branch)}
            </p>
          )}
          {taken && (
            <p role="status" className="lfu-commit-done">
              <Icon name={taken.type === 'gone' ? 'info' : 'uploaded'} />
              {takenSentence(taken, at.branch, words)}
            </p>
          )}
          <label className="lfu-check">
            <input type="checkbox" form="" checked={auto} onChange={(event) => onAuto(event.target.checked)} />
            {words.autoCommit}
          </label>
          {problem && (
            <p role="alert" className="lfu-bad-text">
              {problem}
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
          {why !== undefined && !done && !taken && (
            <small id={whyId} className="lfu-faint">
              {why}
            </small>
          )}
        </div>
      </div>
    </section>
  )
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
