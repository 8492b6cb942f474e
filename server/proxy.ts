import http, { type IncomingMessage, type ServerResponse } from 'node:http'
import https from 'node:https'
import { answerHeaders, type Side, upstreamHeaders } from './rewrite.ts'

/** Milliseconds. */
export interface Timeouts {
  /** Until a connection to lakeFS stands, its TLS included. */
  connect: number
  /** From the request's last byte to the answer's first: completing a large multipart takes lakeFS a while. */
  headers: number
  /** Without a byte moving, either way. */
  idle: number
}

export const TIMEOUTS: Timeouts = { connect: 10_000, headers: 180_000, idle: 60_000 }

export interface ProxyOptions {
  lakefs: URL
  /** The page's sub path, with a slash at both ends. */
  base: string
  timeouts: Timeouts
  /** Told in one sentence when lakeFS does not answer. */
  onProblem: (sentence: string) => void
}

export interface Proxy {
  forward(request: IncomingMessage, response: ServerResponse, path: string, side: Side): void
  close(): void
}

/**
 * Passes requests on to one lakeFS. Bodies flow through both ways as they come, in step with the slower side, so that
 * an object of any size needs no memory here.
 */
export function createProxy({ lakefs, base, timeouts, onProblem }: ProxyOptions): Proxy {
  const client = lakefs.protocol === 'https:' ? https : http
  const agent = new client.Agent({ keepAlive: true, maxFreeSockets: 32 })
  const prefix = lakefs.pathname.replace(/\/$/, '')

  function forward(request: IncomingMessage, response: ServerResponse, path: string, side: Side): void {
    const url = new URL(lakefs.origin + prefix + path)
    const mapping = { lakefs, base, secure: side.origin.protocol === 'https:' }
    const upstream = client.request({
      agent,
      protocol: lakefs.protocol,
      hostname: lakefs.hostname.replace(/^\[|\]$/g, ''),
      port: lakefs.port,
      method: request.method,
      path: prefix + path,
      headers: upstreamHeaders(request.headers, lakefs, side),
    })

    let timer: NodeJS.Timeout | undefined
    let late: NodeJS.Immediate | undefined
    const disarm = (): void => {
      clearTimeout(timer)
      clearImmediate(late)
    }
    /** Timers come before what came in a process that stood still, which is looked at here before time is called. */
    const allow = (ms: number, onTimeout: () => void): void => {
      disarm()
      timer = setTimeout(() => {
        late = setImmediate(onTimeout)
      }, ms)
    }
    const end = (): void => {
      disarm()
      request.unpipe(upstream)
      upstream.destroy()
    }
    const fail = (status: number, message: string): void => {
      end()
      onProblem(message)
      // With the answer begun, cutting it off is the only way left to say that it is not whole.
      if (response.headersSent) {
        response.destroy()
        return
      }
      refuse(response, status, message)
      letFall()
    }
    /** A browser reads an answer once it has sent its body: what still comes of it after a final answer is let fall. */
    const letFall = (): void => {
      request.unpipe(upstream)
      request.off('data', sending)
      request.resume()
    }
    const sending = (): void =>
      allow(timeouts.idle, () =>
        upstream.writableNeedDrain
          ? fail(504, 'lakeFS stopped taking the request.')
          : fail(408, 'The rest of the request did not come.'),
      )

    upstream.on('socket', (socket) => {
      if (socket.connecting) {
        allow(timeouts.connect, () => fail(504, 'lakeFS did not accept a connection in time.'))
        socket.once(lakefs.protocol === 'https:' ? 'secureConnect' : 'connect', sending)
      } else sending()
    })
    upstream.on('error', (error: NodeJS.ErrnoException) => {
      if (!response.destroyed) fail(502, `lakeFS cannot be reached (${error.code ?? error.message}).`)
    })
    upstream.on('finish', () => allow(timeouts.headers, () => fail(504, 'lakeFS did not answer in time.')))
    request.on('data', sending)

    upstream.on('response', (answer) => {
      const idle = (): void => allow(timeouts.idle, () => fail(504, 'lakeFS stopped in the middle of its answer.'))
      idle()
      const head = answerHeaders(answer.headers, url, mapping)
      if (path.startsWith('/api/')) {
        // An object opened in a tab is somebody's upload: it must not run as the page.
        head['content-security-policy'] ??= "default-src 'none'; sandbox"
      }
      for (const [name, value] of Object.entries(head)) if (value !== undefined) response.setHeader(name, value)
      response.writeHead(answer.statusCode ?? 502, answer.statusMessage)
      response.flushHeaders()
      // An answer before the whole request is final: what still comes of the request is let fall.
      if (!upstream.writableFinished) letFall()
      answer.on('data', idle)
      answer.on('end', disarm)
      answer.on('error', () => fail(502, 'lakeFS broke off in the middle of its answer.'))
      answer.pipe(response)
    })

    // The person left, or the answer is through.
    response.on('close', () => {
      if (response.writableFinished) disarm()
      else end()
    })
    request.pipe(upstream)
  }

  return { forward, close: () => agent.destroy() }
}

/** An answer in the form of lakeFS's own refusals. */
export function refuse(response: ServerResponse, status: number, message: string): void {
  const body = JSON.stringify({ message })
  response.writeHead(status, {
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(body),
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
  })
  response.end(body)
}
