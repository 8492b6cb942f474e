import AwsS3 from '@uppy/aws-s3'
import Uppy from '@uppy/core'
import Dashboard from '@uppy/dashboard'
import '@uppy/core/css/style.min.css'
import '@uppy/dashboard/css/style.min.css'

const API = '/api/v1/repositories/lake/branches/main/staging/backing'

/**
 * Uppy with what it needs for lakeFS: an address for each PUT, and a link as soon as the bytes are there. Its parts
 * cannot be used: it completes them at the store, lakeFS through its own API.
 */
export async function readyUppy({ dashboard }) {
  const locations = new Map()
  const links = []
  const one = new Uppy({ autoProceed: false })
  one.use(AwsS3, {
    shouldUseMultipart: false,
    generateObjectKey: (file) => `bench/${file.name}`,
    async signRequest({ key }) {
      const response = await fetch(`${API}?path=${encodeURIComponent(key)}&presign=true`)
      const staging = await response.json()
      locations.set(key, staging)
      return { url: staging.presigned_url }
    },
  })
  one.on('upload-success', (file) => {
    const key = `bench/${file.name}`
    const body = { staging: locations.get(key), checksum: 'not told by this client', size_bytes: file.size }
    links.push(fetch(`${API}?path=${encodeURIComponent(key)}`, { method: 'PUT', body: JSON.stringify(body) }))
  })
  one.addPostProcessor(async () => {
    for (const response of await Promise.all(links)) if (!response.ok) throw new Error(`link: ${response.status}`)
  })
  if (dashboard) one.use(Dashboard, { inline: true, target: '#root' })
  return one
}

export async function runUppy(one, files, { only }) {
  const adding = performance.now()
  one.addFiles(files.map((data) => ({ name: data.name, type: data.type, data, source: 'bench' })))
  const added = performance.now() - adding
  window.kept = one
  if (only === 'add') {
    await new Promise((resolve) => setTimeout(resolve, 2000))
    return { ms: added }
  }
  const { successful, failed } = await one.upload()
  if (successful.length !== files.length) throw new Error(`${failed.length} failed: ${failed[0]?.error}`)
  return { added }
}
