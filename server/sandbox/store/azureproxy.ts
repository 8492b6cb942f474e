import type { IncomingMessage, ServerResponse } from 'node:http'
import { request as httpsRequest } from 'node:https'
import { Transform } from 'node:stream'
import { faultOf, pacer, received } from '../wire.ts'
import type { World } from '../world.ts'
import { agentFor, type Certificate } from './azurite.ts'

const EXPIRED = `<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<Error>
  <Code>AuthorizationFailure</Code>
  <Message>Server failed to authenticate the request. Make sure the value of the Authorization header is formed correctly including the signature.</Message>
</Error>`

/** Returns the CORS headers for the answer of a fault, as Azurite sends them. */
export function azureCors(world: World, request: IncomingMessage): Record<string, string> {
  const { origin } = request.headers
  if (!origin || !world.settings.cors || faultOf(request)?.kind === 'no-cors') return {}
  return { 'Access-Control-Allow-Origin': origin, 'Access-Control-Expose-Headers': 'ETag,Content-MD5' }
}

/** Creates a proxy for Azurite, by which requests reach the log and the faults. */
export function createAzureProxy(world: World, port: number, certificate: Certificate) {
  const agent = agentFor(certificate)

  function handle(request: IncomingMessage, response: ServerResponse): void {
    const fault = faultOf(request)
    if (fault?.kind === 'expired') {
      request.resume().on('end', () => {
        response.writeHead(403, {
          ...azureCors(world, request),
          'Content-Type': 'application/xml',
          'x-ms-error-code': 'AuthorizationFailure',
        })
        response.end(EXPIRED)
      })
      return
    }
    const { method, url: path, headers } = request
    const upstream = httpsRequest({ host: '127.0.0.1', port, method, path, headers, agent })
    let answered = false
    upstream.on('response', (answer) => {
      answered = true
      const pass = () => {
        response.writeHead(answer.statusCode ?? 502, visibleHeaders(world, request, answer.headers))
        answer.pipe(response)
      }
      if (request.readableEnded) return pass()
      // Azurite stops reading when it refuses, but a browser reads the answer only after its last byte.
      request.unpipe()
      request.on('data', (chunk: Buffer) => received(request, chunk.length))
      request.on('end', pass).resume()
    })
    upstream.on('error', () => {
      if (!answered) request.socket.destroy()
    })
    // When a browser closes the connection, Azurite must not take the partial body for a complete one.
    request.on('close', () => {
      if (!request.complete) upstream.destroy()
    })
    request.pipe(meter(request)).pipe(upstream)
  }

  /** Creates a stream that counts the bytes, limits their speed, and corrupts them when a fault says so. */
  function meter(request: IncomingMessage): Transform {
    const pace = pacer(world.settings.bytesPerSecond)
    let spoil = faultOf(request)?.kind === 'corrupt'
    return new Transform({
      transform(chunk: Buffer, _encoding, done) {
        received(request, chunk.length)
        if (spoil) chunk[0] = (chunk[0] ?? 0) ^ 0xff
        spoil = false
        pace(chunk.length).then(() => done(null, chunk), done)
      },
    })
  }

  return { handle, close: () => agent.destroy() }
}

function visibleHeaders(
  world: World,
  request: IncomingMessage,
  headers: IncomingMessage['headers'],
): IncomingMessage['headers'] {
  const kind = faultOf(request)?.kind
  const shown = { ...headers }
  const asked = String(request.headers['access-control-request-headers'] ?? '')
  const refused = !world.settings.allowContentMd5 && /content-md5/i.test(asked)
  const hidden = !world.settings.cors || refused || kind === 'no-cors' ? /^access-control-/ : undefined
  for (const name of Object.keys(shown)) if (hidden?.test(name)) delete shown[name]
  if (!world.settings.exposeEtag || kind === 'hide-etag') delete shown['access-control-expose-headers']
  return shown
}
