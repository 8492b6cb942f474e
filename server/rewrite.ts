import type { IncomingHttpHeaders } from 'node:http'
import { isRoute } from './gate.ts'

/** Headers of one connection, never passed on (RFC 9110, 7.6.1), and `Forwarded`, which this proxy says anew. */
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

/** What lakeFS is told about the person's side. */
export interface Side {
  /** The origin in the person's address bar. */
  origin: URL
  /** The connection's other end. */
  remote: string
  /** True if a server in front of this one is known of, so that its word on the way here counts. */
  behind: boolean
}

/** The request's headers as they go to lakeFS. */
export function upstreamHeaders(headers: IncomingHttpHeaders, lakefs: URL, side: Side): IncomingHttpHeaders {
  const kept = endToEnd(headers)
  // `Origin` and `Referer` name the page, which lakeFS does not know; where the write came from was checked here.
  for (const name of ['host', 'expect', 'origin', 'referer', 'forwarded', 'x-forwarded-port']) delete kept[name]
  const before = side.behind ? headers['x-forwarded-for'] : undefined
  kept.host = lakefs.host
  kept['x-forwarded-for'] = before ? `${before}, ${side.remote}` : side.remote
  kept['x-forwarded-host'] = side.origin.host
  kept['x-forwarded-proto'] = side.origin.protocol.slice(0, -1)
  // A body of unknown length stays one; Node would send a DELETE's without framing.
  if (headers['transfer-encoding']) kept['transfer-encoding'] = 'chunked'
  return kept
}

/**
 * Headers without those of the connection, and without those the connection names. `Content-Length` stays whatever it
 * says: without it a body would pass for the next request.
 */
export function endToEnd(headers: IncomingHttpHeaders): IncomingHttpHeaders {
  const named = (headers.connection ?? '').split(',').map((name) => name.trim().toLowerCase())
  const isOfConnection = (name: string) => HOP_BY_HOP.has(name) || (named.includes(name) && name !== 'content-length')
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !isOfConnection(name)))
}

/** Where a path of lakeFS lies on the page's origin. */
export interface Mapping {
  lakefs: URL
  /** The page's sub path, with a slash at both ends. */
  base: string
  /** True if the person reaches the page by https. */
  secure: boolean
}

/** The answer's headers as they go to the page. `from` is what was asked for at lakeFS. */
export function answerHeaders(headers: IncomingHttpHeaders, from: URL, mapping: Mapping): IncomingHttpHeaders {
  const { 'set-cookie': cookies, location: target, ...rest } = endToEnd(headers)
  // The page shares this origin, so no other one is let in, whatever stands before lakeFS. Nor is another way to lakeFS
  // one to this server.
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
 * A cookie of lakeFS as one of the page's. `Domain` goes: the page is another host. `Secure` goes only on http, where the
 * browser would refuse the cookie, and takes with it `SameSite=None`, which needs it.
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

/** A redirect of lakeFS: to itself it becomes one on the page's origin, to anywhere else it stays as it is. */
export function location(value: string, from: URL, { lakefs, base }: Mapping): string {
  if (!URL.canParse(value, from.href)) return value
  const to = new URL(value, from)
  if (to.origin !== lakefs.origin) return value
  const path = under(to.pathname, prefixOf(lakefs))
  // lakeFS's own pages are not here: its start page, where people land after signing in, is this page.
  if (path === undefined || !isRoute(path)) return base
  return base.slice(0, -1) + path + to.search + to.hash
}

function prefixOf(lakefs: URL): string {
  return lakefs.pathname.replace(/\/$/, '')
}

/** The part of a path below a prefix; undefined if it lies elsewhere. */
function under(path: string, prefix: string): string | undefined {
  if (path === prefix) return '/'
  return path.startsWith(`${prefix}/`) ? path.slice(prefix.length) : undefined
}
