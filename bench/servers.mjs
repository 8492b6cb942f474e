// lakeFS, its store and the page's origin, in a process of their own: node servers.mjs <folder of the page>
// Prints their ports as JSON and ends with the process that started it.
import { readFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import { createSecureServer } from 'node:http2'
import { extname, join } from 'node:path'
import { generate } from 'selfsigned'
import { lakeHandler, startStore } from './standin.mjs'

const TYPES = { '.html': 'text/html', '.js': 'text/javascript', '.css': 'text/css', '.wasm': 'application/wasm' }

const store = await startStore()
const storePort = store.address().port
const lake = lakeHandler(`http://127.0.0.1:${storePort}`)

async function serve(request, response) {
  const { pathname } = new URL(request.url, 'http://page')
  if (pathname.startsWith('/api/')) return await lake(request, response)
  const name = pathname === '/' ? 'index.html' : pathname.slice(1)
  try {
    const body = await readFile(join(process.argv[2], name))
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
console.log(JSON.stringify({ page: await listen(plain), secure: await listen(secure), store: storePort }))
process.stdin.resume().on('end', () => process.exit())
