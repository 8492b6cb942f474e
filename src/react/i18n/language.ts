import { createContext, useContext, useEffect, useMemo, useState } from 'react'
import { createFormat, directionOf, type Format } from './format.ts'
import { english, type Language, type Messages } from './messages.ts'

/** Words of a host's own: some of the table, or a function that makes them with the language's figures. */
export type MessagesProp = Partial<Messages> | ((format: Format) => Partial<Messages>)

export interface I18n {
  words: Messages
  format: Format
  dir: 'ltr' | 'rtl'
  locale: string
}

const SpeechContext = createContext<I18n | undefined>(undefined)
export const I18nProvider = SpeechContext.Provider

/** Words and figures of the widget around. */
export function useI18n(): I18n {
  const speech = useContext(SpeechContext)
  if (!speech) throw new Error('this piece needs a LakeFSUploader or a I18nProvider around it')
  return speech
}

/** Languages besides English come in pieces of their own, when they are asked for. */
const LANGUAGES: Readonly<Record<string, () => Promise<Language>>> = {
  de: async () => (await import('./messages.de.ts')).german,
  ar: async () => (await import('./messages.ar.ts')).arabic,
}

const languageOf = (locale: string) => locale.toLowerCase().split(/[-_]/)[0] ?? ''

/** As Intl takes it: many write `de_DE`, and one that is no locale at all would take the host's page along. */
function localeOf(given: string): string {
  try {
    return new Intl.Locale(given.replace(/_/g, '-')).toString()
  } catch {
    return 'en'
  }
}

/** The words of a locale ahead of the first render, for hosts that want no moment of English. */
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

/** I18n of a locale; English until its words have come. A locale without words here speaks English with its own figures. */
export function useLocale(locale: string, given?: Language, messages?: MessagesProp): I18n {
  const [loaded, setLoaded] = useState<{ locale: string; language: Language }>()
  useEffect(() => {
    if (given || !LANGUAGES[languageOf(locale)]) return
    let wanted = true
    loadLanguage(locale).then(
      (language) => wanted && setLoaded({ locale, language }),
      // The piece did not come over the network: the widget goes on in English.
      () => {},
    )
    return () => {
      wanted = false
    }
  }, [locale, given])
  const language = given ?? (loaded?.locale === locale ? loaded.language : english)
  return useMemo(() => createI18n(locale, language, messages), [locale, language, messages])
}
