import { Slices } from '../request/slices.ts'
import { isAccepted } from './accept.ts'
import type { CollectedFiles, PickedFile } from './collect.ts'
import type { Rejection } from './input.ts'
import { isSystemFile } from './system-files.ts'

/** Collected files, divided into accepted and rejected ones. */
export interface FilteredFiles {
  files: PickedFile[]
  systemFiles: PickedFile[]
  rejections: Rejection[]
}

/** Limits, as in the options of the same names. */
interface Limits {
  accept?: string | undefined
  maxFiles?: number | undefined
  maxSize?: number | undefined
  acceptSystemFiles?: boolean | undefined
}

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
  const { accept, maxFiles, maxSize, acceptSystemFiles } = limits
  const files: PickedFile[] = []
  const systemFiles: PickedFile[] = []
  const rejections: Rejection[] = []
  for (const picked of collected.files) {
    if (slices.isOver) await slices.rest()
    const { file, path } = picked
    const { size } = file
    const reject = (code: Rejection['code'], message: string) => rejections.push({ path, code, message, size })
    if (!acceptSystemFiles && isSystemFile(path)) {
      systemFiles.push(picked)
      reject('system-file', 'This is a file of the operating system.')
    } else if (accept && !isFileAccepted(picked, accept))
      reject('file-invalid-type', `Only ${accept} can be added here.`)
    else if (maxSize !== undefined && size > maxSize)
      reject('file-too-large', `This file has ${size} bytes, and ${maxSize} is the limit here.`)
    else if (maxFiles !== undefined && have + files.length >= maxFiles)
      reject('too-many-files', `Only ${maxFiles} files can be added here.`)
    else files.push(picked)
  }
  for (const { path, error } of collected.unreadable)
    rejections.push({ path, code: 'file-unreadable', message: 'The browser cannot read this file.', error })
  for (const path of collected.emptyFolders)
    rejections.push({ path, code: 'empty-folder', message: 'This folder is empty, and lakeFS keeps files only.' })
  return { files, systemFiles, rejections }
}

/** The name that the caller gives a file counts as well as its own, such as `blob`. */
function isFileAccepted({ file, path }: PickedFile, accept: string): boolean {
  const named = path.slice(path.lastIndexOf('/') + 1)
  return isAccepted(file, accept) || isAccepted({ name: named, type: file.type }, accept)
}
