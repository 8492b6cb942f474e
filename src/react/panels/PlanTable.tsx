import { useId, useState } from 'react'
import type { ConflictPolicy, Snapshot } from '../../core/index.ts'
import type { Decisions, PlanEntry, Review, Upload } from '../../core/versioned/index.ts'
import { isBeyondTab, planFile, tooBigForTab, travelOf } from '../../core/versioned/index.ts'
import { addressOf } from '../drop/address-of.ts'
import { useI18n } from '../i18n/language.ts'
import { download } from '../ui/download.ts'
import { Icon } from '../ui/icons.tsx'
import { Panel } from '../ui/Panel.tsx'
import { Choice } from './Choice.tsx'
import { ClashRows } from './ClashRows.tsx'
import { Commands } from './Commands.tsx'
import { errorText } from './error-text.ts'
import { FilesShown } from './FilesShown.tsx'
import { MissedRows } from './MissedRows.tsx'
import { PlanRow } from './PlanRow.tsx'
import type { UploadSessionHandle } from './session-handle.ts'
import { VerdictPanel } from './VerdictPanel.tsx'
import { useWords } from './words.ts'

export interface PlanProps {
  /** Upload that the plan belongs to. */
  upload: Upload
  review: Review
  session: UploadSessionHandle
  /** Measured speed, and the destination of files that are added now. */
  snapshot: Pick<Snapshot, 'destination'> & { totals: Pick<Snapshot['totals'], 'averageBytesPerSecond'> }
  /** What happens to existing paths unless the user decides otherwise. */
  policy: ConflictPolicy | undefined
  onBranchChange?: ((branch: string) => void) | undefined
  allowNewBranch?: boolean | undefined
  onRequestBranchChange?: (() => void) | undefined
}

type Changed = NonNullable<Decisions['changed']>

/** Initial choice about changed files. A plan has no choice `fail`: without an answer such files fail by the policy. */
const startsWith = (policy: ConflictPolicy): Changed => (policy === 'fail' ? 'ask' : policy)

