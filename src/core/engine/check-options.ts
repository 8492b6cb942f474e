import { UploadError } from '../errors.ts'
import type { UploaderOptions } from '../options.ts'

/** Whole numbers from 1, or no limit. */
const COUNT = { least: 1, whole: true }
/** Any amount, none as well. */
const AMOUNT = { least: 0, whole: false }

/**
 * Looks at the figures among the options: one that cannot be would hold every file, or none of them, without a word.
 * @throws UploadError `option-invalid`.
 */
export function validateOptions(options: UploaderOptions): void {
  const { files, parts, api } = options.concurrency ?? {}
  check('concurrency.files', files, COUNT)
  check('concurrency.parts', parts, COUNT)
  check('concurrency.api', api, COUNT)
  check('partSize', options.partSize, COUNT)
  check('stallTimeout', options.stallTimeout, { least: 1, whole: false })
  check('viaApiBelow', options.viaApiBelow, AMOUNT)
  check('retryTimeout', options.retryTimeout, AMOUNT)
  check('maxFiles', options.maxFiles, { least: 0, whole: true })
  check('maxSize', options.maxSize, AMOUNT)
}

function check(option: string, value: number | null | undefined, { least, whole }: typeof COUNT): void {
  if (value === undefined || value === null) return
  const fits =
    typeof value === 'number' && value >= least && (!whole || value % 1 === 0 || value === Number.POSITIVE_INFINITY)
  if (fits) return
  const detail = `${option} is ${String(value)}, and has to be a ${whole ? 'whole number' : 'number'} from ${least}`
  throw new UploadError('option-invalid', { detail, facts: { option } })
}
