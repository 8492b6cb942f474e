import { useQuery } from '@tanstack/react-query'
import { lakefsKeys, missingRight, type Right } from '../../core/lakefs/index.ts'
import { errorText } from './error-text.ts'
import type { PanelContext } from './panel-context.ts'
import { useWords } from './words.ts'

/**
 * Asks whether the user may do something on a branch, before a button for it is pressed.
 * @param wanted false while there is nothing to do.
 * @returns why not, in words that name the permission; undefined when the user may or nothing is known.
 */
export function useMissingRight(
  { lakefs, at }: Pick<PanelContext, 'lakefs' | 'at'>,
  right: Right,
  wanted: boolean,
): string | undefined {
  const words = useWords()
  const { data } = useQuery({
    queryKey: [...lakefsKeys.branch(lakefs.endpoint, at), 'right', right],
    // Asked once: a question without an answer is none that the user waits for, and the action itself will tell.
    queryFn: async ({ signal }) =>
      (await lakefs.repeat((once) => missingRight(once, at, right, signal), signal)) ?? null,
    enabled: wanted,
    staleTime: 60_000,
    retry: false,
  })
  return data ? errorText(words, data, at.branch) : undefined
}
