import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { getRequestListener } from '@hono/node-server'
import { basePath, lakefsAddress, originAddress, UsageError } from './address.ts'
import { decideRoute, pageOrigin } from './gate.ts'
import { createPage } from './page.ts'
import { createProxy, refuse, TIMEOUTS, type Timeouts } from './proxy.ts'
import type { Settings } from './settings.ts'

export interface CommandOptions {
  /** URL of lakeFS, with or without `/api/v1`. */
  lakefs: string
  /** Folder of the built page. */
  pageDir: string
  /** Default 0: any free port. */
  port?: number | undefined
  /** Address to listen at. Default `127.0.0.1`, which only this machine can reach. */
  host?: string | undefined
  /** Base path of the page. Default `/`. */
  base?: string | undefined
  /** Public origin of the page behind a reverse proxy. */
  origin?: string | undefined
  /** Content of `config.json`; the command sets `endpoint` itself. */
  settings?: Settings | undefined
  /** Origins of the stores that the page may send to. Default: any. */
  storeOrigins?: readonly string[] | undefined
  timeouts?: Partial<Timeouts> | undefined
  /** Called with one sentence when lakeFS does not answer. */
  onProblem?: ((sentence: string) => void) | undefined
  version?: string | undefined
}

export interface Command {
  /** Public URL of the page. */
  url: string
  /** URL of this server without a reverse proxy. */
  local: string
  /**
   * Accepts no new requests and lets running ones end within `grace` ms (default 5,000); then it closes their
   * connections.
   */
  close(grace?: number): Promise<void>
}

const LOOPBACK = ['localhost', '127.0.0.1', '[::1]']

/** Serves the page and, on the same origin, the API and the sign-in routes of one lakeFS. */
export async function startCommand(options: CommandOptions): Promise<Command> {
  const base = basePath(options.base ?? '/')
  const host = options.host ?? '127.0.0.1'
  const origin = options.origin === undefined ? undefined : originAddress(options.origin, 'The public origin')
  const gate = {
    base,
    origin,
    // Requests for other host names are refused, because an attacker may point a name at this machine (DNS rebinding).
    hosts: LOOPBACK.includes(bracketed(host))
      ? [...LOOPBACK, ...(origin ? [new URL(origin).hostname] : [])]
      : undefined,
  }
  const page = createPage({
    dir: options.pageDir,
    base,
    settings: { ...options.settings, endpoint: ownEndpoint(base, options.settings) },
    storeOrigins: (options.storeOrigins ?? []).map((store) => originAddress(store, 'The origin of a store')),
    version: options.version ?? '',
  })
  const proxy = createProxy({
    lakefs: lakefsAddress(options.lakefs),
    base,
    timeouts: { ...TIMEOUTS, ...options.timeouts },
    onProblem: options.onProblem ?? (() => {}),
  })
  const servePage = getRequestListener(page.fetch)

  const server = createServer((request, response) => {
    const decision = decideRoute(request, gate)
    switch (decision.to) {
      case 'page':
        return void servePage(request, response)
      case 'redirect':
        return void response.writeHead(302, { location: decision.location, 'cache-control': 'no-store' }).end()
      case 'refusal':
        if (decision.allow) response.setHeader('allow', decision.allow)
        return refuse(response, decision.status, decision.message)
      case 'lakefs':
        return proxy.forward(request, response, decision.path, {
          origin: new URL(pageOrigin(request, origin)),
          remote: request.socket.remoteAddress ?? '',
          behind: origin !== undefined,
        })
    }
  })
  // An upload may take hours; the proxy has an idle timeout instead.
  server.requestTimeout = 0
  // Longer than reverse proxies usually keep a connection, so that none is closed while it gets a request.
  server.keepAliveTimeout = 75_000
  await listen(server, options.port ?? 0, host)

  const { port } = server.address() as AddressInfo
  const local = `http://${shown(host)}:${port}`
  return {
    url: (origin ?? local) + base,
    local: local + base,
    close: (grace = 5_000) =>
      new Promise((resolve) => {
        const cut = setTimeout(() => server.closeAllConnections(), grace)
        server.close(() => {
          clearTimeout(cut)
          proxy.close()
          resolve()
        })
        server.closeIdleConnections()
      }),
  }
}

/**
 * Returns the endpoint of this server. The page must not use another one: lakeFS allows no other origin, and its cookie
 * would not be sent.
 */
function ownEndpoint(base: string, settings: Settings | undefined): string {
  const own = `${base}api/v1`
  if (settings?.endpoint !== undefined && settings.endpoint !== own) {
    throw new UsageError(`Leave "endpoint" out of the settings: lakeFS is served at ${own} here, as --lakefs names it.`)
  }
  return own
}

function listen(server: ReturnType<typeof createServer>, port: number, host: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EADDRINUSE') {
        reject(new UsageError(`Port ${port} is taken. Choose another: --port ${port + 1}`))
      } else if (error.code === 'EACCES') {
        reject(new UsageError(`Port ${port} needs more rights. Choose one above 1023.`))
      } else if (error.code === 'EADDRNOTAVAIL' || error.code === 'ENOTFOUND') {
        reject(new UsageError(`${host} is not an address of this machine.`))
      } else reject(error)
    })
    server.listen(port, host.replace(/^\[|\]$/g, ''), resolve)
  })
}

function bracketed(host: string): string {
  return host.includes(':') && !host.startsWith('[') ? `[${host}]` : host
}

/** Returns an address that a browser can open; a server on all addresses is reachable on the loopback one. */
function shown(host: string): string {
  return ['0.0.0.0', '::', '[::]'].includes(host) ? '127.0.0.1' : bracketed(host)
}
