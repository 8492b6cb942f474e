import type { IncomingMessage } from 'node:http'

/** Decision about a request by its request line and headers. */
export type RouteDecision =
  | { to: 'page' }
  /** Path and query at lakeFS, encoded as the client sent them. */
  | { to: 'lakefs'; path: string }
  | { to: 'redirect'; location: string }
  | { to: 'refusal'; status: number; message: string; allow?: string }

export interface GateOptions {
  /** Base path of the page, with a slash at both ends. */
  base: string
  /** Public origin of the page behind a reverse proxy. */
  origin?: string | undefined
  /** Accepted host names; absent: any. */
  hosts?: readonly string[] | undefined
}

const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE']

/**
 * Routes of the API, sign-in and sign-out: `/auth`, `/oidc`, `/sso` and `/saml` belong to lakeFS Enterprise and lakeFS
 * Cloud, `/logout` to every lakeFS.
 */
const ROUTES = /^\/(api\/v1|auth|oidc|sso|saml|logout)(\/|$)/

/** Routes that an identity provider posts to from its own origin, with a signed answer. */
const CALLBACKS = /^\/(oidc\/callback|saml|saml\/acs)$/

/**
 * Decides where a request goes. It refuses writes by pages of other origins, which would have the cookie of the user
 * (CSRF).
 */
export function decideRoute(request: IncomingMessage, options: GateOptions): RouteDecision {
  const target = request.url ?? ''
  // `GET http://elsewhere/` and `CONNECT elsewhere` are for forward proxies; this server forwards to one lakeFS only.
  if (!target.startsWith('/') || target.startsWith('//')) return refusal(400, 'The request must name a path.')
  const [raw = ''] = target.split('?', 1)
  if (!isPlain(raw)) return refusal(400, 'The path is not in its plain form.')

  const { host } = request.headers
  if (!host || !URL.canParse(`http://${host}`)) return refusal(400, 'The Host header names no host.')
  if (options.hosts && !options.hosts.includes(hostname(host))) {
    return refusal(421, 'This server is for this machine alone. Behind another name, start it with --origin.')
  }

  const inside = raw.startsWith(options.base) ? raw.slice(options.base.length - 1) : raw
  if (!ROUTES.test(inside)) {
    return request.method === 'GET' || request.method === 'HEAD'
      ? { to: 'page' }
      : { ...refusal(405, 'Nothing can be written here.'), allow: 'GET, HEAD' }
  }
  if (!METHODS.includes(request.method ?? '')) {
    return { ...refusal(405, `${request.method} is not a method of lakeFS.`), allow: METHODS.join(', ') }
  }
  if (isWrite(request) && !CALLBACKS.test(inside) && isForeign(request, options.origin)) {
    return refusal(403, 'Only the page itself may write here.')
  }
  // The sign-in page of lakeFS needs the rest of its interface, which is not served here; the page has its own form.
  if (inside === '/auth/login' && !isWrite(request)) return { to: 'redirect', location: options.base }
  return { to: 'lakefs', path: inside + target.slice(raw.length) }
}

/** True for a path that is forwarded to lakeFS. */
export function isRoute(path: string): boolean {
  return ROUTES.test(path)
}

/** Returns the origin of the page in the browser. */
export function pageOrigin(request: IncomingMessage, origin: string | undefined): string {
  return origin ?? `http://${request.headers.host ?? 'localhost'}`
}

function refusal(status: number, message: string): RouteDecision & { to: 'refusal' } {
  return { to: 'refusal', status, message }
}

function isWrite(request: IncomingMessage): boolean {
  return request.method !== 'GET' && request.method !== 'HEAD'
}

/**
 * True for a write by a page of another origin. Browsers always name the origin of a write; programs such as curl do
 * not, and have no cookie of the page. Sec-Fetch-Site decides first, because no page can set it: if it is `same-origin`
 * with another Origin, the server of an application forwards a request of its page. A page of another origin cannot
 * send Authorization either: that needs a preflight, which is refused here.
 */
function isForeign(request: IncomingMessage, origin: string | undefined): boolean {
  const site = request.headers['sec-fetch-site']
  if (site !== undefined && site !== 'none') return site !== 'same-origin'
  const from = request.headers.origin
  return from !== undefined && from !== pageOrigin(request, origin) && request.headers.authorization === undefined
}

/**
 * True for a path that no server can interpret differently: it has no dot segments, backslashes or control characters
 * in any encoding, and no invalid escapes.
 */
function isPlain(path: string): boolean {
  let text = path
  for (let round = 0; round < 4; round++) {
    // biome-ignore lint/suspicious/noControlCharactersInRegex: the pattern looks for them.
    if (/[\\\u0000-\u001f\u007f]/.test(text) || /(^|\/)\.{1,2}(\/|$)/.test(text)) return false
    let decoded: string
    try {
      decoded = decodeURIComponent(text)
    } catch {
      // After the first round a lone percent sign is part of the name; before, it is an invalid escape.
      return round > 0
    }
    if (decoded === text) return true
    text = decoded
  }
  return false
}

function hostname(host: string): string {
  return host.replace(/:\d+$/, '').toLowerCase()
}
