import { useQuery } from '@tanstack/react-query'
import { useEffect, useState } from 'react'
import { lakefsKeys } from '../../core/lakefs/index.ts'
import {
  type AtomicUpload,
  gatheredChanges,
  type LandProblem,
  landBlocks,
  MergeNotTakenBack,
  type Upload,
  uncommittedAt,
} from '../../core/versioned/index.ts'
import { useI18n } from '../i18n/language.ts'
import type { VersionedMessages } from '../i18n/messages.versioned.ts'
import { refetchAfterFailure } from '../refetch-after-failure.ts'
import { Icon } from '../ui/icons.tsx'
import { CommitFields } from './CommitFields.tsx'
import { ConflictPanel } from './ConflictPanel.tsx'
import { folderOf, suggestedMessage } from './commit-message.ts'
import { errorText } from './error-text.ts'
import { HookPanel } from './HookPanel.tsx'
import { type Pair, pairsOf, recordOf, wrongPair } from './MetadataFields.tsx'
import { filesOn, type PanelContext } from './panel-context.ts'
import { UploadResult } from './UploadResult.tsx'
import { useMissingRight } from './useMissingRight.ts'
import { useUnfinishedKnown } from './useUnfinishedKnown.ts'
import type { CommitOptions, UploadActionsProps } from './versioned-props.ts'
import { useWords } from './words.ts'

interface Props extends PanelContext, Omit<UploadActionsProps, 'session' | 'commit'> {
  options: CommitOptions
  auto: boolean
  onAuto: (auto: boolean) => void
  /** Upload that gathers its files for this target. */
  upload: Upload | undefined
  /** Last upload that has ended; undefined once new files were sent. */
  ended: Upload | undefined
  over: boolean
}

