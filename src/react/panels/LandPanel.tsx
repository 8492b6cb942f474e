import { useQuery } from '@tanstack/react-query'
import { useEffect, useState } from 'react'
import {
  type AtomicUpload,
  discardAtomic,
  gatheredChanges,
  HookRefusal,
  keepAtomic,
  type Landed,
  landAtomic,
  MergeConflict,
  MergeNotTakenBack,
  MergeUnchecked,
  pullAddress,
  type Records,
  receiptOf,
  receiptPath,
} from '../../core/versioned/index.ts'
import { askAgain } from '../ask-again.ts'
import { useI18n } from '../i18n/language.ts'
import { lakefsKeys } from '../queries.ts'
import { Icon } from '../ui/icons.tsx'
import { type Around, filesOn } from './around.ts'
import { useAuto } from './auto.ts'
import { CommitFields } from './CommitFields.tsx'
import { ConflictPanel } from './ConflictPanel.tsx'
import { keepLooking } from './desk-work.ts'
import { type End, EndNote } from './EndNote.tsx'
import { HookPanel } from './HookPanel.tsx'
import { useLooked, withRecords } from './landing.ts'
import { type Pair, pairsOf, recordOf, wrongPair } from './MetadataFields.tsx'
import { refused } from './refused.ts'
import { folderOf, suggested } from './suggested.ts'
import type { AfterDropProps, CommitOptions } from './versioned-props.ts'
import { useWords } from './words.ts'

interface Props extends Around, AfterDropProps {
  options: CommitOptions
  auto: boolean
  onAuto: (auto: boolean) => void
  /** Where drops are remembered. */
  records: Records | undefined
  drop: AtomicUpload | undefined
  /** A drop for this target that another tab works on. */
  elsewhere: AtomicUpload | undefined
  /** Told what has become of the drop, and where its pull request is. */
  onLanded: (landed: Landed, href: string | undefined) => void
  over: boolean
  /** Files that did not arrive. */
  failed: number
}

