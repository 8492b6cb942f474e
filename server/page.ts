import { statSync } from 'node:fs'
import { join } from 'node:path'
import { serveStatic } from '@hono/node-server/serve-static'
import { Hono } from 'hono'
import { compress } from 'hono/compress'
import { etag } from 'hono/etag'
import { secureHeaders } from 'hono/secure-headers'
import { UsageError } from './address.ts'
import type { Settings } from './settings.ts'

export interface PageOptions {
  /** Folder of the built page: `index.html` and its assets. */
  dir: string
  /** Base path of the page, with a slash at both ends. */
  base: string
  settings: Settings
  /** Origins of the stores that the page may send to; empty: any. */
  storeOrigins: readonly string[]
  version: string
}

/** Creates the app that serves the built page, its settings and a health route with the same headers. */
export function createPage({ dir, base, settings, storeOrigins, version }: PageOptions): Hono {
  if (!statSync(join(dir, 'index.html'), { throwIfNoEntry: false })?.isFile()) {
    throw new UsageError(`There is no built page in ${dir}. Build it first: npm run build:page`)
  }
  const app = new Hono({ strict: true })
  app.use(security(storeOrigins))
  app.get('/healthz', (c) => c.json({ status: 'ok', version }, 200, { 'Cache-Control': 'no-store' }))

  if (base !== '/') app.get(base.slice(0, -1), (c) => c.redirect(base + new URL(c.req.url).search, 308))
  app.use(`${base}*`, compress())
  // Names in assets/ contain a hash of their content; other files may change with a release.
  app.use(`${base}*`, async (c, next) => {
    await next()
    const hashed = c.req.path.startsWith(`${base}assets/`) && c.res.ok
    c.res.headers.set('Cache-Control', hashed ? 'public, max-age=31536000, immutable' : 'no-cache')
  })
  app.use(`${base}*`, etag())
  app.get(`${base}config.json`, (c) => c.json(settings))
  app.get(`${base}*`, serveStatic({ root: dir, rewriteRequestPath: (path) => path.slice(base.length - 1) }))
  app.notFound((c) => c.json({ message: `There is nothing at ${c.req.path}.` }, 404))
  return app
}

/** Restricts the page to what it needs, so that an injected script cannot send the session anywhere. */
function security(storeOrigins: readonly string[]): ReturnType<typeof secureHeaders> {
  return secureHeaders({
    contentSecurityPolicy: {
      defaultSrc: ["'none'"],
      // Checksums are computed in WebAssembly; nothing else is evaluated.
      scriptSrc: ["'self'", "'wasm-unsafe-eval'"],
      workerSrc: ["'self'"],
      styleSrc: ["'self'"],
      imgSrc: ["'self'", 'data:'],
      fontSrc: ["'self'"],
      manifestSrc: ["'self'"],
      // lakeFS only names the store in a presigned URL, and each repository may have another store. An operator who
      // knows the stores can name them (--store-origin).
      connectSrc: ["'self'", ...(storeOrigins.length > 0 ? storeOrigins : ['http:', 'https:'])],
      formAction: ["'self'"],
      baseUri: ["'none'"],
      frameAncestors: ["'none'"],
    },
    permissionsPolicy: {
      camera: [],
      microphone: [],
      geolocation: [],
      payment: [],
      usb: [],
      screenWakeLock: ['self'],
      clipboardWrite: ['self'],
    },
    xFrameOptions: 'DENY',
    referrerPolicy: 'no-referrer',
    // The reverse proxy with TLS sets it; this server has plain http.
    strictTransportSecurity: false,
  })
}
