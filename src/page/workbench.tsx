import { useQuery } from '@tanstack/react-query'
import { useEffect, useMemo, useState } from 'react'
import { AfterDrop, LakeFSUploader, lakefsKeys, useDesk, useUploader, versioned } from '../index.ts'
import { type Place, withPlace } from './address.ts'
import { usePage } from './context.tsx'
import { BRANCH_FIELD, Destination } from './destination.tsx'
import { Listing } from './listing.tsx'
import { NO_RULES, rulesOf } from './rules.ts'
import type { Session } from './session.ts'
import { useSettled } from './settled.ts'
import { SignInWays } from './sign-in.tsx'
import { type Choices, Switches } from './switches.tsx'

/** Browsers let a page change its address only so often. */
const ADDRESS_AFTER = 300

/** The page once somebody is signed in: where to, the widget, and what is there. */
export function Workbench({ session, start }: { session: Session; start: Partial<Place> }) {
  const { words, settings, lakefs } = usePage()
  const [place, setPlace] = useState<Place>({
    repository: start.repository ?? '',
    branch: start.branch ?? '',
    prefix: start.prefix ?? '',
  })
  const [choices, setChoices] = useState<Choices>({
    policy: settings.policy,
    plan: settings.plan,
    directBelow: settings.directBelow,
    atomic: settings.atomic,
    rules: NO_RULES,
  })
  const [known, setKnown] = useState<File>()
  const desk = useDesk()
  const upload = useUploader({
    repository: place.repository,
    branch: place.branch,
    prefix: place.prefix,
    endpoint: settings.endpoint,
    onConflict: choices.policy,
    directBelow: choices.directBelow,
    onSessionExpired: session.lost,
    onUploaded: (object, file) => desk.arrived(object, file),
  })
  const { uploader } = upload
  useAddress(place)

  const { expired, lookAgain } = session
  useEffect(() => {
    if (!expired) uploader.sessionRenewed()
  }, [expired, uploader])
  const waits = upload.session === 'expired'
  useEffect(() => {
    // What waits for a session looks for one itself; once it goes on, somebody has signed in in another tab.
    if (waits) return lookAgain
  }, [waits, lookAgain])

  const settled = useSettled(place)
  const facts = useMemo(
    () => (choices.plan ? [{ icon: 'eye' as const, text: words.planFact }] : []),
    [choices.plan, words],
  )
  const pulls = useQuery({
    queryKey: [...lakefsKeys.repository(lakefs.endpoint, settled.repository), 'pulls'],
    queryFn: async ({ signal }) => (await versioned()).history.hasPulls(lakefs, settled.repository, signal),
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
        onConflict={choices.policy}
        locale={words.language}
        dropTarget="page"
        leaveGuard
        facts={facts}
        header={<Destination place={place} merges={atomic !== false} onChange={setPlace} />}
        sessionPanel={<SignInWays session={session} />}
        sessionEnded={expired}
        desk={desk}
        plan={choices.plan}
        atomic={atomic}
        metadataRules={metadataRules}
        knownReceipt={known}
        onForgetReceipt={() => setKnown(undefined)}
        onBranch={!settings.locked && ((branch) => setPlace((now) => ({ ...now, branch })))}
        onChooseBranch={settings.locked ? undefined : focusBranch}
      />
      {chosen && (
        <section className="lfu lfp-after">
          <AfterDrop
            uploader={uploader}
            snapshot={upload}
            desk={desk}
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
        <Listing place={settled} onFolder={(prefix) => setPlace({ ...place, prefix })} />
      )}
      <p className="lfp-tail">{words.tail}</p>
    </main>
  )
}

/** Writes the destination into the page's own address, so that a reload or a shared link comes back to it. */
function useAddress(place: Place): void {
  const settled = useSettled(place, ADDRESS_AFTER)
  useEffect(() => {
    if (!settled.repository) return
    const href = withPlace(location.href, settled)
    if (href !== location.href) history.replaceState(history.state, '', href)
  }, [settled])
}

/** The field itself is the way to another branch. */
function focusBranch(): void {
  document.getElementById(BRANCH_FIELD)?.focus()
}
