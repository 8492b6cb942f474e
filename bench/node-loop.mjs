// What a program without a browser needs: no preflights, as many connections as it likes. Stands for lakectl.
import { Agent, request } from 'node:http'

export async function nodeLoop({ api, store, count, size, connections }) {
  const agents = {
    [api]: new Agent({ keepAlive: true, maxSockets: connections }),
    [store]: new Agent({ keepAlive: true, maxSockets: connections }),
  }
  const body = Buffer.alloc(size, 1)
  const call = (port, method, path, data, host) =>
    new Promise((resolve, reject) => {
      const sent = request(
        {
          port,
          host: '127.0.0.1',
          method,
          path,
          agent: agents[port],
          headers: { Host: host ?? `127.0.0.1:${port}`, ...(data ? { 'Content-Length': data.length } : {}) },
        },
        (answer) => {
          const chunks = []
          answer.on('data', (chunk) => chunks.push(chunk))
          answer.on('end', () => {
            if (answer.statusCode >= 300) reject(new Error(`${method} ${path}: ${answer.statusCode}`))
            else resolve({ headers: answer.headers, text: Buffer.concat(chunks).toString() })
          })
        },
      )
      sent.on('error', reject)
      sent.end(data)
    })
  const base = '/api/v1/repositories/lake/branches/main/staging/backing'
  let next = 0
  const lane = async () => {
    while (next < count) {
      const path = `bench/node-${next++}`
      const staging = JSON.parse((await call(api, 'GET', `${base}?path=${path}&presign=true`)).text)
      const url = new URL(staging.presigned_url)
      const { headers } = await call(store, 'PUT', url.pathname + url.search, body, url.host)
      const link = { staging, checksum: headers.etag.replace(/"/g, ''), size_bytes: size }
      await call(api, 'PUT', `${base}?path=${path}`, Buffer.from(JSON.stringify(link)))
    }
  }
  const from = performance.now()
  await Promise.all(Array.from({ length: connections }, lane))
  const ms = performance.now() - from
  for (const agent of Object.values(agents)) agent.destroy()
  return { ms }
}
