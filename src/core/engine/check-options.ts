import { UploadError } from '../errors.ts'
import type { UploaderOptions } from '../options.ts'

/** Whole numbers from 1, and Infinity. */
const POSITIVE_INTEGER = { least: 1, whole: true }
/** Numbers from 0. */
const NON_NEGATIVE = { least: 0, whole: false }

/** Checks the numbers among the options: an invalid limit would silently stop every file, or limit none. */
export function validateOptions(options: UploaderOptions): void {
  const { files, parts, api } = options.concurrency ?? {}
  check('concurrency.files', files, POSITIVE_INTEGER)
  check('concurrency.parts', parts, POSITIVE_INTEGER)
  check('concurrency.api', api, POSITIVE_INTEGER)
  check('partSize', options.partSize, POSITIVE_INTEGER)
  check('stallTimeout', options.stallTimeout, { least: 1, whole: false })
  check('viaApiBelow', options.viaApiBelow, NON_NEGATIVE)
  check('retryTimeout', options.retryTimeout, NON_NEGATIVE)
  check('maxFiles', options.maxFiles, { least: 0, whole: true })
  check('maxSize', options.maxSize, NON_NEGATIVE)
}

function check(option: string, value: number | null | undefined, { least, whole }: typeof POSITIVE_INTEGER): void {
  if (value === undefined || value === null) return
  const fits =
    typeof value === 'number' && value >= least && (!whole || value % 1 === 0 || value === Number.POSITIVE_INFINITY)
  if (fits) return
  const detail = `${option} is ${String(value)}, and has to be a ${whole ? 'whole number' : 'number'} from ${least}`
  throw new UploadError('option-invalid', { detail, facts: { option } })
}
