import type { Answer } from '../file/state.ts'
import type { FileInput } from '../intake/input.ts'
import type { PlanEntry } from './compare.ts'
import { addTo, type Plan, type Share } from './plan.ts'

/** What the person decided about a plan. */
export interface Decisions {
  /** For every changed file that has no answer of its own. Default: asked one by one while sending. */
  changed?: Answer | 'ask'
  /** Send identical files too. Default false. */
  identical?: boolean
  /** Entries left out: the second of a clash, for one. */
  without?: ReadonlySet<PlanEntry>
}

/** The plan as files for {@link Uploader.add}, or as the answer of {@link UploaderOptions.beforeUpload}. */
export function filesOf({ entries }: Plan, { changed = 'ask', identical = false, without }: Decisions): FileInput[] {
  return entries.map((entry) => {
    const input = { ...entry.input }
    if (without?.has(entry)) return { ...input, skip: 'exists' }
    if (entry.kind === 'identical')
      return identical ? { ...input, answer: 'overwrite' } : { ...input, skip: 'identical', existing: entry.existing }
    if (entry.kind !== 'changed' || changed === 'ask' || input.answer) return input
    return changed === 'skip' ? { ...input, skip: 'exists' } : { ...input, answer: changed }
  })
}

/** What will really travel under these decisions. */
export function travelOf({ entries }: Plan, { changed = 'ask', identical = false, without }: Decisions): Share {
  const share = { files: 0, bytes: 0 }
  for (const entry of entries) {
    const stays =
      entry.kind === 'refused' ||
      without?.has(entry) ||
      (entry.kind === 'identical' && !identical) ||
      (entry.kind === 'changed' && (entry.input.answer ?? changed) === 'skip')
    if (!stays) addTo(share, entry)
  }
  return share
}

/**
 * What a tool that copies files by their names can send under these decisions.
 * @returns paths, on the disk as under the prefix, among them those of files that are too large for a browser and not for
 * such a tool; `rest` is how many more would travel, which it cannot do: they land under another name than they have on
 * the disk, or somebody is asked before they replace what is there.
 */
export function byName(plan: Plan, decisions: Decisions): { paths: string[]; rest: number } {
  const files = filesOf(plan, decisions)
  const paths: string[] = []
  let rest = 0
  for (const [index, entry] of plan.entries.entries()) {
    const { kind, path, spelled } = entry
    const file = files[index]
    const beyondTab = isBeyondTab(entry)
    if ((kind === 'refused' && !beyondTab) || file?.skip) continue
    const lands = beyondTab || kind !== 'changed' || file?.answer === 'overwrite'
    if (lands && spelled === undefined && path === file?.path) paths.push(path)
    else rest += 1
  }
  return { paths, rest }
}

/** The largest object of S3: what is larger no tool can send. */
const LARGEST = 5 * 2 ** 40

/** Larger than this store takes from a browser, and not than other tools can send. */
export const isBeyondTab = ({ error, size }: PlanEntry): boolean => error?.code === 'too-large' && size <= LARGEST

/** Those of {@link byName}, one a line: what rclone's --files-from-raw takes, and what a later visit may look up. */
export function listOfMissing(plan: Plan, decisions: Decisions): string {
  return byName(plan, decisions)
    .paths.map((path) => `${path}\n`)
    .join('')
}
