import type { Plan } from '../../core/versioned/index.ts'
import { Path } from '../ui/Path.tsx'
import { useWords } from './words.ts'

/** Maximum number of files; the others are counted. */
const MAX_SHOWN = 200

/** List of the files with the metadata that will be set on them. */
export function FilesShown({ plan, missing }: { plan: Plan; missing: ReadonlyMap<string, readonly string[]> }) {
  const words = useWords()
  const described = plan.entries.filter(
    ({ input }) => Object.keys(input.metadata ?? {}).length > 0 || missing.has(input.path),
  )
  if (described.length === 0) return null
  return (
    <details className="lfu-plan-files" open>
      <summary>{`${words.metadataTitle} · ${words.metadataNote}`}</summary>
      {/* biome-ignore lint/a11y/noRedundantRoles: Safari drops the role of a list without bullets. */}
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a list that scrolls must be reachable by keyboard. */}
      <ul role="list" tabIndex={0} aria-label={words.metadataTitle}>
        {[...described]
          .sort((a, b) => Number(missing.has(b.input.path)) - Number(missing.has(a.input.path)))
          .slice(0, MAX_SHOWN)
          .map(({ input }) => (
            <li key={input.path}>
              <Path path={input.path} />
              <span className="lfu-mono lfu-faint">
                {Object.entries(input.metadata ?? {})
                  .map(([key, value]) => `${key}=${value}`)
                  .join('  ')}
              </span>
              {missing.has(input.path) && (
                <span className="lfu-bad-text">
                  {words.metadataMissing((missing.get(input.path) ?? []).join(', '))}
                </span>
              )}
            </li>
          ))}
      </ul>
      {described.length > MAX_SHOWN && <p className="lfu-more">{words.more(described.length - MAX_SHOWN)}</p>}
    </details>
  )
}
