// The floor: requests and nothing else. No checks, no retries, no hashes, no list.

const API = '/api/v1/repositories/lake/branches/main/staging'

async function call(method, url, body) {
  const response = await fetch(url, { method, ...(body ? { body: JSON.stringify(body) } : {}) })
  if (!response.ok) throw new Error(`${method} ${url}: ${response.status}`)
  return await response.json()
}

function put(url, body) {
  return new Promise((resolve, reject) => {
    const xhr = new XMLHttpRequest()
    xhr.onload = () => (xhr.status < 300 ? resolve(xhr.getResponseHeader('etag')) : reject(new Error(xhr.status)))
    xhr.onerror = () => reject(new Error('no answer'))
    xhr.open('PUT', url)
    xhr.setRequestHeader('Content-Type', 'application/octet-stream')
    xhr.send(body)
  })
}

async function one(file) {
  const path = encodeURIComponent(`bench/${file.name}`)
  const staging = await call('GET', `${API}/backing?path=${path}&presign=true`)
  const etag = await put(staging.presigned_url, file)
  await call('PUT', `${API}/backing?path=${path}`, { staging, checksum: etag.replace(/"/g, ''), size_bytes: file.size })
}

/** One POST through lakeFS, which puts the bytes where they belong itself. */
async function direct(file) {
  const path = encodeURIComponent(`bench/${file.name}`)
  const response = await fetch(`${API.replace(/\/staging$/, '')}/objects?path=${path}`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/octet-stream' },
    body: file,
  })
  if (!response.ok) throw new Error(`POST ${path}: ${response.status}`)
  await response.arrayBuffer()
}

async function mapConcurrent(items, lanes, work) {
  let next = 0
  const lane = async () => {
    while (next < items.length) await work(items[next++])
  }
  await Promise.all(Array.from({ length: lanes }, lane))
}

/** `lanes` parts of `size` bytes at once; no lanes: one PUT. */
export async function bareBig([file], { lanes, size = 8 * 2 ** 20 }) {
  if (lanes === 0) return await one(file)
  const path = encodeURIComponent(`bench/${file.name}`)
  const { upload_id, physical_address } = await call('POST', `${API}/pmpu?path=${path}&parts=0`)
  const numbers = Array.from({ length: Math.ceil(file.size / size) }, (_, index) => index + 1)
  const parts = []
  await mapConcurrent(numbers, lanes, async (part_number) => {
    const route = `${API}/pmpu/${upload_id}/parts/${part_number}?path=${path}`
    const { presigned_url } = await call('PUT', route, { physical_address })
    const etag = await put(presigned_url, file.slice((part_number - 1) * size, part_number * size))
    parts.push({ part_number, etag })
  })
  parts.sort((a, b) => a.part_number - b.part_number)
  await call('PUT', `${API}/pmpu/${upload_id}?path=${path}`, { physical_address, parts })
}

export async function bareSmall(list, { files, throughLakeFS = false }) {
  await mapConcurrent(list, files, throughLakeFS ? direct : one)
}
