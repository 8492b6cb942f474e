import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { createServer as createTlsServer, type Server as TlsServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { setTimeout as wait } from 'node:timers/promises'
import type { Fault, Faults } from './faults.ts'
import type { RequestRecord, Requests } from './requests.ts'

/** Log record and fault of each request, for the handlers. */
const known = new WeakMap<IncomingMessage, { record: RequestRecord; fault: Fault | undefined; late?: Promise<void> }>()

export function faultOf(request: IncomingMessage): Fault | undefined {
  return known.get(request)?.fault
}

/** Resolves when the bytes of a late request may be stored; undefined: at once. */
export function lateUntil(request: IncomingMessage): Promise<void> | undefined {
  return known.get(request)?.late
}

/** Adds facts to the log record of a request. */
export function note(request: IncomingMessage, facts: Pick<RequestRecord, 'upload'>): void {
  Object.assign(known.get(request)?.record ?? {}, facts)
}

/** Counts body bytes as they are read. */
export function received(request: IncomingMessage, bytes: number): void {
  const found = known.get(request)
  if (found) found.record.received += bytes
}

/** Creates a function that waits after each chunk of a body according to a speed limit; null: no limit. */
export function pacer(bytesPerSecond: number | null): (bytes: number) => Promise<void> {
  // A monotonic clock, because the system time may be set meanwhile.
  const started = performance.now()
  let passed = 0
  return async (bytes) => {
    passed += bytes
    if (bytesPerSecond) await wait(Math.max(0, started + (passed / bytesPerSecond) * 1000 - performance.now()))
  }
}

export interface WireOptions {
  side: RequestRecord['side']
  route: (method: string, target: string) => string
  handler: (request: IncomingMessage, response: ServerResponse) => unknown
  /** Headers for the answer of a fault. */
  headers: (request: IncomingMessage) => Record<string, string>
  faults: Faults
  requests: Requests
  port: number
  /** Key and certificate for TLS. */
  tls?: { key: string; cert: string }
}

export interface Wire {
  url: string
  close(): Promise<void>
}

/** Starts an HTTP server on loopback that logs each request and applies its fault. */
export async function openWire(options: WireOptions): Promise<Wire> {
  const timers = new Set<NodeJS.Timeout>()
  const serve = (request: IncomingMessage, response: ServerResponse) => {
    // The handlers see a broken connection on the body or the socket.
    request.on('error', () => undefined)
    response.on('error', () => undefined)
    const target = request.url ?? ''
    if (target.startsWith('/_sandbox')) return options.handler(request, response)
    const route = options.route(request.method ?? '', target)
    const record = options.requests.begin(options.side, route, request)
    const fault = options.faults.take(route, target)
    if (fault) record.fault = fault.kind
    known.set(request, { record, fault, ...(fault?.kind === 'late' ? { late: options.faults.cleared() } : {}) })
    response.on('finish', () => {
      record.status = response.statusCode
    })
    applyFault(fault, request, response, options, timers)
  }
  const patience = { keepAliveTimeout: 60_000, requestTimeout: 0 }
  const server = options.tls ? createTlsServer({ ...patience, ...options.tls }, serve) : createServer(patience, serve)
  await listen(server, options.port)
  return {
    url: `${options.tls ? 'https' : 'http'}://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close() {
      for (const timer of timers) clearTimeout(timer)
      return new Promise((done, refuse) => {
        server.close((cause) => (cause ? refuse(cause) : done()))
        server.closeAllConnections()
      })
    },
  }
}

function listen(server: Server | TlsServer, port: number): Promise<void> {
  return new Promise((done, refuse) => {
    server.once('error', refuse)
    server.listen(port, '127.0.0.1', () => {
      server.off('error', refuse)
      done()
    })
  })
}

function applyFault(
  fault: Fault | undefined,
  request: IncomingMessage,
  response: ServerResponse,
  options: WireOptions,
  timers: Set<NodeJS.Timeout>,
): void {
  const work = () => void options.handler(request, response)
  const answer = (status: number, body: string, headers: Record<string, string>) => {
    // A browser takes an answer before the end of its body for a broken connection.
    request.resume()
    request.on('data', (chunk: Buffer) => received(request, chunk.length))
    request.on('end', () => {
      response.writeHead(status, { ...options.headers(request), 'Content-Type': 'application/json', ...headers })
      response.end(body)
    })
  }
  switch (fault?.kind) {
    case 'status': {
      const body = fault.body ?? JSON.stringify({ message: fault.message ?? 'a fault of the sandbox' })
      answer(fault.status, body, fault.headers ?? {})
      break
    }
    case 'unauthorized':
      answer(401, JSON.stringify({ message: 'error authenticating request' }), {})
      break
    case 'session-expired':
      answer(403, JSON.stringify({ message: 'session expired' }), {})
      break
    case 'delay': {
      const timer = setTimeout(() => {
        timers.delete(timer)
        work()
      }, fault.ms)
      timers.add(timer)
      break
    }
    case 'stall':
      if (fault.at === 'request') break
      intercept(response, () => undefined)
      work()
      break
    case 'hold':
      if (fault.at === 'request') {
        void options.faults.cleared().then(work)
        break
      }
      if (fault.at === 'middle') {
        work()
        break
      }
      withhold(response, options.faults.cleared())
      work()
      break
    case 'lost':
      intercept(response, () => request.socket.destroy())
      work()
      break
    case 'truncate':
      intercept(response, (chunk) => cutAnswer(request, chunk))
      work()
      break
    case 'body-limit':
      if (Number(request.headers['content-length'] ?? 0) <= fault.bytes) work()
      else refuseBody(request, response)
      break
    case 'reset':
      reset(request, fault.bytes ?? 0)
      break
    default:
      work()
  }
}

function cutAnswer(request: IncomingMessage, chunk: string | Uint8Array | undefined): void {
  const body = Buffer.from(chunk ?? '')
  const head = `HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: ${body.length + 1}\r\n\r\n`
  request.socket.write(head)
  request.socket.end(body.subarray(0, body.length >> 1))
}

/** Knows nothing of CORS, and reads the body first: a browser takes an answer before its end for a broken connection. */
function refuseBody(request: IncomingMessage, response: ServerResponse): void {
  request.resume()
  request.on('end', () => response.writeHead(413, { 'Content-Type': 'text/html' }).end('<h1>413</h1>'))
}

function reset(request: IncomingMessage, bytes: number): void {
  let left = bytes
  if (left === 0) request.socket.destroy()
  request.on('data', (chunk: Buffer) => {
    received(request, chunk.length)
    left -= chunk.length
    if (left <= 0) request.socket.destroy()
  })
  // A shorter body must not leave the client waiting.
  request.on('end', () => request.socket.destroy())
}

/** Lets the handler work and sends its answer later. */
function withhold(response: ServerResponse, until: Promise<void>): void {
  const { write, end } = response
  const answer: (() => void)[] = []
  response.write = ((...given: Parameters<typeof write>) => {
    answer.push(() => write.apply(response, given))
    return true
  }) as typeof write
  response.end = ((...given: Parameters<typeof end>) => {
    answer.push(() => end.apply(response, given))
    return response
  }) as typeof end
  response.flushHeaders = () => undefined
  void until.then(() => {
    Object.assign(response, { write, end })
    for (const step of answer.splice(0)) step()
  })
}

/** Lets the handler work and calls `instead` in place of its answer. */
function intercept(response: ServerResponse, instead: (chunk: string | Uint8Array | undefined) => void): void {
  let done = false
  const once = (chunk?: unknown) => {
    if (done) return
    done = true
    instead(typeof chunk === 'string' || chunk instanceof Uint8Array ? chunk : undefined)
  }
  response.write = ((chunk: unknown) => {
    once(chunk)
    return true
  }) as ServerResponse['write']
  response.end = ((chunk?: unknown) => {
    once(chunk)
    return response
  }) as ServerResponse['end']
  response.flushHeaders = () => undefined
}
