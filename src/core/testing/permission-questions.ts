/** Permission that a request asks for, by the end of its route. */
const ASKS: Readonly<Record<string, string>> = {
  '/cherry-pick': 'fs:CreateCommit',
  '/revert': 'fs:RevertBranch',
  '/branches': 'fs:CreateBranch',
}

/** Returns the permission that a request only asks for: it names a commit that does not exist. */
export function askedFor({ route, body }: { route: string; body: unknown }): string | undefined {
  const { ref, source } = (body ?? {}) as { ref?: unknown; source?: unknown }
  if (![ref, source].some((commit) => typeof commit === 'string' && /^0+$/.test(commit))) return undefined
  return Object.entries(ASKS).find(([ending]) => route.endsWith(ending))?.[1]
}
