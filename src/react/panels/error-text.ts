import { toUploadError } from '../../core/index.ts'
import type { VersionedMessages } from '../i18n/messages.versioned.ts'

/** Returns the sentence of an error about a branch, or the words of lakeFS where no sentence fits better. */
export function errorText(words: VersionedMessages, thrown: unknown, branch: string): string {
  const error = toUploadError(thrown)
  if (error.code === 'lakefs-unreachable' && !error.detail) return words.noAnswer
  const text = error.detail ?? String(error.facts.answer ?? error.code)
  if (error.code === 'forbidden' && error.facts.permission !== undefined) {
    return words.rightMissing(String(error.facts.permission))
  }
  if (error.code === 'protected-branch') return words.protectedThere(branch)
  // lakeFS answers 400 to a merge or a revert: "can't apply meta-range on dirty branch".
  return /dirty branch/i.test(text) ? words.uncommittedThere(branch) : words.failed(text)
}
