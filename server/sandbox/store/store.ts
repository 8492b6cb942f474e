import type { Readable } from 'node:stream'

export type StoreName = 's3' | 'azure' | 'gcs' | 'local'

/** What GET /config says of a store. */
export interface StoreFacts {
  type: 's3' | 'azure' | 'gs' | 'local'
  presigns: boolean
  multipart: boolean
  /** Regular expression a storage namespace must match. */
  namespacePattern: string
  namespaceExample: string
  namespacePrefix: string
  imports: boolean
}

export interface PresignOptions {
  method: 'PUT' | 'GET'
  seconds: number
  now: number
  /** Name the browser saves a read under. */
  filename?: string
}

/** A store refused; lakeFS passes its words on inside a 500. */
export class StoreRefusal extends Error {
  override name = 'StoreRefusal'
}

/** What lakeFS does with a store. Addresses are physical addresses as the API gives them. */
export interface BlockStore {
  readonly facts: StoreFacts
  readonly url: string
  /** Storage namespace of a repository made at the start. */
  namespace(repository: string): string
  /** Whether the bucket of a namespace is there, or could be made. */
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
  /** undefined: no such object. */
  get(address: string, start: number, end: number): Promise<Readable | AsyncIterable<Uint8Array> | undefined>
  close(): Promise<void>
}
