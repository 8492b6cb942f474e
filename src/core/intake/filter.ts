import { Slices } from '../request/slices.ts'
import type { CollectedFiles, PickedFile } from './collect.ts'
import type { LeftOut } from './input.ts'
import { isJunk } from './paths.ts'

/** Nothing was left out. */
export const NOTHING_LEFT: LeftOut = { junk: [], emptyFolders: [], unreadable: [], refused: [] }

/** A drop, parted into what is taken and what is not. */
export interface FilteredFiles {
  files: PickedFile[]
  junk: PickedFile[]
  leftOut: LeftOut
}

/** What may be added, as the options of the same names say it. */
interface Limits {
  accept?: string | undefined
  maxFiles?: number | undefined
  maxSize?: number | undefined
  includeJunk?: boolean | undefined
}

/** @param have files that the uploader has already; they count towards `maxFiles`. */
export async function filterFiles(
  collected: CollectedFiles,
  limits: Limits,
  have: number,
  slices = new Slices(),
): Promise<FilteredFiles> {
  const { accept, maxFiles, maxSize, includeJunk } = limits
  const files: PickedFile[] = []
  const junk: PickedFile[] = []
  const refused: LeftOut['refused'][number][] = []
  for (const picked of collected.files) {
    if (slices.isOver) await slices.rest()
    const { file, path } = picked
    const refuse = (reason: (typeof refused)[number]['reason']) => refused.push({ path, reason, size: file.size })
    if (!includeJunk && isJunk(path)) junk.push(picked)
    else if (accept && !isAccepted(file, accept)) refuse('type')
    else if (maxSize !== undefined && file.size > maxSize) refuse('size')
    else if (maxFiles !== undefined && have + files.length >= maxFiles) refuse('count')
    else files.push(picked)
  }
  return {
    files,
    junk,
    leftOut: {
      junk: junk.map(({ path }) => path),
      emptyFolders: collected.emptyFolders,
      unreadable: collected.unreadable,
      refused,
    },
  }
}

/** The rules of `<input accept>`: `.csv`, `image/*`, `application/json`, any of them, separated by commas. */
export function isAccepted({ name, type }: Pick<File, 'name' | 'type'>, accept: string): boolean {
  const rules = accept
    .split(',')
    .map((rule) => rule.trim().toLowerCase())
    .filter((rule) => rule !== '')
  if (rules.length === 0) return true
  return rules.some((rule) => {
    if (rule.startsWith('.')) return name.toLowerCase().endsWith(rule)
    if (rule.endsWith('/*')) return type.toLowerCase().startsWith(rule.slice(0, -1))
    return type.toLowerCase() === rule
  })
}
