import { allowed } from '../request/allowed.ts'
import type { BrowserProbes, NetworkPermission } from '../store/browser-probes.ts'
import { PagePolicy } from '../store/page-policy.ts'
import type { Store } from '../store/storage.ts'

/** Name of both permissions in Chrome before 145, which still knows it. */
const EARLIER_PERMISSION = 'local-network-access'

/**
 * Creates the probes of a browser. The policy of the page is heard for as long as the page is open: its events come
 * with the first refused request, which may be one of another part of the page.
 * @param createStore creates a store with this XMLHttpRequest.
 */
export function browserProbes(createStore: (own: typeof XMLHttpRequest) => Store): BrowserProbes {
  const policy = new PagePolicy(allowed(() => origin) ?? '')
  globalThis.document?.addEventListener?.('securitypolicyviolation', (event) => policy.hear(event))
  return {
    policy: (of) => policy.blocks(of),
    reached: (of) => policy.forget(of),
    permission,
    answersSimple,
    pristine: () => pristine(createStore),
  }
}

/** Browsers without the permission reject its name. */
async function permission(name: NetworkPermission): Promise<PermissionState | undefined> {
  for (const one of [name, EARLIER_PERMISSION]) {
    try {
      return (await globalThis.navigator.permissions.query({ name: one as PermissionName })).state
    } catch {
      // The next name, if there is one.
    }
  }
  return undefined
}

async function answersSimple(url: string): Promise<'readable' | 'redirected' | 'hidden'> {
  try {
    const { type } = await fetch(url, { redirect: 'manual', credentials: 'omit', cache: 'no-store' })
    return type === 'opaqueredirect' ? 'redirected' : 'readable'
  } catch {
    return 'hidden'
  }
}

/** Functions of the browser say so in their own text; those of a script show their code. */
const isNative = (own: unknown) =>
  typeof own !== 'function' || /\{\s*\[native code\]\s*\}\s*$/.test(Function.prototype.toString.call(own))

/** Returns true when a script of the page has replaced what sends requests. */
function isReplaced(): boolean {
  const { fetch: ask, XMLHttpRequest: Own } = globalThis
  const prototype = Own?.prototype
  return ![ask, Own, prototype?.open, prototype?.send, prototype?.setRequestHeader].every(isNative)
}

/** An empty frame of the same origin has functions that no script has touched, and the policy of the page. */
function pristine(createStore: (own: typeof XMLHttpRequest) => Store): ReturnType<BrowserProbes['pristine']> {
  const { document } = globalThis
  if (!document?.body || !isReplaced()) return undefined
  const frame = document.createElement('iframe')
  frame.hidden = true
  frame.setAttribute('aria-hidden', 'true')
  document.body.append(frame)
  const close = () => frame.remove()
  const own = (frame.contentWindow as (Window & { XMLHttpRequest?: typeof XMLHttpRequest }) | null)?.XMLHttpRequest
  if (own) return { store: createStore(own), close }
  close()
  return undefined
}
