import { byBytes } from '../lakefs/object-lookup.ts'
import type { ObjectStats } from '../lakefs/wire.ts'
import type { PlanEntry } from './comparing.ts'

/** Two names that are easy to take for one. */
export interface Clash {
  readonly reason: 'case' | 'accents'
  readonly first: string
  /** The one that may be left out. */
  readonly second: PlanEntry
  /** The first one is on the branch already, not in this drop. */
  readonly onBranch: boolean
}

/** One spelling for all names that a person or a file system may take for one. */
const folded = (path: string) => path.normalize('NFC').toLowerCase()

/** Names of the drop that differ from another one, or from one on the branch, only in case or in how accents are stored. */
export function clashesOf(
  entries: readonly PlanEntry[],
  branch: ReadonlyMap<string, ObjectStats>,
  prefix: string,
): Clash[] {
  const firsts = new Map<string, { path: string; onBranch: boolean }>()
  for (const full of branch.keys()) {
    if (full.startsWith(prefix))
      firsts.set(folded(full.slice(prefix.length)), { path: full.slice(prefix.length), onBranch: true })
  }
  const clashes: Clash[] = []
  for (const entry of [...entries].sort((a, b) => byBytes(a.path, b.path))) {
    if (entry.twinOf !== undefined) {
      clashes.push({ reason: 'accents', first: entry.twinOf, second: entry, onBranch: false })
      continue
    }
    const name = folded(entry.path)
    const spelling = entry.path
    const first = firsts.get(name)
    if (!first) {
      firsts.set(name, { path: spelling, onBranch: false })
    } else if (first.path !== spelling) {
      const reason = first.path.normalize('NFC') === entry.path ? 'accents' : 'case'
      clashes.push({ reason, first: first.path, second: entry, onBranch: first.onBranch })
    }
  }
  return clashes
}