/** Panel of an atomic upload: what blocks its merge, its commit message, and the buttons that end it. */
export function LandPanel({ lakefs, at, session, state, refresh, upload, ended, over, ...props }: Props) {
  const words = useWords()
  const { format } = useI18n()
  const { options, auto, onAuto, branch: target, repository, snapshot, uploader } = props
  const [written, setWritten] = useState<string>()
  const [pairs, setPairs] = useState<readonly Pair[]>(() => pairsOf(options.metadata))
  const [withReceipt, setWithReceipt] = useState(false)
  const atomic = upload?.atomic
  const { lockedByOtherTab: other } = state
  const locked = other?.repository === repository && other.target === target ? other : undefined
  const asksReview = props.atomic === 'review'
  const pulls = useQuery({
    queryKey: [...lakefsKeys.repository(lakefs.endpoint, repository), 'pulls'],
    queryFn: ({ signal }) => lakefs.hasPulls(repository, signal),
    enabled: asksReview,
    retry: false,
    refetchInterval: refetchAfterFailure,
  })
  const review = asksReview && pulls.data !== false
  const running = snapshot.ids.length > 0 && !over
  // Counts are read from the branch, because it also has the files of earlier visits.
  const gathered = useQuery({
    queryKey: [...lakefsKeys.uncommitted(lakefs.endpoint, at, ''), 'gathered', target],
    queryFn: async ({ signal }) => (atomic ? await gatheredChanges(lakefs, atomic, signal) : []),
    enabled: atomic !== undefined && !running,
    staleTime: 0,
    retry: false,
    refetchInterval: refetchAfterFailure,
  })
  const looked = useUnfinishedKnown(uploader)
  const blocks = upload ? landBlocks(snapshot, upload, looked) : []
  const sending = blocks.some(({ type }) => type === 'running')
  const mine = atomic && over ? filesOn(snapshot.files, { repository, branch: atomic.branch }) : []
  const there = gathered.data?.filter(({ path }) => path !== upload?.receiptPath)
  const objects = there ?? (atomic ? uncommittedAt(state, atomic) : [])
  const { files: arrived, bytes } = tallyOf(objects)
  const prefix = folderOf(objects, snapshot.destination.prefix)
  const facts = { files: arrived, bytes, prefix, branch: target, repository, user: props.user }
  const message = written ?? suggestedMessage(words, format, options.template, facts)

  // Adopts the open upload of an earlier visit, so that new files join it.
  const isOpen = upload !== undefined
  useEffect(
    () => (isOpen || !repository ? undefined : session.watch({ repository, target })),
    [isOpen, session, repository, target],
  )

  const busy = upload?.stage.type === 'ending'
  const problem = upload?.stage.type === 'not-landed' ? upload.stage.problem : undefined
  const act = (work: (id: string) => Promise<void>) => async () => {
    if (upload && !busy) await work(upload.id).then(refresh)
  }
  const land = act((id) =>
    session.land(id, {
      message: message.trim() || words.land(target),
      metadata: recordOf(pairs),
      review,
      receipt: withReceipt ? { who: props.user } : undefined,
    }),
  )
  const keep = act((id) => session.keep(id))
  const discard = act((id) => session.discard(id))

  // Once merged the files are on the target: deleting the branch would not remove them.
  const merged = atomic?.state === 'merged'
  const heading = ({ branch }: AtomicUpload) =>
    merged ? words.mergedOpen(branch, target) : words.gathers(branch, target)
  const first = review ? words.openReview : words.land(target)
  const refused = problem?.type === 'conflict' || problem?.type === 'hooks'
  const notTakenBack = problem?.type === 'conflict' && problem.error instanceof MergeNotTakenBack
  const again = notTakenBack ? words.revertMerge : words.checkMerge
  const buttonText = merged ? again : refused ? words.tryAgain : first
  const place = { repository, branch: target }
  const mayNotCreate = useMissingRight({ lakefs, at: place }, 'branch', Boolean(props.atomic) && !upload)
  const mayNotLand = useMissingRight({ lakefs, at: place }, review ? 'review' : 'commit', isOpen && !merged)
  const wrong = mayNotLand ?? wrongPair(pairs, words)
  const ready = blocks.length === 0 && wrong === undefined
  const isComplete = auto && isOpen && ready && arrived > 0 && !gathered.isFetching && snapshot.status === 'finished'
  // Only the files that were ready and shown are merged.
  useEffect(() => {
    if (isComplete && session.takeRun()) void land()
  }, [isComplete, session])
  const autoCheckbox = (
    <label className="lfu-check">
      <input type="checkbox" form="" checked={auto} onChange={(event) => onAuto(event.target.checked)} />
      <span>{review ? words.autoReview : words.autoLand}</span>
    </label>
  )
  return (
    <div data-keeps tabIndex={-1}>
      {ended && ended.stage.type !== 'taken-back' && <UploadResult upload={ended} target={target} />}
      {!upload && locked && (
        <p className="lfu-plan-note" role="status">
          <Icon name="info" />
          <span>{words.elsewhere(locked.branch, target)}</span>
        </p>
      )}
      {!upload && mayNotCreate !== undefined && (
        <p className="lfu-plan-note" role="status">
          <Icon name="lock" />
          <span>{`${words.noUploadBranch} ${mayNotCreate}`}</span>
        </p>
      )}
      {!upload && <div className="lfu-undo">{autoCheckbox}</div>}
      {atomic && (
        <section className="lfu-commit lfu-land" aria-label={heading(atomic)}>
          <div className="lfu-commit-form">
            <h2>{snapshot.ids.length === 0 && !merged ? words.earlier(atomic.branch) : heading(atomic)}</h2>
            {!merged && <p className="lfu-soft">{words.gathersNote(target)}</p>}
            <CommitFields {...{ message, pairs }} onMessage={setWritten} onPairs={setPairs} />
          </div>
          {problem?.type === 'hooks' && <HookPanel refusal={problem.refusal} />}
          {problem?.type === 'conflict' && <ConflictPanel error={problem.error} target={target} />}
          <div className="lfu-commit-go">
            <div className="lfu-grow">
              {sending && <p className="lfu-soft">{words.stillRunning}</p>}
              {blocks.map(
                (block) =>
                  'files' in block && (
                    <p key={block.type} className="lfu-bad-text">
                      {(block.type === 'failed' ? words.incomplete : words.unfinishedHere)(block.files)}
                    </p>
                  ),
              )}
              {!sending && wrong !== undefined && <p className="lfu-bad-text">{wrong}</p>}
              {asksReview && !review && <p className="lfu-soft">{words.noPulls}</p>}
              {props.receipt && mine.length > 0 && (
                <label className="lfu-check">
                  <input
                    type="checkbox"
                    form=""
                    checked={withReceipt}
                    onChange={(event) => setWithReceipt(event.target.checked)}
                  />
                  <span>{words.receiptInMerge}</span>
                </label>
              )}
              {autoCheckbox}
              {(problem?.type === 'unchecked' || problem?.type === 'failed') && (
                <p role="alert" className="lfu-bad-text">
                  {problemText(problem, target, words)}
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
              aria-disabled={busy || sending}
              onClick={() => !sending && void keep()}
            >
              {words.keepBranch}
            </button>
            <button
              type="button"
              className="lfu-button lfu-primary lfu-big"
              aria-disabled={busy || !ready}
              onClick={() => ready && void land()}
            >
              {buttonText}
            </button>
          </div>
        </section>
      )}
    </div>
  )
}

function problemText(
  problem: Extract<LandProblem, { type: 'unchecked' | 'failed' }>,
  target: string,
  words: VersionedMessages,
): string {
  const { error } = problem
  if (problem.type === 'failed') return errorText(words, error, target)
  const { merge, cause } = problem.error
  if (merge === undefined) return words.mergeUnread(target)
  return `${words.mergeUnchecked(target)} ${errorText(words, cause, target)}`
}

const tallyOf = (objects: readonly { size_bytes?: number }[]) => ({
  files: objects.length,
  bytes: objects.reduce((sum, { size_bytes = 0 }) => sum + size_bytes, 0),
})
