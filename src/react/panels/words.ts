import { useEffect, useMemo, useState } from 'react'
import type { Format } from '../i18n/format.ts'
import { useI18n } from '../i18n/language.ts'
import { englishVersioned, type VersionedMessages } from '../i18n/messages.versioned.ts'

type Table = (format: Format) => VersionedMessages

/** Languages besides English come in pieces of their own, when they are asked for. */
const TABLES: Readonly<Record<string, () => Promise<Table>>> = {
  de: async () => (await import('../i18n/messages.versioned.de.ts')).germanVersioned,
  ar: async () => (await import('../i18n/messages.versioned.ar.ts')).arabicVersioned,
}
/** Those that have come, so that only the first panel has a moment of English. */
const loaded = new Map<string, Table>([['en', englishVersioned]])

/** Words of the panels in the language around, those that the host gives before all others. */
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
      // The piece did not come over the network: the panel goes on in English.
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
