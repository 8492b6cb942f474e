import { Slices } from '../request/slices.ts'
import { isAccepted } from './accept.ts'
import type { CollectedFiles, PickedFile } from './collect.ts'
import type { Rejection } from './input.ts'
import { systemFileIn } from './system-files.ts'
import { versionControlIn } from './version-control.ts'

/** Collected files, divided into accepted and rejected ones. */
export interface FilteredFiles {
  files: PickedFile[]
  /** Rejected files that the user may include after all, by their codes. */
  systemFiles: PickedFile[]
  versionControl: PickedFile[]
  rejections: Rejection[]
}

/** Why a file is left out although it could be uploaded. */
export type LeftOutCode = Extract<Rejection['code'], 'system-file' | 'version-control'>

/** Limits, as in the options of the same names. */
interface Limits {
  accept?: string | undefined
  maxFiles?: number | undefined
  maxSize?: number | undefined
  acceptSystemFiles?: boolean | undefined
  acceptVersionControl?: boolean | undefined
}

/** Limits for files that the user includes after they were left out. */
export const includingLeftOut = (limits: Limits): Limits => ({
  ...limits,
  acceptSystemFiles: true,
  acceptVersionControl: true,
})

/**
 * Divides collected files by the limits.
 * @param have number of files that the uploader already has; they count towards `maxFiles`.
 */
export async function filterFiles(
  collected: CollectedFiles,
  limits: Limits,
  have: number,
  slices = new Slices(),
): Promise<FilteredFiles> {
  const { accept, maxFiles, maxSize } = limits
  const files: PickedFile[] = []
  const systemFiles: PickedFile[] = []
  const versionControl: PickedFile[] = []
  const rejections: Rejection[] = []
  for (const picked of collected.files) {
    if (slices.isOver) await slices.rest()
    const { file, path } = picked
    const { size } = file
    const reject = (code: Rejection['code'], message: string) => rejections.push({ path, code, message, size })
    const unmeant = unmeantReason(path, limits)
    if (unmeant) {
      if (unmeant.code === 'system-file') systemFiles.push(picked)
      else versionControl.push(picked)
      rejections.push({ path, ...unmeant, size })
    } else if (accept && !isFileAccepted(picked, accept))
      reject('file-invalid-type', `Only ${accept} can be added here.`)
    else if (maxSize !== undefined && size > maxSize)
      reject('file-too-large', `This file has ${size} bytes, and ${maxSize} is the limit here.`)
    else if (maxFiles !== undefined && have + files.length >= maxFiles)
      reject('too-many-files', `Only ${maxFiles} files can be added here.`)
    else files.push(picked)
  }
  for (const { path, error } of collected.unreadable) {
    // Nobody misses these, and some are always locked: Windows lets nobody read ~$ files of open documents.
    const unmeant = unmeantReason(path, limits) ?? unmeantReason(`${path}/`, limits)
    rejections.push(unmeant ? { path, ...unmeant, error } : { path, ...UNREADABLE, error })
  }
  for (const path of collected.emptyFolders) {
    if (unmeantReason(`${path}/`, limits)) continue
    rejections.push({ path, code: 'empty-folder', message: 'This folder is empty, and lakeFS keeps files only.' })
  }
  return { files, systemFiles, versionControl, rejections }
}

/** Code and sentence of a rejection for what the browser cannot read. */
export const UNREADABLE = { code: 'file-unreadable', message: 'The browser cannot read this file.' } as const

/** Returns why users do not mean to upload such a path, with the name in it that tells. */
function unmeantReason(
  path: string,
  { acceptSystemFiles, acceptVersionControl }: Limits,
): { code: LeftOutCode; message: string; matched: string } | undefined {
  const system = acceptSystemFiles ? undefined : systemFileIn(path)
  if (system !== undefined)
    return { code: 'system-file', message: 'This is a file of the operating system or a program.', matched: system }
  const tree = acceptVersionControl ? undefined : versionControlIn(path)
  if (tree === undefined) return undefined
  return { code: 'version-control', message: 'This belongs to a version control system.', matched: tree }
}

/** The name that the caller gives a file counts as well as its own, such as `blob`. */
function isFileAccepted({ file, path }: PickedFile, accept: string): boolean {
  const named = path.slice(path.lastIndexOf('/') + 1)
  return isAccepted(file, accept) || isAccepted({ name: named, type: file.type }, accept)
}
