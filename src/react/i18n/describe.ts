import { standAlone } from '../../core/error-sentences.ts'
import { isUploadError, toUploadError } from '../../core/index.ts'
import { createFormat } from './format.ts'
import { english, type Language } from './messages.ts'

/**
 * Says what happened and what to do about it, in one language.
 * @param error anything that was thrown; what is no UploadError is described by what it is for a request.
 * @param language as {@link loadLanguage} gives it. Default: English, the language of `error.message`.
 * @example toast(describe(error, await loadLanguage('de')))
 */
export function describe(error: unknown, language: Language = english): string {
  const { code, facts } = isUploadError(error) ? error : toUploadError(error)
  const words = language.words(createFormat(language.locale, language.units))
  return standAlone(words.errors[code], facts)
}
