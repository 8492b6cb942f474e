/** Names of the calls, for faults, the log and the counters: method, path, name. The first match applies. */
const API: [method: string, path: RegExp, name: string][] = [
  ['POST', /^\/auth\/login$/, 'login'],
  ['GET', /^\/user$/, 'user'],
  ['GET', /^\/config$/, 'config'],
  ['GET', /^\/setup_lakefs$/, 'setup'],
  ['GET', /^\/repositories$/, 'repositories'],
  ['POST', /^\/repositories$/, 'create-repository'],
  ['GET', /^\/repositories\/[^/]+$/, 'repository'],
  ['DELETE', /^\/repositories\/[^/]+$/, 'delete-repository'],
  ['GET', /\/staging\/backing$/, 'address'],
  ['PUT', /\/staging\/backing$/, 'link'],
  ['POST', /\/staging\/pmpu$/, 'create-multipart'],
  ['PUT', /\/staging\/pmpu\/[^/]+\/parts\/[^/]+$/, 'sign-part'],
  ['PUT', /\/staging\/pmpu\/[^/]+$/, 'complete-multipart'],
  ['DELETE', /\/staging\/pmpu\/[^/]+$/, 'abort-multipart'],
  ['GET', /\/objects\/stage_allowed$/, 'stage-allowed'],
  ['GET', /\/objects\/stat$/, 'stat'],
  ['HEAD', /\/objects$/, 'read'],
  ['GET', /\/objects\/ls$/, 'ls'],
  ['GET', /\/objects$/, 'read'],
  ['POST', /\/objects$/, 'upload'],
  ['PUT', /\/objects$/, 'stage-object'],
  ['DELETE', /\/objects$/, 'delete-object'],
  ['POST', /\/objects\/delete$/, 'delete-objects'],
  ['POST', /\/branches\/[^/]+\/commits$/, 'commit'],
  ['POST', /\/branches\/[^/]+\/revert$/, 'revert'],
  ['POST', /\/branches\/[^/]+\/cherry-pick$/, 'cherry-pick'],
  ['GET', /\/branches\/[^/]+\/diff$/, 'uncommitted'],
  ['GET', /\/refs\/[^/]+\/diff\/[^/]+$/, 'diff'],
  ['POST', /\/refs\/[^/]+\/merge\/[^/]+$/, 'merge'],
  ['GET', /\/refs\/[^/]+\/commits$/, 'log'],
  ['GET', /\/commits\/[^/]+$/, 'get-commit'],
  ['GET', /\/branches$/, 'branches'],
  ['POST', /\/branches$/, 'create-branch'],
  ['GET', /\/branches\/[^/]+$/, 'branch'],
  ['PUT', /\/branches\/[^/]+$/, 'reset'],
  ['DELETE', /\/branches\/[^/]+$/, 'delete-branch'],
  ['POST', /\/tags$/, 'create-tag'],
  ['GET', /\/tags/, 'tags'],
  ['GET', /\/settings\/branch_protection$/, 'protection'],
  ['PUT', /\/settings\/branch_protection$/, 'set-protection'],
  ['POST', /\/pulls$/, 'create-pull'],
  ['PATCH', /\/pulls\/[^/]+$/, 'edit-pull'],
  ['PUT', /\/pulls\/[^/]+\/merge$/, 'merge-pull'],
  ['GET', /\/pulls/, 'pulls'],
  ['GET', /\/actions\/runs/, 'runs'],
]

export const ROUTES: readonly string[] = [
  ...new Set(API.map(([, , name]) => name)),
  'logout',
  'other',
  'store-preflight',
  'store-put',
  'store-part',
  'store-block',
  'store-blocklist',
  'store-read',
]

/**
 * Returns the name of a call of the API.
 * @param target request target as received.
 */
export function apiRoute(method: string, target: string): string {
  const path = target.split('?', 1)[0] ?? ''
  if (path === '/logout') return 'logout'
  if (!path.startsWith('/api/v1/')) return 'other'
  const rest = path.slice('/api/v1'.length)
  return API.find(([verb, pattern]) => verb === method && pattern.test(rest))?.[2] ?? 'other'
}

/** Returns the name of a request to the store. */
export function storeRoute(method: string, target: string): string {
  if (method === 'OPTIONS') return 'store-preflight'
  if (method !== 'PUT') return 'store-read'
  if (/[?&]partNumber=/.test(target)) return 'store-part'
  const block = /[?&]comp=(block|blocklist)(&|$)/.exec(target)?.[1]
  return block ? `store-${block}` : 'store-put'
}