/** Table of the comparison with its choices and the button that starts the upload. */
export function PlanTable({
  upload: { id, asked, destination: to },
  review: { plan, missing, rejections, endpoint, comparedAt, branch, branchError },
  session,
  snapshot: { destination: now, totals },
  policy = 'ask',
  onBranchChange,
  allowNewBranch = true,
  onRequestBranchChange,
}: PlanProps) {
  const words = useWords()
  const { format, words: speech } = useI18n()
  const [changed, setChanged] = useState<Changed>(startsWith(policy))
  const [identical, setIdentical] = useState(false)
  const [without, setWithout] = useState<ReadonlySet<PlanEntry>>(new Set())
  const whyId = useId()
  const [wanted, setCommands] = useState<boolean>()
  const { shares, verdict, destination, saved } = plan
  const decisions: Decisions = { changed, identical, without }
  const travel = travelOf(plan, decisions)
  const tooBig = tooBigForTab(travel, totals.averageBytesPerSecond)
  const commands = wanted ?? tooBig.reasons.length > 0
  /** Seconds at the measured speed; undefined when the commands show them. */
  const takes = tooBig.reasons.length > 0 || !tooBig.hours ? undefined : tooBig.hours * 3600
  const blocked = verdict !== undefined && branch === undefined
  const lacking = missing.size > 0
  const target = branch ?? destination.branch
  const here = addressOf(now)
  const moved = here !== addressOf({ ...asked, branch: branch ?? asked.branch })
  const there = addressOf({ ...to, branch: branch ?? to.branch })
  const unfit = plan.entries.filter(({ kind }) => kind === 'refused')
  const unsure = plan.entries.filter(({ notCompared }) => notCompared).length

  const problem = branchError === undefined ? undefined : errorText(words, branchError, destination.branch)

  async function makeBranch() {
    const made = await (await session.ready()).makeBranch(id)
    if (made !== undefined) onBranchChange?.(made)
  }
  const cancel = () => void session.ready().then((loaded) => loaded.cancel(id))
  const start = () => {
    if (!blocked && !lacking) void session.ready().then((loaded) => loaded.confirm(id, decisions))
  }

  return (
    <>
      <div className="lfu-summary lfu-plan-head">
        <h2>{words.nothingSent}</h2>
        <p className="lfu-soft">
          {words.compared(shares.all.files, format.bytes(shares.all.bytes), destination.branch)}
        </p>
      </div>
      {verdict && !branch && (
        <VerdictPanel
          plan={plan}
          problem={problem}
          onMake={allowNewBranch ? () => void makeBranch() : undefined}
          onChoose={
            onRequestBranchChange &&
            (() => {
              cancel()
              onRequestBranchChange()
            })
          }
        />
      )}
      {branch && (
        <p className="lfu-plan-note" role="status">
          <Icon name="branch" />
          <span>{words.willUse(branch)}</span>
        </p>
      )}
      {moved && now.repository !== '' && now.branch !== '' && (
        <div role="alert" style={{ overflowWrap: 'anywhere' }}>
          <Panel icon="asking" title={words.droppedFor(there)} note={words.chosenSince(here)}>
            <button
              type="button"
              className="lfu-button"
              onClick={() => void session.ready().then((loaded) => loaded.redirect(id, now))}
            >
              {words.sendThere}
            </button>
          </Panel>
        </div>
      )}
      <div className="lfu-plan-columns" aria-hidden="true">
        <span>{words.comparedWith(destination.branch)}</span>
        <span>{words.filesColumn}</span>
        <span>{words.sizeColumn}</span>
      </div>
      {/* biome-ignore lint/a11y/noRedundantRoles: Safari drops the role of a list without bullets. */}
      <ul role="list" className="lfu-plan-rows">
        <PlanRow icon="plus" tone="new" name={words.new} note={words.newNote(destination.branch)} share={shares.new} />
        {shares.changed.files > 0 && (
          <PlanRow
            icon="changed"
            tone="new"
            name={words.changed}
            note={[words.changedNote(destination.branch), unsure > 0 ? words.notCompared(unsure) : '']
              .filter(Boolean)
              .join(' · ')}
            share={shares.changed}
          >
            <Choice
              label={words.changed}
              value={changed}
              onChange={setChanged}
              options={[
                ['overwrite', words.replace],
                ['skip', words.skip],
                ['rename', words.keepBoth],
                // Without an answer the policy decides, and only `ask` asks the user.
                ...(policy === 'ask' ? [['ask', words.ask] as const] : []),
              ]}
            />
          </PlanRow>
        )}
        {shares.overUncommitted.files > 0 && (
          <PlanRow
            icon="asking"
            tone="ask"
            name={words.uncommitted}
            note={words.uncommittedNote}
            share={shares.overUncommitted}
          />
        )}
        <PlanRow
          icon="equal"
          tone="same"
          name={words.identical}
          note={[words.identicalNote(destination.branch), saved?.known ? words.savedUnread(saved.known) : '']
            .filter(Boolean)
            .join(' · ')}
          share={shares.identical}
        >
          {shares.identical.files > 0 && (
            <label className="lfu-check">
              <input
                type="checkbox"
                form=""
                checked={identical}
                onChange={(event) => setIdentical(event.target.checked)}
              />
              <span>{words.sendIdentical}</span>
            </label>
          )}
        </PlanRow>
        <ClashRows plan={plan} without={without} onWithout={setWithout} />
        {unfit.length > 0 && (
          <PlanRow
            icon="failed"
            tone="fail"
            name={words.refused}
            note={unfit
              .slice(0, 3)
              .map(({ input, error }) =>
                [input.path, error && speech.errors[error.code](error.facts, 1)].filter(Boolean).join(': '),
              )
              .concat(unfit.length > 3 ? words.more(unfit.length - 3) : [])
              .join(' · ')}
            share={shares.refused}
          >
            {unfit.some(isBeyondTab) && !commands && (
              <button type="button" className="lfu-button lfu-small" onClick={() => setCommands(true)}>
                {words.byCommand}
              </button>
            )}
          </PlanRow>
        )}
        <MissedRows plan={plan} />
      </ul>
      {saved !== undefined && saved.elsewhere > 0 && (
        <p className="lfu-plan-note">
          <Icon name="info" />
          <span>{words.savedOutside(saved.elsewhere)}</span>
        </p>
      )}
      <FilesShown plan={plan} missing={missing} />
      {commands && <Commands {...{ plan, decisions, rejections, tooBig }} endpoint={endpoint} />}
      <div className="lfu-strip lfu-plan-foot">
        <span className="lfu-grow" role="status">
          <strong>{words.travels(format.bytes(travel.bytes))}</strong>
          <span>
            {[
              words.stays(travel.files, shares.all.files - shares.refused.files - travel.files),
              ...(takes === undefined ? [] : [words.tooBigHours(format.duration(takes))]),
            ].join(' ')}
          </span>
        </span>
        <button type="button" className="lfu-link" aria-expanded={commands} onClick={() => setCommands(!commands)}>
          {commands ? words.hideCommand : words.byCommand}
        </button>
        <button
          type="button"
          className="lfu-link"
          onClick={() =>
            download(
              `plan-${destination.repository}-${destination.branch}.json`,
              planFile(plan, comparedAt),
              'application/json',
            )
          }
        >
          {words.savePlanFile}
        </button>
        <button type="button" className="lfu-button" onClick={cancel}>
          {words.cancel}
        </button>
        <button
          type="button"
          className="lfu-button lfu-primary"
          aria-disabled={blocked || lacking}
          aria-describedby={blocked || lacking ? whyId : undefined}
          onClick={start}
        >
          {words.startUpload}
        </button>
      </div>
      {(blocked || lacking) && (
        <p className="lfu-why" id={whyId}>
          {blocked ? (allowNewBranch ? words.blocked : words.blockedHere)(target) : words.needsMetadata(missing.size)}
        </p>
      )}
    </>
  )
}
