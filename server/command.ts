import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { getRequestListener } from '@hono/node-server'
import { basePath, lakefsAddress, originAddress, UsageError } from './address.ts'
import { pageOrigin, rule } from './gate.ts'
import { createPage } from './page.ts'
import { createProxy, refuse, TIMEOUTS, type Timeouts } from './proxy.ts'
import type { Settings } from './settings.ts'

export interface CommandOptions {
  /** The lakeFS behind the page, with or without `/api/v1`. */
  lakefs: string
  /** The built page. */
  pageDir: string
  /** Default 0: a free one. */
  port?: number | undefined
  /** The address to listen at. Default `127.0.0.1`: this machine alone. */
  host?: string | undefined
  /** The page's sub path. Default `/`. */
  base?: string | undefined
  /** The page's public origin, where another server stands before this one. */
  origin?: string | undefined
  /** What `config.json` says; `endpoint` is this server's own. */
  settings?: Settings | undefined
  /** Origins of the stores the page sends to. Default: any. */
  storeOrigins?: readonly string[] | undefined
  timeouts?: Partial<Timeouts> | undefined
  /** Told in one sentence when lakeFS does not answer. */
  onProblem?: ((sentence: string) => void) | undefined
  version?: string | undefined
}

export interface Command {
  /** Where the page is, as people reach it. */
  url: string
  /** The same as this server listens, with no other one before it. */
  local: string
  /** Takes no new requests, gives running ones `grace` ms to end (default 5,000), then cuts them off. */
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
    // A name that somebody else points at this machine (DNS rebinding) is not one of this machine's.
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
    const ruling = rule(request, gate)
    switch (ruling.to) {
      case 'page':
        return void servePage(request, response)
      case 'redirect':
        return void response.writeHead(302, { location: ruling.location, 'cache-control': 'no-store' }).end()
      case 'refusal':
        if (ruling.allow) response.setHeader('allow', ruling.allow)
        return refuse(response, ruling.status, ruling.message)
      case 'lakefs':
        return proxy.forward(request, response, ruling.path, {
          origin: new URL(pageOrigin(request, origin)),
          remote: request.socket.remoteAddress ?? '',
          behind: origin !== undefined,
        })
    }
  })
  // An upload may take hours; the proxy watches for bytes that stop moving instead.
  server.requestTimeout = 0
  // Longer than servers in front usually keep a connection, so that none is closed under a request on its way.
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

/** The page must not be sent past this server: lakeFS allows no other origin and takes no cookie from one. */
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

/** An address a browser can open: every address of the machine has the loopback one among them. */
function shown(host: string): string {
  return ['0.0.0.0', '::', '[::]'].includes(host) ? '127.0.0.1' : bracketed(host)
}
