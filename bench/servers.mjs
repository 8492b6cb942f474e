// The sandbox's lakeFS and store, and the page's origin in front of them, in a process of their own:
//   node servers.mjs <folder of the page> <folder to keep objects in>
// Prints their ports as JSON and ends with the process that started it.
import { readFile } from 'node:fs/promises'
import { Agent, request as ask, createServer } from 'node:http'
import { createSecureServer } from 'node:http2'
import { dirname, extname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { generate } from 'selfsigned'
import { runnerImport } from 'vite'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const [, , pageDir, dir] = process.argv
const TYPES = { '.html': 'text/html', '.js': 'text/javascript', '.css': 'text/css', '.wasm': 'application/wasm' }

const { module } = await runnerImport(join(root, 'server/sandbox/index.ts'), { configFile: false, logLevel: 'error' })
const sandbox = await module.startSandbox({ dir, clear: true, seeded: false })
const { accessKeyId, secretAccessKey } = sandbox.keys
const authorization = `Basic ${Buffer.from(`${accessKeyId}:${secretAccessKey}`).toString('base64')}`
const lake = new URL(sandbox.apiUrl)
const agent = new Agent({ keepAlive: true })

const created = await fetch(`${lake.origin}/api/v1/repositories`, {
  method: 'POST',
  headers: { authorization, 'Content-Type': 'application/json' },
  body: JSON.stringify({ name: 'lake', storage_namespace: 's3://bench/lake', default_branch: 'main' }),
})
if (!created.ok) throw new Error(`no repository: ${created.status} ${await created.text()}`)

/** Signed in for everybody, so that no contender needs code for it. */
function forward(request, response) {
  const { method, url } = request
  // HTTP/2 has names that begin with a colon, and no connection to keep.
  const headers = Object.fromEntries(Object.entries(request.headers).filter(([name]) => /^[^:]/.test(name)))
  const sent = ask(
    {
      host: lake.hostname,
      port: lake.port,
      method,
      path: url,
      agent,
      headers: { ...headers, host: lake.host, authorization },
    },
    (answer) => {
      const { connection, 'keep-alive': _, 'transfer-encoding': __, ...rest } = answer.headers
      response.writeHead(answer.statusCode, rest)
      answer.pipe(response)
    },
  )
  sent.on('error', () => response.destroy())
  request.pipe(sent)
}

async function serve(request, response) {
  const { pathname } = new URL(request.url, 'http://page')
  if (pathname.startsWith('/api/')) return forward(request, response)
  const name = pathname === '/' ? 'index.html' : pathname.slice(1)
  try {
    const body = await readFile(join(pageDir, name))
    response.writeHead(200, { 'Content-Type': TYPES[extname(name)] ?? 'application/octet-stream' })
    response.end(body)
  } catch {
    response.writeHead(404)
    response.end()
  }
}

const listen = (server) => new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(server.address().port)))
const plain = createServer(serve)
plain.keepAliveTimeout = 60_000
const { private: key, cert } = await generate([{ name: 'commonName', value: '127.0.0.1' }], { keySize: 2048 })
const secure = createSecureServer({ key, cert, allowHTTP1: true }, serve)
const store = Number(new URL(sandbox.storeUrl).port)
console.log(JSON.stringify({ page: await listen(plain), secure: await listen(secure), store }))
process.stdin.resume().on('end', () => process.exit())
