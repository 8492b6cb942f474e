import { arabic } from './words.ar.ts'
import { german } from './words.de.ts'
import { english, type PageWords } from './words.ts'

const ALL: Readonly<Record<string, PageWords>> = { en: english, de: german, ar: arabic }

/** Returns the words of the first language that the page has; `de-AT` counts as `de`. */
export function wordsFor(languages: readonly (string | undefined)[]): PageWords {
  for (const one of languages) {
    const found = one && ALL[one.toLowerCase().split('-')[0] ?? '']
    if (found) return found
  }
  return english
}
