import { keepPreviousData, useQuery, useQueryClient } from '@tanstack/react-query'
import { useEffect, useRef, useState } from 'react'
import { lakefsQueries } from '../core/lakefs/index.ts'
import { Icon } from '../react/ui/icons.tsx'
import type { Place } from './address.ts'
import { usePage } from './context.tsx'
import { Picker } from './picker.tsx'
import { repositoriesLike } from './repositories.ts'
import { useSettled } from './settled.ts'
import { VerdictLine } from './verdict.tsx'

/** Id of the branch field. */
export const BRANCH_FIELD = 'lfp-branch'

interface Props {
  place: Place
  /** Files reach the branch by a merge, which a protected branch allows. */
  merges: boolean
  onChange: (place: Place) => void
}

/** Three fields that form the destination, and the result of the precheck of its branch. */
export function Destination({ place, merges, onChange }: Props) {
  const { words, lakefs, settings } = usePage()
  const client = useQueryClient()
  const [repositorySearch, setRepositorySearch] = useState('')
  const [branchSearch, setBranchSearch] = useState('')
  const repositories = useQuery({
    ...repositoriesLike(lakefs, useSettled(repositorySearch)),
    placeholderData: keepPreviousData,
  })
  const branches = useQuery({
    ...lakefsQueries.branches(lakefs, place.repository, useSettled(branchSearch)),
    placeholderData: (data, query) => (query?.queryKey[3] === place.repository ? data : undefined),
  })

  const latest = useRef(place)
  useEffect(() => {
    latest.current = place
  })
  const chooseRepository = async (repository: string) => {
    const listed = repositories.data?.results.find(({ id }) => id === repository)
    onChange({ ...place, repository, branch: listed?.default_branch ?? '' })
    if (listed) return
    const found = await client.fetchQuery(lakefsQueries.repository(lakefs, repository)).catch(() => undefined)
    // The user may have typed something else meanwhile.
    const now = latest.current
    if (found && now.repository === repository && now.branch === '') onChange({ ...now, branch: found.default_branch })
  }

  // A single repository is chosen automatically.
  const only = repositories.data?.results.length === 1 && !repositorySearch ? repositories.data.results[0] : undefined
  useEffect(() => {
    if (only && !place.repository) onChange({ ...place, repository: only.id, branch: only.default_branch })
  }, [only, place, onChange])

  return (
    <div className="lfp-destination">
      <div className="lfp-fields">
        <span className="lfp-join lfp-scheme" aria-hidden="true">
          lakefs://
        </span>
        <Picker
          id="lfp-repository"
          label={words.repository}
          icon={<Icon name="lake" />}
          value={place.repository}
          options={repositories.data?.results.map(({ id }) => id) ?? []}
          more={repositories.data?.pagination.has_more ?? false}
          disabled={settings.locked}
          onSearch={setRepositorySearch}
          onChoose={(repository) => void chooseRepository(repository)}
        />
        <span className="lfp-join" aria-hidden="true">
          /
        </span>
        <Picker
          id={BRANCH_FIELD}
          label={words.branch}
          icon={<Icon name="branch" />}
          value={place.branch}
          options={branches.data?.results.map(({ id }) => id) ?? []}
          more={branches.data?.pagination.has_more ?? false}
          disabled={settings.locked || !place.repository}
          onSearch={setBranchSearch}
          onChoose={(branch) => onChange({ ...place, branch })}
        />
        <span className="lfp-join" aria-hidden="true">
          /
        </span>
        <FolderField
          value={place.prefix}
          disabled={settings.locked}
          onChange={(prefix) => onChange({ ...place, prefix })}
        />
      </div>
      {settings.presets.length > 0 && !settings.locked && (
        <div className="lfp-presets">
          {settings.presets.map(({ label, ...preset }) => (
            <button
              type="button"
              className="lfu-button lfu-small"
              key={`${preset.repository}/${preset.branch}/${preset.prefix}`}
              onClick={() => onChange(preset)}
            >
              {label ?? `${preset.repository}/${preset.branch}/${preset.prefix}`}
            </button>
          ))}
        </div>
      )}
      <VerdictLine place={place} merges={merges} onBranchChange={(branch) => onChange({ ...place, branch })} />
    </div>
  )
}

function FolderField(props: { value: string; disabled: boolean; onChange: (prefix: string) => void }) {
  const { words } = usePage()
  return (
    <div className="lfp-labelled">
      <label htmlFor="lfp-folder">{words.folder}</label>
      <span className={props.disabled ? 'lfu-field lfp-in lfp-off' : 'lfu-field lfp-in'}>
        <Icon name="folder" />
        <input
          id="lfp-folder"
          className="lfu-mono"
          dir="ltr"
          autoComplete="off"
          autoCapitalize="off"
          spellCheck={false}
          disabled={props.disabled}
          value={props.value}
          onChange={(event) => props.onChange(event.target.value)}
        />
      </span>
    </div>
  )
}
