import { createContext, useContext, useEffect, useMemo, useState } from 'react'
import { createFormat, directionOf, type Format } from './format.ts'
import { english, type Language, type Messages } from './messages.ts'

/** Messages of the host: part of the table, or a function that creates them with the formats of the language. */
export type MessagesProp = Partial<Messages> | ((format: Format) => Partial<Messages>)

export interface I18n {
  words: Messages
  format: Format
  dir: 'ltr' | 'rtl'
  locale: string
}

const I18nContext = createContext<I18n | undefined>(undefined)
export const I18nProvider = I18nContext.Provider

/** Returns the messages and formats of the surrounding widget. */
export function useI18n(): I18n {
  const i18n = useContext(I18nContext)
  if (!i18n) throw new Error('this piece needs a LakeFSUploader or an I18nProvider around it')
  return i18n
}

/** Languages besides English are chunks that are loaded on demand. */
const LANGUAGES: Readonly<Record<string, () => Promise<Language>>> = {
  de: async () => (await import('./messages.de.ts')).german,
  ar: async () => (await import('./messages.ar.ts')).arabic,
}

const languageOf = (locale: string) => locale.toLowerCase().split(/[-_]/)[0] ?? ''

/** Normalises a locale for Intl: hosts also write `de_DE`, and an invalid locale would make the page throw. */
function localeOf(given: string): string {
  try {
    return new Intl.Locale(given.replace(/_/g, '-')).toString()
  } catch {
    return 'en'
  }
}

/** Loads the messages of a locale, so that a host can have them before the first render. */
export async function loadLanguage(locale: string): Promise<Language> {
  return (await LANGUAGES[languageOf(locale)]?.()) ?? english
}

export function createI18n(given: string, language: Language, messages?: MessagesProp): I18n {
  const locale = localeOf(given)
  const format = createFormat(locale, language.units)
  const words = language.words(format)
  const own = typeof messages === 'function' ? messages(format) : messages
  const panels = { ...words.panels, ...own?.panels }
  return { words: { ...words, ...own, panels }, format, dir: directionOf(locale), locale }
}

/**
 * Returns the messages and formats of a locale, in English until they are loaded. A locale without messages has English
 * texts and its own formats.
 */
export function useLocale(locale: string, given?: Language, messages?: MessagesProp): I18n {
  const [loaded, setLoaded] = useState<{ locale: string; language: Language }>()
  useEffect(() => {
    if (given || !LANGUAGES[languageOf(locale)]) return
    let wanted = true
    loadLanguage(locale).then(
      (language) => wanted && setLoaded({ locale, language }),
      // The chunk could not be loaded: the widget stays in English.
      () => {},
    )
    return () => {
      wanted = false
    }
  }, [locale, given])
  const language = given ?? (loaded?.locale === locale ? loaded.language : english)
  return useMemo(() => createI18n(locale, language, messages), [locale, language, messages])
}