/** A drop that lands as one: what it waits for, and how it ends. */
export function LandPanel({
  lakefs,
  at,
  refresh,
  desk,
  records,
  drop,
  elsewhere,
  over,
  failed,
  branch: target,
  repository,
  ...props
}: Props) {
  const words = useWords()
  const { format } = useI18n()
  const { options, auto, onAuto } = props
  const [written, setWritten] = useState<string>()
  const [pairs, setPairs] = useState<readonly Pair[]>(() => pairsOf(options.metadata))
  const [busy, setBusy] = useState(false)
  const [problem, setProblem] = useState<string>()
  const [hooks, setHooks] = useState<HookRefusal>()
  const [conflict, setConflict] = useState<MergeConflict | MergeNotTakenBack>()
  const [end, setEnd] = useState<End>()
  /** What was on the list when the last drop ended, and the branch of that one. */
  const [past, setPast] = useState<{ branch: string; ids: ReadonlySet<string> }>()
  const [withReceipt, setWithReceipt] = useState(false)
  /** The receipt that is on the drop's branch already, from a landing that was refused. */
  const [stored, setStored] = useState<{ drop: string; path: string }>()
  const receiptAt = stored && stored.drop === drop?.id ? stored.path : undefined
  const asksReview = props.atomic === 'review'
  const pulls = useQuery({
    queryKey: [...lakefsKeys.repository(lakefs.endpoint, repository), 'pulls'],
    queryFn: ({ signal }) => lakefs.hasPulls(repository, signal),
    enabled: asksReview,
    retry: false,
    refetchInterval: askAgain,
  })
  const review = asksReview && pulls.data !== false
  const running = props.snapshot.ids.length > 0 && !over
  /** What is still being added may be for this drop, or be compared with it. */
  const growing = running || props.snapshot.adding !== undefined
  // Files of an earlier visit are on the branch too, so the branch is asked.
  const gathered = useQuery({
    queryKey: [...lakefsKeys.uncommitted(lakefs.endpoint, at, ''), 'gathered', target],
    queryFn: async ({ signal }) => (drop ? await gatheredChanges(lakefs, drop, signal) : []),
    enabled: drop !== undefined && !running,
    staleTime: 0,
    retry: false,
    refetchInterval: askAgain,
  })
  const looked = useLooked(props.uploader)
  const missing =
    props.snapshot.unfinished?.files.filter(
      ({ destination }) => destination.repository === drop?.repository && destination.branch === drop.branch,
    ).length ?? 0
  const mine = drop && over ? filesOn(props.snapshot.files, { repository, branch: drop.branch }) : []
  const there = gathered.data?.filter(({ path }) => path !== receiptAt)
  const objects = there ?? (drop ? desk.arrivalsOn(drop.repository, drop.branch) : [])
  const { files: arrived, bytes } = tallyOf(objects)
  const prefix = folderOf(objects, props.snapshot.destination.prefix)
  const facts = { files: arrived, bytes, prefix, branch: target, repository }
  const message = written ?? suggested(words, format, options.template, { ...facts, user: props.user })

  // A drop of an earlier visit is taken up again, so that the next files join it (issue 7.2: survives a reload).
  useEffect(() => {
    if (drop || !records || !repository) return
    const stop = new AbortController()
    void keepLooking(desk, lakefs, { repository, target }, records, stop.signal)
    return () => stop.abort()
  }, [drop, records, lakefs, repository, target, desk])
  useEffect(() => {
    if (props.snapshot.status === 'running') setEnd(undefined)
  }, [props.snapshot.status])

  // The next drop gathers on a branch of its own, and what has ended before is not on it: its rows would be counted as if.
  const { uploader, snapshot } = props
  useEffect(() => {
    if (!past || snapshot.ids.every((id) => past.ids.has(id))) return
    for (const id of past.ids) if (uploader.getFile(id)?.destination.branch === past.branch) uploader.remove(id)
    setPast(undefined)
  }, [past, snapshot.ids, uploader])

  const attempt = (work: (drop: AtomicUpload) => Promise<End>) => async () => {
    if (!drop || busy) return
    setBusy(true)
    setProblem(undefined)
    setHooks(undefined)
    setConflict(undefined)
    try {
      const ended = await work(drop)
      setEnd(ended)
      setPast({ branch: drop.branch, ids: new Set(uploader.getSnapshot().ids) })
      desk.settle(drop.repository, drop.branch, ended.type !== 'kept')
      desk.set({
        atomic: undefined,
        aside: ended.type === 'kept' || ended.type === 'review' ? drop.branch : undefined,
      })
      refresh()
    } catch (thrown) {
      if (thrown instanceof HookRefusal) setHooks(thrown)
      else if (thrown instanceof MergeConflict || thrown instanceof MergeNotTakenBack) {
        setConflict(thrown)
        desk.set({ atomic: thrown.upload })
      } else if (thrown instanceof MergeUnchecked) {
        const why = () => `${words.mergeUnchecked(target)} ${refused(words, thrown.cause, target)}`
        setProblem(thrown.merge === undefined ? words.mergeUnread(target) : why())
        desk.set({ atomic: thrown.upload })
      } else {
        setProblem(refused(words, thrown, target))
      }
    } finally {
      setBusy(false)
    }
  }
  const land = attempt(async (open) => {
    const text = { message: message.trim() || words.land(target), metadata: recordOf(pairs) }
    const receipt = withReceipt ? note(open) : undefined
    const landed = await withRecords((there) => landAtomic(lakefs, open, text, { review, records: there, receipt }))
    const { pull, branchLeft } = landed
    const href = pull === undefined ? undefined : pullAddress(lakefs.endpoint, repository, pull)
    props.onLanded(landed, href)
    return href === undefined
      ? { type: 'landed', left: branchLeft ? open.branch : undefined }
      : { type: 'review', href }
  })
  /** Of where the files are going to be; its own commit it cannot know. */
  function note(open: AtomicUpload) {
    const facts = { who: props.user, when: lakefs.clock.now() }
    const receipt = receiptOf({ repository, branch: target }, mine, facts)
    const path = receiptAt ?? receiptPath(props.snapshot.destination.prefix, receipt)
    setStored({ drop: open.id, path })
    return { path, receipt }
  }
  const keep = attempt(async (open) => {
    const { branch } = await withRecords((there) => keepAtomic(open, there))
    return { type: 'kept', branch, merged: open.state === 'merged' }
  })
  const discard = attempt(async (open) => {
    // Before its branch goes: what is still on its way there must not arrive.
    await uploader.cancelAdding({ repository, branch: target })
    for (const { id, destination } of uploader.getSnapshot().files) {
      if (destination.repository === open.repository && destination.branch === open.branch) uploader.cancel(id)
    }
    await withRecords((there) => discardAtomic(lakefs, open, there))
    // Rows that say "Uploaded" would speak of files that are nowhere.
    props.uploader.remove()
    return { type: 'discarded' }
  })

  // Its files are on the target: discarding the branch would not take them away.
  const merged = drop?.state === 'merged'
  const heading = ({ branch }: AtomicUpload) =>
    merged ? words.mergedOpen(branch, target) : words.gathers(branch, target)
  const first = review ? words.openReview : words.land(target)
  const again = conflict instanceof MergeNotTakenBack ? words.revertMerge : words.checkMerge
  const goes = merged ? again : conflict || hooks ? words.tryAgain : first
  const wrong = wrongPair(pairs, words)
  const ready = !growing && failed === 0 && looked && missing === 0 && wrong === undefined
  useAuto(auto && drop !== undefined && ready && arrived > 0 && !gathered.isFetching, props.snapshot.status, land)
  const byItself = (
    <label className="lfu-check">
      <input type="checkbox" form="" checked={auto} onChange={(event) => onAuto(event.target.checked)} />
      {review ? words.autoReview : words.autoLand}
    </label>
  )
  return (
    <div data-keeps tabIndex={-1}>
      {end && <EndNote end={end} target={target} />}
      {!drop && elsewhere && (
        <p className="lfu-plan-note" role="status">
          <Icon name="info" /> {words.elsewhere(elsewhere.branch, target)}
        </p>
      )}
      {!drop && <div className="lfu-undo">{byItself}</div>}
      {drop && (
        <section className="lfu-commit lfu-land" aria-label={heading(drop)}>
          <div className="lfu-commit-form">
            <h2>{props.snapshot.ids.length === 0 && !merged ? words.earlier(drop.branch) : heading(drop)}</h2>
            {!merged && <p className="lfu-soft">{words.gathersNote(target)}</p>}
            <CommitFields {...{ message, pairs }} onMessage={setWritten} onPairs={setPairs} />
          </div>
          {hooks && <HookPanel refusal={hooks} />}
          {conflict && <ConflictPanel error={conflict} target={target} />}
          <div className="lfu-commit-go">
            <div className="lfu-grow">
              {growing && <p className="lfu-soft">{words.stillRunning}</p>}
              {!growing && failed > 0 && <p className="lfu-bad-text">{words.incomplete(failed)}</p>}
              {!growing && missing > 0 && <p className="lfu-bad-text">{words.unfinishedHere(missing)}</p>}
              {!growing && wrong !== undefined && <p className="lfu-bad-text">{wrong}</p>}
              {asksReview && !review && <p className="lfu-soft">{words.noPulls}</p>}
              {props.receipt && mine.length > 0 && (
                <label className="lfu-check">
                  <input
                    type="checkbox"
                    form=""
                    checked={withReceipt}
                    onChange={(event) => setWithReceipt(event.target.checked)}
                  />
                  {words.receiptInMerge}
                </label>
              )}
              {byItself}
              {problem && (
                <p role="alert" className="lfu-bad-text">
                  {problem}
                </p>
              )}
            </div>
            {!merged && (
              <button
                type="button"
                className="lfu-button lfu-quiet"
                aria-disabled={busy || running}
                onClick={() => !running && void discard()}
              >
                {words.discardDrop}
              </button>
            )}
            <button
              type="button"
              className="lfu-button"
              aria-disabled={busy || growing}
              onClick={() => !growing && void keep()}
            >
              {words.keepBranch}
            </button>
            <button
              type="button"
              className="lfu-button lfu-primary lfu-big"
              aria-disabled={busy || !ready}
              onClick={() => ready && void land()}
            >
              {goes}
            </button>
          </div>
        </section>
      )}
    </div>
  )
}

const tallyOf = (objects: readonly { size_bytes?: number }[]) => ({
  files: objects.length,
  bytes: objects.reduce((sum, { size_bytes = 0 }) => sum + size_bytes, 0),
})
