import http, { type IncomingMessage, type ServerResponse } from 'node:http'
import https from 'node:https'
import { answerHeaders, type Side, upstreamHeaders } from './rewrite.ts'

/** Timeouts in milliseconds. */
export interface Timeouts {
  /** Time to connect to lakeFS, including TLS. */
  connect: number
  /**
   * Time from the last byte of the request to the first byte of the answer; completing a large multipart upload takes
   * lakeFS a while.
   */
  headers: number
  /** Time without a byte in either direction. */
  idle: number
}

export const TIMEOUTS: Timeouts = { connect: 10_000, headers: 180_000, idle: 60_000 }

export interface ProxyOptions {
  lakefs: URL
  /** Base path of the page, with a slash at both ends. */
  base: string
  timeouts: Timeouts
  /** Called with one sentence when lakeFS does not answer. */
  onProblem: (sentence: string) => void
}

export interface Proxy {
  forward(request: IncomingMessage, response: ServerResponse, path: string, side: Side): void
  close(): void
}

/**
 * Forwards requests to one lakeFS. Bodies are streamed in both directions with backpressure, so that objects of any
 * size need no memory here.
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
    /**
     * After a suspension of the process, expired timers run before arrived data is read. setImmediate gives the data a
     * chance first.
     */
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
      // Once the answer has begun, only a closed connection can tell the client that it is incomplete.
      if (response.headersSent) {
        response.destroy()
        return
      }
      refuse(response, status, message)
      discardRest()
    }
    /**
     * Discards the rest of the request after a final answer, because a browser reads the answer only once it has sent
     * its body.
     */
    const discardRest = (): void => {
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
        // An object that is opened in a tab comes from any user: it must not run as the page.
        head['content-security-policy'] ??= "default-src 'none'; sandbox"
      }
      for (const [name, value] of Object.entries(head)) if (value !== undefined) response.setHeader(name, value)
      response.writeHead(answer.statusCode ?? 502, answer.statusMessage)
      response.flushHeaders()
      // An answer before the end of the request is final, so the rest of the request is discarded.
      if (!upstream.writableFinished) discardRest()
      answer.on('data', idle)
      answer.on('end', disarm)
      answer.on('error', () => fail(502, 'lakeFS broke off in the middle of its answer.'))
      answer.pipe(response)
    })

    // The client has closed the connection, or the answer is complete.
    response.on('close', () => {
      if (response.writableFinished) disarm()
      else end()
    })
    request.pipe(upstream)
  }

  return { forward, close: () => agent.destroy() }
}

/** Answers in the format of errors of lakeFS. */
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
