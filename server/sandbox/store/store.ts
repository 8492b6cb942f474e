import type { Readable } from 'node:stream'

export type StoreName = 's3' | 'azure' | 'gcs' | 'local'

/** Properties of a store in the answer to GET /config. */
export interface StoreFacts {
  type: 's3' | 'azure' | 'gs' | 'local'
  presigns: boolean
  multipart: boolean
  /** Regular expression for storage namespaces. */
  namespacePattern: string
  namespaceExample: string
  namespacePrefix: string
  imports: boolean
}

export interface PresignOptions {
  method: 'PUT' | 'GET'
  seconds: number
  now: number
  /** Name under which the browser saves a download. */
  filename?: string
}

/** Refusal of a store; lakeFS quotes its message in a 500. */
export class StoreRefusal extends Error {
  override name = 'StoreRefusal'
}

/** Operations of lakeFS on a store. Addresses are physical addresses as in the API. */
export interface BlockStore {
  readonly facts: StoreFacts
  readonly url: string
  /** Returns the storage namespace of a sample repository. */
  namespace(repository: string): string
  /** Returns whether the bucket of a namespace exists or can be created. */
  reaches(namespace: string): Promise<boolean>
  presign(address: string, options: PresignOptions): Promise<string>
  createMultipart(address: string): Promise<string>
  presignPart(address: string, upload: string, part: number, options: { seconds: number; now: number }): Promise<string>
  completeMultipart(
    address: string,
    upload: string,
    parts: { part_number: number; etag: string }[],
  ): Promise<{ etag: string; size: number }>
  abortMultipart(address: string, upload: string): Promise<void>
  put(
    address: string,
    body: {
      stream: AsyncIterable<Uint8Array>
      contentType: string
      length?: number | undefined
      corrupt?: boolean
    },
  ): Promise<{ checksum: string; size: number }>
  /** Returns undefined for an object that does not exist. */
  get(address: string, start: number, end: number): Promise<Readable | AsyncIterable<Uint8Array> | undefined>
  close(): Promise<void>
}
