import type { IncomingHttpHeaders } from 'node:http'
import { isRoute } from './gate.ts'

/** Headers that belong to one connection and are not forwarded (RFC 9110, 7.6.1). */
const HOP_BY_HOP = new Set([
  'connection',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
])

/** Facts about the client for lakeFS. */
export interface Side {
  /** Origin of the page in the browser. */
  origin: URL
  /** Address of the other end of the connection. */
  remote: string
  /** True behind a known reverse proxy, whose X-Forwarded-For is trusted. */
  behind: boolean
}

/** Returns the headers of the request to lakeFS. */
export function upstreamHeaders(headers: IncomingHttpHeaders, lakefs: URL, side: Side): IncomingHttpHeaders {
  const kept = endToEnd(headers)
  // `Origin` and `Referer` name the page, which lakeFS does not know; the gate has checked where a write comes from.
  for (const name of ['host', 'expect', 'origin', 'referer', 'forwarded', 'x-forwarded-port']) delete kept[name]
  const before = side.behind ? headers['x-forwarded-for'] : undefined
  kept.host = lakefs.host
  kept['x-forwarded-for'] = before ? `${before}, ${side.remote}` : side.remote
  kept['x-forwarded-host'] = side.origin.host
  kept['x-forwarded-proto'] = side.origin.protocol.slice(0, -1)
  // A body of unknown length stays chunked; Node would send that of a DELETE without framing.
  if (headers['transfer-encoding']) kept['transfer-encoding'] = 'chunked'
  return kept
}

/**
 * Returns headers without those of the connection and those that `Connection` names. `Content-Length` always stays:
 * without it a body would be read as the next request.
 */
export function endToEnd(headers: IncomingHttpHeaders): IncomingHttpHeaders {
  const named = (headers.connection ?? '').split(',').map((name) => name.trim().toLowerCase())
  const isOfConnection = (name: string) => HOP_BY_HOP.has(name) || (named.includes(name) && name !== 'content-length')
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !isOfConnection(name)))
}

/** Maps paths of lakeFS to the origin of the page. */
export interface Mapping {
  lakefs: URL
  /** Base path of the page, with a slash at both ends. */
  base: string
  /** True when the browser reaches the page by https. */
  secure: boolean
}

/**
 * Returns the headers of the answer to the page.
 * @param from URL of the request to lakeFS.
 */
export function answerHeaders(headers: IncomingHttpHeaders, from: URL, mapping: Mapping): IncomingHttpHeaders {
  const { 'set-cookie': cookies, location: target, ...rest } = endToEnd(headers)
  // The page has the same origin, so CORS headers of servers in front of lakeFS must not allow another one. `Alt-Svc`
  // names another way to lakeFS and not to this server.
  const isForeign = (name: string) => name.startsWith('access-control-') || name === 'alt-svc'
  return {
    ...Object.fromEntries(Object.entries(rest).filter(([name]) => !isForeign(name))),
    ...(cookies ? { 'set-cookie': cookies.map((value) => cookie(value, mapping)) } : {}),
    ...(target ? { location: location(target, from, mapping) } : {}),
    'x-content-type-options': 'nosniff',
    'cross-origin-resource-policy': 'same-origin',
  }
}

/**
 * Converts a cookie of lakeFS to one of the page. `Domain` is removed, because the page has another host. On http
 * `Secure` is removed, because the browser would refuse the cookie, and `SameSite=None`, which needs it, becomes `Lax`.
 */
export function cookie(value: string, { lakefs, base, secure }: Mapping): string {
  const [pair = '', ...attributes] = value.split(';')
  const kept = attributes.flatMap((attribute) => {
    const [name = '', content = ''] = attribute.split('=', 2).map((text) => text.trim())
    switch (name.toLowerCase()) {
      case 'domain':
        return []
      case 'secure':
        return secure ? [attribute] : []
      case 'samesite':
        return !secure && content.toLowerCase() === 'none' ? [' SameSite=Lax'] : [attribute]
      case 'path': {
        const path = under(content, prefixOf(lakefs)) ?? content
        return [` Path=${path === '/' ? '/' : base.slice(0, -1) + path}`]
      }
      default:
        return [attribute]
    }
  })
  return [pair, ...kept].join(';')
}

/** Converts a redirect: a target on lakeFS becomes one on the origin of the page, any other target stays. */
export function location(value: string, from: URL, { lakefs, base }: Mapping): string {
  if (!URL.canParse(value, from.href)) return value
  const to = new URL(value, from)
  if (to.origin !== lakefs.origin) return value
  const path = under(to.pathname, prefixOf(lakefs))
  // The pages of lakeFS are not served here. Its start page, the target after a sign-in, becomes this page.
  if (path === undefined || !isRoute(path)) return base
  return base.slice(0, -1) + path + to.search + to.hash
}

function prefixOf(lakefs: URL): string {
  return lakefs.pathname.replace(/\/$/, '')
}

/** Returns the part of a path below a prefix; undefined for other paths. */
function under(path: string, prefix: string): string | undefined {
  if (path === prefix) return '/'
  return path.startsWith(`${prefix}/`) ? path.slice(prefix.length) : undefined
}
