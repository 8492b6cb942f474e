import type { Page } from '@playwright/test'
import type { LakeFSServer } from './lakefs-server.ts'

/**
 * Opens the page of the host with its own session.
 * @param more props of the widget that can be JSON.
 */
export async function enterHost(page: Page, lakefs: LakeFSServer, prefix: string, more: object = {}): Promise<void> {
  const { repository, branch } = lakefs
  await page.goto(
    `${lakefs.url}host/?${new URLSearchParams({ repository, branch, prefix, more: JSON.stringify(more) })}`,
  )
  const token = await tokenOf(lakefs)
  await page.evaluate((given) => Object.assign(globalThis, { token: given }), token)
}

/** Returns the token of a new session, as a host would have it. */
export async function tokenOf(lakefs: Pick<LakeFSServer, 'url' | 'keys'>): Promise<string> {
  const answer = await fetch(`${lakefs.url}api/v1/auth/login`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ access_key_id: lakefs.keys.accessKeyId, secret_access_key: lakefs.keys.secretAccessKey }),
  })
  return ((await answer.json()) as { token: string }).token
}
