import { useEffect, useMemo, useState } from 'react'
import type { Format } from '../i18n/format.ts'
import { useI18n } from '../i18n/language.ts'
import { englishVersioned, type VersionedMessages } from '../i18n/messages.versioned.ts'

type Table = (format: Format) => VersionedMessages

/** Languages besides English are chunks that are loaded on demand. */
const TABLES: Readonly<Record<string, () => Promise<Table>>> = {
  de: async () => (await import('../i18n/messages.versioned.de.ts')).germanVersioned,
  ar: async () => (await import('../i18n/messages.versioned.ar.ts')).arabicVersioned,
}
/** Loaded tables. They are kept, so that only the first panel is in English for a moment. */
const loaded = new Map<string, Table>([['en', englishVersioned]])

/** Returns the messages of the panels in the current language; those of the host come first. */
export function useWords(): VersionedMessages {
  const { format, locale, words } = useI18n()
  const language = locale.toLowerCase().split('-')[0] ?? 'en'
  const [, setCame] = useState(0)
  useEffect(() => {
    const load = TABLES[language]
    if (!load || loaded.has(language)) return
    let wanted = true
    load().then(
      (table) => {
        loaded.set(language, table)
        if (wanted) setCame((count) => count + 1)
      },
      // The chunk could not be loaded: the panel stays in English.
      () => {},
    )
    return () => {
      wanted = false
    }
  }, [language])
  const table = loaded.get(language) ?? englishVersioned
  const { panels } = words
  return useMemo(() => ({ ...table(format), ...panels }), [table, format, panels])
}
