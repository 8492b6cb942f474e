import { useQuery, useQueryClient } from '@tanstack/react-query'
import { type Dispatch, type RefObject, type SetStateAction, useEffect, useMemo, useState } from 'react'
import { lakefsKeys } from '../core/lakefs/index.ts'
import { LakeFSUploader, UploadActions, useUploader, useUploadSession } from '../index.ts'
import { type Place, withPlace } from './address.ts'
import { rememberChoices, rememberedChoices } from './choices.ts'
import { usePage } from './context.tsx'
import { BRANCH_FIELD, Destination } from './destination.tsx'
import { Listing } from './listing.tsx'
import { NO_RULES, rulesOf } from './rules.ts'
import type { Session } from './session.ts'
import { useSettled } from './settled.ts'
import { SignInWays } from './sign-in.tsx'
import { type Choices, Switches } from './switches.tsx'

/** Ms between changes of the URL; browsers limit how often a page may change it. */
const URL_DELAY_MS = 300

interface Props {
  session: Session
  place: Place
  onPlace: Dispatch<SetStateAction<Place>>
  /** Set to true while uploads run. */
  busy: RefObject<boolean>
}

/** Page after the sign-in: destination, widget and listing. */
export function Workbench({ session, place, onPlace, busy }: Props) {
  const { words, settings, lakefs } = usePage()
  const [choices, setChoices] = useState<Choices>(() => {
    const { onConflict, plan, viaApiBelow, atomic } = settings
    return { onConflict, plan, viaApiBelow, atomic, ...rememberedChoices(), rules: NO_RULES }
  })
  useEffect(() => rememberChoices(choices), [choices])
  const [known, setKnown] = useState<File>()
  const uploads = useUploadSession()
  const upload = useUploader({
    repository: place.repository,
    branch: place.branch,
    prefix: place.prefix,
    endpoint: settings.endpoint,
    onConflict: choices.onConflict,
    viaApiBelow: choices.viaApiBelow,
    presign: settings.presign,
    onSessionExpired: session.lost,
  })
  const { uploader } = upload
  useAddress(place)
  useEffect(() => {
    busy.current = upload.status !== 'idle' && upload.status !== 'finished'
    return () => {
      busy.current = false
    }
  }, [busy, upload.status])
  usePrecheckAfterFailures(place, upload.totals.counts.failed)

  const { expired, lookAgain } = session
  useEffect(() => {
    if (!expired) uploader.sessionRenewed()
  }, [expired, uploader])
  const waits = upload.sessionExpired
  useEffect(() => {
    // Waiting uploads check the session themselves. When they continue, the user has signed in in another tab, so the
    // page asks for the user again.
    if (waits) return lookAgain
  }, [waits, lookAgain])

  // Destination as the uploader normalised it, which is where files are put.
  const settled = useSettled(upload.destination)
  const notes = useMemo(
    () => (choices.plan ? [{ icon: 'eye' as const, text: words.planFact }] : []),
    [choices.plan, words],
  )
  const pulls = useQuery({
    queryKey: [...lakefsKeys.repository(lakefs.endpoint, settled.repository), 'pulls'],
    queryFn: ({ signal }) => lakefs.hasPulls(settled.repository, signal),
    enabled: choices.atomic !== false && settled.repository !== '',
  }).data
  const atomic = choices.atomic === 'review' && pulls === false ? true : choices.atomic
  const metadataRules = useMemo(() => rulesOf(choices.rules), [choices.rules])
  const chosen = place.repository !== '' && place.branch !== ''

  return (
    <main className="lfp-column">
      <LakeFSUploader
        uploader={uploader}
        repository={place.repository}
        branch={place.branch}
        prefix={place.prefix}
        onConflict={choices.onConflict}
        locale={words.language}
        dropTarget="page"
        confirmLeave
        notes={notes}
        slots={{
          header: <Destination place={place} merges={atomic !== false} onChange={onPlace} />,
          sessionPanel: <SignInWays session={session} />,
        }}
        sessionExpired={expired}
        session={uploads}
        plan={choices.plan}
        atomic={atomic}
        metadataRules={metadataRules}
        previousReceipt={known}
        onPreviousReceiptChange={() => setKnown(undefined)}
        onBranchChange={(branch) => onPlace((now) => ({ ...now, branch }))}
        allowNewBranch={!settings.locked}
        onRequestBranchChange={settings.locked ? undefined : focusBranch}
      />
      {chosen && (
        <section className="lfu lfp-after">
          <UploadActions
            uploader={uploader}
            snapshot={upload}
            session={uploads}
            repository={place.repository}
            branch={place.branch}
            atomic={atomic}
            user={session.user}
            commit={settings.commit}
            receipt
            undo
          />
        </section>
      )}
      <Switches choices={choices} pulls={pulls !== false} onChange={setChoices} known={known} onKnown={setKnown} />
      {chosen && settled.branch !== '' && (
        <Listing place={settled} onFolder={(prefix) => onPlace({ ...place, prefix })} />
      )}
      <p className="lfp-tail">{words.tail}</p>
    </main>
  )
}

/** Prechecks the branch again after failed files: it may be protected or deleted since. */
function usePrecheckAfterFailures({ repository, branch }: Place, failed: number): void {
  const { lakefs } = usePage()
  const client = useQueryClient()
  const failures = useSettled(failed)
  useEffect(() => {
    if (failures === 0) return
    void client.invalidateQueries({ queryKey: lakefsKeys.branch(lakefs.endpoint, { repository, branch }) })
  }, [client, lakefs, failures, repository, branch])
}

/** Writes the destination into the URL of the page, so that a reload or a shared link has it. */
function useAddress(place: Place): void {
  const settled = useSettled(place, URL_DELAY_MS)
  useEffect(() => {
    if (!settled.repository) return
    const href = withPlace(location.href, settled)
    if (href !== location.href) history.replaceState(history.state, '', href)
  }, [settled])
}

/** Focuses the branch field, where the user chooses another branch. */
function focusBranch(): void {
  document.getElementById(BRANCH_FIELD)?.focus()
}
