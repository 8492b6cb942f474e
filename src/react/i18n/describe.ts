import { standAlone } from '../../core/error-sentences.ts'
import { isUploadError, toUploadError } from '../../core/index.ts'
import { createFormat } from './format.ts'
import { english, type Language } from './messages.ts'

/**
 * Returns a sentence about an error: what happened and what to do.
 * @param error any thrown value; other values than an UploadError are described as errors of a request.
 * @param language result of {@link loadLanguage}. Default: English, the language of `error.message`.
 * @example toast(describe(error, await loadLanguage('de')))
 */
export function describe(error: unknown, language: Language = english): string {
  const { code, facts } = isUploadError(error) ? error : toUploadError(error)
  const words = language.words(createFormat(language.locale, language.units))
  return standAlone(words.errors[code], facts)
}
