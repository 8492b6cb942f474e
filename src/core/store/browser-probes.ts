import type { PolicyBlock } from './page-policy.ts'
import type { Store } from './storage.ts'

/** Permission of a site for servers near it: https://wicg.github.io/local-network-access/. */
export type NetworkPermission = 'local-network' | 'loopback-network'

/** What a browser tells about requests that got no answer. Each may be absent where it cannot be known. */
export interface BrowserProbes {
  /** Returns the refusal of an origin by the page's own Content-Security-Policy, once it was seen. */
  policy: (origin: string) => PolicyBlock | undefined
  /** Forgets that refusal, because the origin has answered. */
  reached: (origin: string) => void
  /** Returns the state of a permission; undefined in browsers without it. */
  permission: (name: NetworkPermission) => Promise<PermissionState | undefined>
  /**
   * Sends a GET without a preflight, and returns whether the page may read the answer. `redirected` is an answer to the
   * page that leads elsewhere.
   */
  answersSimple: (url: string) => Promise<'readable' | 'redirected' | 'hidden'>
  /**
   * Store through functions of the browser that no script of the page has replaced, and a function to call at the end;
   * undefined where none is replaced.
   */
  pristine: () => { store: Store; close: () => void } | undefined
}
