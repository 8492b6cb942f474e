import type { IncomingMessage } from 'node:http'

/** What becomes of a request, decided from its line and headers alone. */
export type Ruling =
  | { to: 'page' }
  /** `path` is the path and query at lakeFS, as the client wrote them. */
  | { to: 'lakefs'; path: string }
  | { to: 'redirect'; location: string }
  | { to: 'refusal'; status: number; message: string; allow?: string }

export interface GateOptions {
  /** The page's sub path, with a slash at both ends. */
  base: string
  /** The page's public origin, where a server in front of this one gives it another. */
  origin?: string | undefined
  /** Names of this machine that a request may ask for; absent: any. */
  hosts?: readonly string[] | undefined
}

const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE']

/**
 * The API and the routes where people sign in and out: `/auth`, `/oidc`, `/sso` and `/saml` are those of lakeFS Enterprise
 * and lakeFS Cloud, `/logout` every lakeFS has.
 */
const ROUTES = /^\/(api\/v1|auth|oidc|sso|saml|logout)(\/|$)/

/** An identity provider posts its answer here from its own origin; the answer carries its own proof. */
const CALLBACKS = /^\/(oidc\/callback|saml|saml\/acs)$/

/** Decides where a request goes. A page on another origin must not write with this person's cookie (CSRF). */
export function rule(request: IncomingMessage, options: GateOptions): Ruling {
  const target = request.url ?? ''
  // `GET http://elsewhere/` and `CONNECT elsewhere` are for proxies that go anywhere; this one goes to one lakeFS.
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
  // lakeFS's own sign-in page needs the rest of its interface, which is not here; this page has a form of its own.
  if (inside === '/auth/login' && !isWrite(request)) return { to: 'redirect', location: options.base }
  return { to: 'lakefs', path: inside + target.slice(raw.length) }
}

/** True for a path of lakeFS that this server passes on. */
export function isRoute(path: string): boolean {
  return ROUTES.test(path)
}

/** The origin the person's browser sees. */
export function pageOrigin(request: IncomingMessage, origin: string | undefined): string {
  return origin ?? `http://${request.headers.host ?? 'localhost'}`
}

function refusal(status: number, message: string): Ruling & { to: 'refusal' } {
  return { to: 'refusal', status, message }
}

function isWrite(request: IncomingMessage): boolean {
  return request.method !== 'GET' && request.method !== 'HEAD'
}

/**
 * Browsers always say where a write comes from; programs such as curl say nothing and hold no cookie of the page's. No page
 * has a say in Sec-Fetch-Site: where it vouches for another Origin, an application's own server passes on what its page
 * asked of it. Nor can a foreign page name an Authorization: that takes a preflight, which is refused here.
 */
function isForeign(request: IncomingMessage, origin: string | undefined): boolean {
  const site = request.headers['sec-fetch-site']
  if (site !== undefined && site !== 'none') return site !== 'same-origin'
  const from = request.headers.origin
  return from !== undefined && from !== pageOrigin(request, origin) && request.headers.authorization === undefined
}

/**
 * True if no server along the way can read the path as another one: no dot segments, backslashes or control characters,
 * however often they were encoded, and no broken escapes.
 */
function isPlain(path: string): boolean {
  let text = path
  for (let round = 0; round < 4; round++) {
    // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is looked for.
    if (/[\\\u0000-\u001f\u007f]/.test(text) || /(^|\/)\.{1,2}(\/|$)/.test(text)) return false
    let decoded: string
    try {
      decoded = decodeURIComponent(text)
    } catch {
      // A lone percent sign after the first round is what the name means; before it, a mistake.
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
