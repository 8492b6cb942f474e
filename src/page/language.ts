import { arabic } from './words.ar.ts'
import { german } from './words.de.ts'
import { english, type PageWords } from './words.ts'

const ALL: Readonly<Record<string, PageWords>> = { en: english, de: german, ar: arabic }

/** The first of these languages that the page speaks; a region (`de-AT`) counts as its language. */
export function wordsFor(languages: readonly (string | undefined)[]): PageWords {
  for (const one of languages) {
    const found = one && ALL[one.toLowerCase().split('-')[0] ?? '']
    if (found) return found
  }
  return english
}
