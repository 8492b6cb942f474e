import { createHash, randomUUID } from 'node:crypto'
import { createPresigner, type StoreKeys } from '../sign.ts'
import type { Stored } from '../state.ts'
import type { World } from '../world.ts'
import { keyOf, md5Store } from './direct.ts'
import { type BlockStore, StoreRefusal } from './store.ts'

export const BUCKET = 'lakefs-sandbox'
const MIN_PART = 5 * 1024 * 1024

/**
 * Creates the store behind lakeFS on the S3 of the sandbox: it has the same bytes and keys as the server for browsers,
 * without the network.
 */
export function createS3Store(world: World, url: string, keys: StoreKeys): BlockStore {
  const presign = createPresigner(url, keys)

  return {
    facts: {
      type: 's3',
      presigns: true,
      multipart: true,
      namespacePattern: '^s3://',
      namespaceExample: 's3://example-bucket/',
      namespacePrefix: '',
      imports: true,
    },
    url,
    namespace: (repository) => `s3://${BUCKET}/${repository}`,
    reaches: async (namespace) => namespace.startsWith('s3://'),
    presign: (address, { method, seconds, now, filename }) =>
      presign({
        method,
        key: keyOf(address),
        query: {
          'x-id': method === 'PUT' ? 'PutObject' : 'GetObject',
          ...(filename ? { 'response-content-disposition': disposition(filename) } : {}),
        },
        seconds,
        now,
      }),
    async createMultipart(address) {
      const id = randomUUID()
      world.record({ t: 'upload', id, key: keyOf(address) })
      return id
    },
    presignPart: (address, upload, part, { seconds, now }) =>
      presign({
        method: 'PUT',
        key: keyOf(address),
        query: { partNumber: String(part), uploadId: upload, 'x-id': 'UploadPart' },
        seconds,
        now,
      }),
    async completeMultipart(address, upload, parts) {
      const key = keyOf(address)
      const open = world.state.uploads.get(upload)
      const done = world.state.objects.get(key)
      // Like the recorded server, it accepts a second complete of the same upload while the object exists.
      if (!open && done?.etag.includes('-')) return done
      if (!open || open.key !== key) throw refusal('CompleteMultipartUpload', 404, `NoSuchUpload: ${NO_UPLOAD}`)
      const chosen: Stored[] = []
      for (const [at, { part_number, etag }] of parts.entries()) {
        const part = open.parts.get(part_number)
        if (!part || part.etag !== etag.replaceAll('"', '')) throw invalidPart()
        if (at > 0 && part_number <= (parts[at - 1]?.part_number ?? 0)) {
          throw refusal(
            'CompleteMultipartUpload',
            400,
            'api error InvalidPartOrder: The list of parts was not in ascending order.',
          )
        }
        if (at < parts.length - 1 && part.size < MIN_PART) {
          throw refusal(
            'CompleteMultipartUpload',
            400,
            'api error EntityTooSmall: Your proposed upload is smaller than the minimum allowed size',
          )
        }
        chosen.push(part)
      }
      if (chosen.length === 0) throw invalidPart()
      const stored: Stored = {
        etag: compositeEtag(chosen.map((part) => part.etag)),
        size: chosen.reduce((sum, part) => sum + part.size, 0),
        contentType: 'application/octet-stream',
        files: chosen.flatMap((part) => part.files),
      }
      world.record({ t: 'object', key, stored })
      world.record({ t: 'upload-gone', id: upload })
      for (const part of open.parts.values()) if (!chosen.includes(part)) world.blobs.discard(part)
      return stored
    },
    async abortMultipart(address, upload) {
      const open = world.state.uploads.get(upload)
      if (!open || open.key !== keyOf(address)) throw refusal('AbortMultipartUpload', 404, `NoSuchUpload: ${NO_UPLOAD}`)
      world.record({ t: 'upload-gone', id: upload })
      for (const part of open.parts.values()) world.blobs.discard(part)
    },
    ...md5Store(world),
    close: async () => undefined,
  }
}

export const NO_UPLOAD =
  'The specified multipart upload does not exist. The upload ID may be invalid, or the upload may have been aborted or completed.'

export function disposition(filename: string): string {
  return `attachment; filename*=utf-8''${encodeURIComponent(filename).replaceAll('%2B', '+')}`
}

export function compositeEtag(md5s: string[]): string {
  const hash = createHash('md5')
  for (const md5 of md5s) hash.update(Buffer.from(md5, 'hex'))
  return `${hash.digest('hex')}-${md5s.length}`
}

function refusal(operation: string, status: number, words: string): StoreRefusal {
  return new StoreRefusal(
    `operation error S3: ${operation}, https response error StatusCode: ${status}, RequestID: SANDBOX, HostID: sandbox, ${words}`,
  )
}

function invalidPart(): StoreRefusal {
  return refusal(
    'CompleteMultipartUpload',
    400,
    "api error InvalidPart: One or more of the specified parts could not be found.  The part may not have been uploaded, or the specified entity tag may not match the part's entity tag.",
  )
}
