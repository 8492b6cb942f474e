import type { Checked } from '../../core/versioned/index.ts'
import { Path } from '../ui/Path.tsx'
import { useWords } from './words.ts'

const MAX_SHOWN = 8

/** Lists the files that no longer match a receipt. */
export function ChangedFiles({ files }: { files: readonly Checked[] }) {
  const words = useWords()
  if (files.length === 0) return null
  return (
    // biome-ignore lint/a11y/noRedundantRoles: Safari drops the role of a list without bullets.
    <ul role="list" className="lfu-conflicts lfu-strays">
      {files.slice(0, MAX_SHOWN).map(({ path, verdict }) => (
        <li key={path}>
          <Path path={path} />
          <span className="lfu-bad-text">{words.strays[verdict]}</span>
        </li>
      ))}
      {files.length > MAX_SHOWN && <li>{words.more(files.length - MAX_SHOWN)}</li>}
    </ul>
  )
}
