import type { Agent } from 'node:http'
import type { Readable } from 'node:stream'
import type { World } from '../world.ts'
import { disposition } from './s3.ts'
import { type BlockStore, StoreRefusal } from './store.ts'

/** S3 server outside the sandbox. */
export interface ExternalS3 {
  endpoint: string
  accessKeyId: string
  secretAccessKey: string
  bucket: string
  region: string
}

/** Reads `S3_ENDPOINT`, `S3_ACCESS_KEY_ID`, `S3_SECRET_ACCESS_KEY`, `S3_BUCKET` and `S3_REGION`. */
export function externalS3(env: Record<string, string | undefined>): ExternalS3 | undefined {
  const { S3_ENDPOINT, S3_ACCESS_KEY_ID, S3_SECRET_ACCESS_KEY, S3_BUCKET, S3_REGION } = env
  if (!S3_ENDPOINT) return undefined
  if (!S3_ACCESS_KEY_ID || !S3_SECRET_ACCESS_KEY || !S3_BUCKET) {
    throw new Error('S3_ENDPOINT needs S3_ACCESS_KEY_ID, S3_SECRET_ACCESS_KEY and S3_BUCKET beside it')
  }
  return {
    endpoint: S3_ENDPOINT,
    accessKeyId: S3_ACCESS_KEY_ID,
    secretAccessKey: S3_SECRET_ACCESS_KEY,
    bucket: S3_BUCKET,
    region: S3_REGION ?? 'us-east-1',
  }
}

/**
 * Creates the store behind lakeFS on that server, with the official SDK. Faults and the log do not apply to it.
 * @param httpAgent connects to the server. Default: by its endpoint.
 */
export async function createExternalStore(
  world: World,
  { endpoint, bucket, region, ...credentials }: ExternalS3,
  httpAgent?: Agent,
): Promise<BlockStore> {
  const aws = await import('@aws-sdk/client-s3')
  const { getSignedUrl } = await import('@aws-sdk/s3-request-presigner')
  const client = new aws.S3Client({
    endpoint,
    region,
    credentials,
    forcePathStyle: true,
    ...(httpAgent ? { requestHandler: { httpAgent } } : {}),
    // A checksum in the URL would require an empty body.
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
  })
  const at = (address: string) => {
    const [, Bucket = '', Key = ''] = /^s3:\/\/([^/]+)\/(.*)$/.exec(address) ?? []
    return { Bucket, Key }
  }
  const withStoreErrors = async <T>(operation: string, work: Promise<T>): Promise<T> => {
    try {
      return await work
    } catch (cause) {
      if (!(cause instanceof aws.S3ServiceException)) throw cause
      const status = cause.$metadata.httpStatusCode
      throw new StoreRefusal(
        `operation error S3: ${operation}, https response error StatusCode: ${status}, RequestID: ${cause.$metadata.requestId}, api error ${cause.name}: ${cause.message}`,
      )
    }
  }

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
    url: endpoint,
    namespace: (repository) => `s3://${bucket}/lakefs-sandbox/${repository}`,
    reaches: async (namespace) => namespace.startsWith(`s3://${bucket}/`),
    presign: (address, { method, seconds, now, filename }) =>
      getSignedUrl(
        client,
        method === 'PUT'
          ? new aws.PutObjectCommand(at(address))
          : new aws.GetObjectCommand({
              ...at(address),
              ...(filename ? { ResponseContentDisposition: disposition(filename) } : {}),
            }),
        { expiresIn: seconds, signingDate: new Date(now) },
      ),
    async createMultipart(address) {
      const { UploadId } = await withStoreErrors(
        'CreateMultipartUpload',
        client.send(new aws.CreateMultipartUploadCommand(at(address))),
      )
      if (!UploadId) throw new StoreRefusal('operation error S3: CreateMultipartUpload, no upload id')
      return UploadId
    },
    presignPart: (address, UploadId, PartNumber, { seconds, now }) =>
      getSignedUrl(client, new aws.UploadPartCommand({ ...at(address), UploadId, PartNumber }), {
        expiresIn: seconds,
        signingDate: new Date(now),
      }),
    async completeMultipart(address, UploadId, parts) {
      const Parts = parts.map(({ part_number, etag }) => ({ PartNumber: part_number, ETag: etag }))
      const command = new aws.CompleteMultipartUploadCommand({ ...at(address), UploadId, MultipartUpload: { Parts } })
      const { ETag = '' } = await withStoreErrors('CompleteMultipartUpload', client.send(command))
      const { ContentLength = 0 } = await withStoreErrors(
        'HeadObject',
        client.send(new aws.HeadObjectCommand(at(address))),
      )
      return { etag: ETag.replaceAll('"', ''), size: ContentLength }
    },
    async abortMultipart(address, UploadId) {
      await withStoreErrors(
        'AbortMultipartUpload',
        client.send(new aws.AbortMultipartUploadCommand({ ...at(address), UploadId })),
      )
    },
    async put(address, { stream, contentType, length }) {
      const { md5, ...kept } = await world.blobs.receive({ body: stream, contentType, length })
      try {
        const { Readable: Stream } = await import('node:stream')
        const Body = Stream.from(world.blobs.read(kept))
        await withStoreErrors(
          'PutObject',
          client.send(
            new aws.PutObjectCommand({ ...at(address), Body, ContentLength: kept.size, ContentType: contentType }),
          ),
        )
      } finally {
        world.blobs.discard(kept)
      }
      return { checksum: md5, size: kept.size }
    },
    async get(address, start, end) {
      const Range = end > start ? { Range: `bytes=${start}-${end - 1}` } : {}
      try {
        const { Body } = await client.send(new aws.GetObjectCommand({ ...at(address), ...Range }))
        return Body as Readable
      } catch (cause) {
        if (cause instanceof aws.NoSuchKey) return undefined
        throw cause
      }
    },
    async close() {
      client.destroy()
    },
  }
}
