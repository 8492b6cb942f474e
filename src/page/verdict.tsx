import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { createLakeFSClient, lakefsKeys, lakefsQueries, toUploadError } from '../core/lakefs/index.ts'
import type { ErrorCode, UploadError } from '../index.ts'
import { refetchAfterFailure } from '../react/refetch-after-failure.ts'
import { Icon, type IconName } from '../react/ui/icons.tsx'
import type { Place } from './address.ts'
import { usePage } from './context.tsx'
import { useSettled } from './settled.ts'

/** Sentence about the chosen branch. */
interface Verdict {
  tone: 'asks' | 'fine' | 'looking'
  icon: IconName
  text: string
  /** Reason why the branch accepts no files. */
  code?: ErrorCode
}

/** Codes that another destination can solve. */
const ELSEWHERE: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  'protected-branch',
  'read-only',
  'repository-not-found',
  'store-unknown',
  'branch-not-found',
  'not-a-branch',
])

/** Prechecks the branch; undefined without one. */
function useVerdict(place: Place, merges: boolean): Verdict | undefined {
  const { words, lakefs, settings } = usePage()
  const at = { repository: place.repository, branch: useSettled(place.branch) }
  const asked = useQuery({
    ...lakefsQueries.precheck(lakefs, at),
    refetchInterval: (query) => refetchAfterFailure(query, () => true),
  })
  const { data } = asked
  const forbidden = useQuery({
    ...lakefsQueries.writeRefusal(lakefs, { ...at, prefix: useSettled(place.prefix) }),
  }).data
  // React Query clears the error while it repeats the request. Keeping it avoids announcing it each time.
  const [last, setLast] = useState<{ at: string; thrown: unknown }>()
  const key = `${at.repository}\n${at.branch}`
  if (asked.error && asked.error !== last?.thrown) setLast({ at: key, thrown: asked.error })
  const again = asked.isPending && asked.errorUpdateCount > 0 && last?.at === key
  const thrown = asked.error ?? (again ? last.thrown : undefined)
  // A missing repository or branch is reported in the drop zone.
  if (!place.repository || !place.branch) return undefined
  // The result still belongs to the previous branch.
  if (at.branch !== place.branch) return { tone: 'looking', icon: 'info', text: words.looking }
  const error: UploadError | undefined = data?.error ?? forbidden ?? (thrown ? toUploadError(thrown) : undefined)
  if (error && !(merges && error.code === 'protected-branch')) {
    const shut = settings.locked && ELSEWHERE.has(error.code)
    const text = shut ? words.lockedOut(place.branch) : words.verdict(error, place.branch)
    return { tone: 'asks', icon: error.code === 'protected-branch' ? 'lock' : 'asking', text, code: error.code }
  }
  if (data) {
    return { tone: 'fine', icon: 'uploaded', text: (merges ? words.fineByMerge : words.fine)(place.branch) }
  }
  return { tone: 'looking', icon: 'info', text: words.looking }
}

interface LineProps {
  place: Place
  /** Files reach the branch by a merge, which a protected branch allows. */
  merges: boolean
  onBranchChange: (branch: string) => void
}

/**
 * Result of the precheck, with a button where a branch can be created. Errors are alerts; other results are not
 * announced, because the page has a polite live region in the widget already.
 */
export function VerdictLine({ place, merges, onBranchChange }: LineProps) {
  const { settings } = usePage()
  const verdict = useVerdict(place, merges)
  if (!verdict) return null
  const { tone, icon, text, code } = verdict
  return (
    <p className={`lfp-hint lfp-${tone}`} role={tone === 'asks' ? 'alert' : undefined}>
      <Icon name={icon} />
      <span>{text}</span>
      {code && !settings.locked && <WayOut code={code} place={place} onBranchChange={onBranchChange} />}
    </p>
  )
}

/** Button "Use an upload branch" for a protected branch, "Create branch" for a missing one. */
function WayOut(props: { code: UploadError['code']; place: Place; onBranchChange: (branch: string) => void }) {
  const { words, lakefs } = usePage()
  const client = useQueryClient()
  const [problem, setProblem] = useState<string>()
  const { code, place, onBranchChange } = props
  if (code !== 'protected-branch' && code !== 'branch-not-found') return null

  async function make() {
    setProblem(undefined)
    const { repository, branch } = place
    try {
      if (code === 'branch-not-found') {
        const { default_branch: source } = await client.fetchQuery(lakefsQueries.repository(lakefs, repository))
        await lakefs.createBranch(repository, { name: branch, source })
        onBranchChange(branch)
      } else {
        const { createUploadBranch } = await import('../core/versioned/index.ts')
        const patient = createLakeFSClient({ endpoint: lakefs.endpoint })
        onBranchChange((await createUploadBranch(patient, { repository, source: branch })).name)
      }
      await client.invalidateQueries({ queryKey: lakefsKeys.repository(lakefs.endpoint, repository) })
    } catch (thrown) {
      setProblem(words.verdict(toUploadError(thrown), branch))
    }
  }

  return (
    <>
      <button type="button" className="lfu-button lfu-small" onClick={() => void make()}>
        {code === 'protected-branch' ? words.useUploadBranch : words.createBranch}
      </button>
      {problem && <span className="lfp-problem">{problem}</span>}
    </>
  )
}
