import { missingAction } from '../policies.ts'
import { apiRoute } from '../routes.ts'
import type { Lake } from '../world.ts'
import { type Call, Refusal } from './refusal.ts'

/**
 * Refuses a call that the policy of the user does not allow. As in lakeFS that is 401, comes before the question whether
 * the repository exists, and names the action (fixtures/acl.json).
 */
export function demandRight(lake: Lake, user: string, c: Call): void {
  const { pathname } = new URL(c.req.url)
  const repository = /^\/api\/v1\/repositories\/([^/]+)/.exec(pathname)?.[1]
  const route = apiRoute(c.req.method, pathname)
  const missing = missingAction(lake.settings.policies[user], route, repository && decodeURIComponent(repository))
  if (missing) throw new Refusal(401, `insufficient permissions: not allowed to ${missing}`)
}
