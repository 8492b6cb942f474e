// As much of lakeFS and of an S3 store as a bench needs, in one process, keeping no bytes.
import { createHash, randomUUID } from 'node:crypto'
import { createServer } from 'node:http'

const JSON_TYPE = { 'Content-Type': 'application/json' }

export function lakeHandler(storeUrl) {
  const objects = new Map()
  const uploads = new Map()
  const answer = (response, status, body) => {
    const text = body === undefined ? '' : JSON.stringify(body)
    response.writeHead(status, { ...JSON_TYPE, 'Content-Length': Buffer.byteLength(text) })
    response.end(text)
  }
  const bodyOf = async (request) => {
    const chunks = []
    for await (const chunk of request) chunks.push(chunk)
    return Buffer.concat(chunks)
  }
  const signed = (query) => `${storeUrl}/lake/data/${randomUUID()}?X-Amz-Signature=${randomUUID()}${query}`
  const statsOf = (path, physical_address, checksum, size_bytes) => {
    const stats = { path, path_type: 'object', physical_address, checksum, size_bytes, mtime: 0, metadata: {} }
    objects.set(path, stats)
    return stats
  }
  return async (request, response) => {
    const url = new URL(request.url, 'http://lake')
    const route = url.pathname.replace('/api/v1/', '')
    const path = url.searchParams.get('path') ?? ''
    const { method } = request
    if (route === 'config') {
      return answer(response, 200, {
        storage_config: { blockstore_type: 's3', pre_sign_support: true, pre_sign_multipart_upload: true },
      })
    }
    if (route.endsWith('/staging/backing') && method === 'GET') {
      const presigned_url = signed('')
      return answer(response, 200, {
        physical_address: `s3:/${new URL(presigned_url).pathname}`,
        presigned_url,
        presigned_url_expiry: Math.floor(Date.now() / 1000) + 900,
      })
    }
    if (route.endsWith('/staging/backing')) {
      const { staging, checksum, size_bytes } = JSON.parse(await bodyOf(request))
      return answer(response, 200, statsOf(path, staging.physical_address, checksum, size_bytes))
    }
    const [, upload, part] = /pmpu(?:\/([^/]+))?(?:\/parts\/(\d+))?$/.exec(route) ?? []
    if (/\/pmpu$/.test(route)) {
      const id = randomUUID()
      uploads.set(id, `s3://lake/data/${id}`)
      const presigned_urls = Array.from({ length: Number(url.searchParams.get('parts')) }, () => signed('&part=1'))
      return answer(response, 201, { upload_id: id, physical_address: uploads.get(id), presigned_urls })
    }
    if (part) {
      await bodyOf(request)
      return answer(response, 200, { presigned_url: signed(`&partNumber=${part}&uploadId=${upload}`) })
    }
    if (upload && method === 'PUT') {
      const { parts } = JSON.parse(await bodyOf(request))
      const hash = createHash('md5')
      for (const { etag } of parts) hash.update(Buffer.from(etag.replace(/"/g, ''), 'hex'))
      const size = sizes.get(upload) ?? 0
      return answer(response, 200, statsOf(path, uploads.get(upload), `${hash.digest('hex')}-${parts.length}`, size))
    }
    if (route.endsWith('/objects') && method === 'POST') {
      const bytes = await bodyOf(request)
      const md5 = createHash('md5').update(bytes).digest('hex')
      return answer(response, 201, statsOf(path, `local://${path}`, md5, bytes.length))
    }
    if (route.endsWith('/objects/ls')) {
      return answer(response, 200, { pagination: { has_more: false, next_offset: '', results: 0 }, results: [] })
    }
    if (route.endsWith('/objects/stat')) {
      const stats = objects.get(path)
      return stats ? answer(response, 200, stats) : answer(response, 404, { message: 'not found' })
    }
    if (route.endsWith('/branch_protection')) return answer(response, 200, [])
    if (/\/branches\/[^/]+$/.test(route)) return answer(response, 200, { id: 'main', commit_id: 'c' })
    if (/^repositories\/[^/]+$/.test(route)) {
      return answer(response, 200, { id: 'lake', default_branch: 'main', storage_namespace: 's3://lake' })
    }
    return answer(response, 404, { message: 'invalid API endpoint' })
  }
}

/** Bytes of the parts of each multipart upload so far. */
const sizes = new Map()

export function startStore() {
  const cors = { 'Access-Control-Allow-Origin': '*', 'Access-Control-Expose-Headers': 'ETag' }
  const server = createServer((request, response) => {
    if (request.method === 'OPTIONS') {
      const allow = { 'Access-Control-Allow-Methods': 'PUT', 'Access-Control-Allow-Headers': '*' }
      response.writeHead(200, { ...cors, ...allow, 'Access-Control-Max-Age': '3600', 'Content-Length': 0 })
      return response.end()
    }
    const hash = createHash('md5')
    let size = 0
    request.on('data', (chunk) => {
      hash.update(chunk)
      size += chunk.length
    })
    request.on('end', () => {
      const upload = new URL(request.url, 'http://store').searchParams.get('uploadId')
      if (upload) sizes.set(upload, (sizes.get(upload) ?? 0) + size)
      response.writeHead(200, { ...cors, ETag: `"${hash.digest('hex')}"`, 'Content-Length': 0 })
      response.end()
    })
  })
  server.keepAliveTimeout = 60_000
  return new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(server)))
}
