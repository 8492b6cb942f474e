import type { IncomingMessage } from 'node:http'
import { faultOf } from '../wire.ts'
import type { World } from '../world.ts'

/** CORS rule of the store: the minimum for an uploader. */
export interface CorsRule {
  methods: readonly string[]
  headers: readonly string[]
  exposed: string
}

function allowed(world: World, request: IncomingMessage): string | undefined {
  const { origin } = request.headers
  if (!world.settings.cors || faultOf(request)?.kind === 'no-cors') return undefined
  if (world.allowedOrigins === '*') return '*'
  return origin !== undefined && world.allowedOrigins.includes(origin) ? origin : undefined
}

/** Returns the CORS headers of an answer, also of an error. */
export function corsHeaders(world: World, request: IncomingMessage, rule: CorsRule): Record<string, string> {
  const origin = allowed(world, request)
  if (!origin) return {}
  const hidden = !world.settings.exposeEtag || faultOf(request)?.kind === 'hide-etag'
  const exposed = hidden ? '' : rule.exposed
  return {
    'Access-Control-Allow-Origin': origin,
    Vary: 'Origin, Access-Control-Request-Headers, Access-Control-Request-Method',
    ...(exposed ? { 'Access-Control-Expose-Headers': exposed } : {}),
  }
}

/** Returns the headers of the answer to a preflight; undefined when the rule refuses it. */
export function preflight(world: World, request: IncomingMessage, rule: CorsRule): Record<string, string> | undefined {
  const method = String(request.headers['access-control-request-method'] ?? '')
  const asked = String(request.headers['access-control-request-headers'] ?? '')
    .split(',')
    .map((name) => name.trim().toLowerCase())
    .filter(Boolean)
  const origin = allowed(world, request)
  if (!origin || !rule.methods.includes(method) || asked.some((name) => !rule.headers.includes(name))) return undefined
  return {
    'Access-Control-Allow-Origin': origin,
    Vary: 'Origin, Access-Control-Request-Headers, Access-Control-Request-Method',
    'Access-Control-Allow-Methods': method,
    ...(asked.length > 0 ? { 'Access-Control-Allow-Headers': asked.join(', ') } : {}),
  }
}
