import { useMemo } from 'react'
import { useSpeech } from '../language.ts'
import { englishVersioned, type VersionedMessages } from '../messages.versioned.ts'

/** Words of the panels in the language around. */
export function useWords(): VersionedMessages {
  const { format } = useSpeech()
  return useMemo(() => englishVersioned(format), [format])
}
