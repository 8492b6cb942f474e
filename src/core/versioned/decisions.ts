import type { ConflictAnswer } from '../file/state.ts'
import type { FileInput } from '../intake/input.ts'
import type { PlanEntry } from './compare.ts'
import { addTo, type Plan, type Share } from './plan.ts'

/** Decisions of the user about a plan. */
export interface Decisions {
  /** Answer for every changed file without its own. Default `ask`: each file asks while it is sent. */
  changed?: ConflictAnswer | 'ask'
  /** Sends identical files too. Default false. */
  identical?: boolean
  /** Entries that are not sent, such as the second file of a clash. */
  without?: ReadonlySet<PlanEntry>
}

/** Converts a plan to files for {@link Uploader.add} or for the result of {@link UploaderOptions.beforeUpload}. */
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

/** Returns number and bytes of the files that would be sent. */
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
 * Returns the files that a tool can send by their names.
 * @returns `paths`, which are the same on the disk and below the prefix, including files that are too large for a
 *   browser but not for a tool; `rest`, the number of other files that would be sent, which are renamed or need a
 *   decision before they overwrite an object.
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

/** Maximum bytes of an object on S3, which no tool can exceed. */
const LARGEST = 5 * 2 ** 40

/** True for a file that is too large for an upload from a browser, but not for other tools. */
export const isBeyondTab = ({ error, size }: PlanEntry): boolean => error?.code === 'too-large' && size <= LARGEST

/** Returns the paths of {@link byName}, one per line, as rclone's --files-from-raw reads them. */
export function listOfMissing(plan: Plan, decisions: Decisions): string {
  return byName(plan, decisions)
    .paths.map((path) => `${path}\n`)
    .join('')
}
