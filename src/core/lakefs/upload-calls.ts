import { UploadError } from '../errors.ts'
import { hasText } from '../request/json-body.ts'
import { isOwn, ResponseError } from '../request/response-error.ts'
import { writeRefusal } from './rights.ts'
import {
  BROKEN_OFF,
  type BranchRef,
  branchPath,
  type Call,
  isLocation,
  isNotHtml,
  isPage,
  isServerConfig,
  isStats,
  type LinkBody,
  type Listing,
  type MultipartUpload,
  type ObjectStats,
  type Part,
  refPath,
  type ServerConfig,
  type StagingLocation,
} from './wire.ts'

/**
 * Calls of an upload, one request each (docs/lakefs-contract.md, "Presigned addresses", "Link", "Multipart uploads").
 * All throw {@link ResponseError}.
 */
export interface UploadCalls {
  /** GET /config. */
  config(signal?: AbortSignal): Promise<ServerConfig>
  /**
   * GET …/refs/{ref}/objects/stat; undefined when the object does not exist (404 "not found").
   * @throws UploadError `path-mismatch` when the answer is about another path.
   */
  stat(at: BranchRef, path: string, signal?: AbortSignal): Promise<ObjectStats | undefined>
  /** GET …/refs/{ref}/objects, one byte: false when the branch has the entry but the store has no bytes (410). */
  isStored(at: BranchRef, path: string, signal?: AbortSignal): Promise<boolean>
  /**
   * GET …/refs/{ref}/objects, the last byte: false when the branch has the entry, and the store has no such object or
   * less of it than these bytes (410, 404, 416, or an answer that is too short).
   */
  hasEnd(at: BranchRef, path: string, size: number, signal?: AbortSignal): Promise<boolean>
  /** GET …/objects/stage_allowed: why the user may not put an object there; undefined when lakeFS names no reason. */
  writeRefusal(at: BranchRef, path: string, signal?: AbortSignal): Promise<UploadError | undefined>
  /** PUT …/branches/{b}: resets one uncommitted object. */
  resetObject(at: BranchRef, path: string, signal?: AbortSignal): Promise<void>
  /** GET …/refs/{ref}/objects/ls. */
  list(
    at: BranchRef,
    query: { prefix?: string; after?: string; amount?: number; delimiter?: string },
    signal?: AbortSignal,
  ): Promise<Listing>
  /** GET …/staging/backing?presign=true: a physical address with a presigned URL. */
  address(at: BranchRef, path: string, signal?: AbortSignal): Promise<StagingLocation>
  /** PUT …/staging/backing: links the address to a path of the branch. `ifAbsent` sends If-None-Match: *. */
  link(at: BranchRef, path: string, body: LinkBody, ifAbsent: boolean, signal?: AbortSignal): Promise<ObjectStats>
  /**
   * PUT …/objects: stages an object of the same repository by its address, without a condition and without sending
   * bytes.
   */
  stageObject(at: BranchRef, path: string, object: ObjectStats, signal?: AbortSignal): Promise<ObjectStats>
  /** POST …/staging/pmpu. Requests the URLs of `parts` parts at once, for servers that cannot sign a single part. */
  createMultipart(at: BranchRef, path: string, parts: number, signal?: AbortSignal): Promise<MultipartUpload>
  /** PUT …/staging/pmpu/{id}/parts/{n}: a new URL for one part. */
  signPart(at: BranchRef, path: string, upload: MultipartUpload, part: number, signal?: AbortSignal): Promise<string>
  /** PUT …/staging/pmpu/{id}. */
  completeMultipart(
    at: BranchRef,
    path: string,
    upload: MultipartUpload,
    body: { parts: Part[]; content_type?: string; user_metadata?: Record<string, string> },
    signal?: AbortSignal,
  ): Promise<ObjectStats>
  /**
   * DELETE …/staging/pmpu/{id}.
   * @returns true when the upload did not exist (any more); false when the abort was accepted, and may have to be
   *   repeated.
   */
  abortMultipart(at: BranchRef, path: string, upload: MultipartUpload, signal?: AbortSignal): Promise<boolean>
}

/** Ms for a complete. It copies nothing, but some stores take minutes for thousands of parts. */
const COMPLETE_TIMEOUT_MS = 300_000

/** Words of a store, inside an answer of lakeFS, for an object that is not there or too short. */
const NOT_STORED = /StatusCode: (404|410|416)|RESPONSE (404|410|416)|NoSuchKey|InvalidRange|BlobNotFound/

const multipartPath = (at: BranchRef, upload: MultipartUpload) =>
  `${branchPath(at)}/staging/pmpu/${encodeURIComponent(upload.upload_id)}`

export function uploadCalls(call: <T>(call: Call) => Promise<T>): UploadCalls {
  return {
    config: (signal) => call({ path: 'config', signal, expect: isServerConfig }),
    async stat(at, path, signal) {
      try {
        const object = await call<ObjectStats>({
          path: `${refPath(at)}/objects/stat`,
          query: { path },
          signal,
          expect: isStats,
        })
        if (object.path !== path) throw new UploadError('path-mismatch', { facts: { path, got: object.path } })
        return object
      } catch (thrown) {
        const isAnswered = thrown instanceof ResponseError && thrown.status === 404 && hasText(thrown.body, 'message')
        // Only an answer of lakeFS counts: a 404 of another server does not tell about the object.
        if (isAnswered && !/repository|branch|ref|endpoint/i.test(thrown.detail)) return undefined
        throw thrown
      }
    },
    async isStored(at, path, signal) {
      try {
        await call({ path: `${refPath(at)}/objects`, query: { path }, headers: { Range: 'bytes=0-0' }, signal })
        return true
      } catch (thrown) {
        if (thrown instanceof ResponseError && [404, 410].includes(thrown.status)) return false
        // An empty object has no first byte.
        if (thrown instanceof ResponseError && thrown.status === 416) return true
        throw thrown
      }
    },
    async hasEnd(at, path, size, signal) {
      const last = Math.max(0, size - 1)
      try {
        const body = await call({
          path: `${refPath(at)}/objects`,
          query: { path },
          headers: { Range: `bytes=${last}-${last}` },
          signal,
          atMost: 1,
        })
        return size === 0 || body !== undefined
      } catch (thrown) {
        if (!(thrown instanceof ResponseError)) throw thrown
        const { status, detail } = thrown
        // An empty object has no last byte.
        if (status === 416) return size === 0
        // lakeFS has begun to answer and then found nothing more at the store.
        if (status === 0 && detail === BROKEN_OFF) return false
        const isGone = status === 404 || status === 410 || (status === 500 && NOT_STORED.test(detail))
        // Another server that does not find the address says nothing about the object.
        if (isGone && isOwn(thrown)) return false
        throw thrown
      }
    },
    writeRefusal: (at, path, signal) => writeRefusal({ call }, at, path, signal),
    resetObject: (at, path, signal) =>
      call({ method: 'PUT', path: branchPath(at), json: { type: 'object', path }, signal, expect: isNotHtml }),
    list: (at, query, signal) => call({ path: `${refPath(at)}/objects/ls`, query, signal, expect: isPage }),
    address: (at, path, signal) =>
      call({ path: `${branchPath(at)}/staging/backing`, query: { path, presign: true }, signal, expect: isLocation }),
    link: (at, path, json, ifAbsent, signal) =>
      call({
        method: 'PUT',
        path: `${branchPath(at)}/staging/backing`,
        query: { path },
        json,
        headers: ifAbsent ? { 'If-None-Match': '*' } : {},
        signal,
        expect: isStats,
      }),
    stageObject: (at, path, { physical_address, checksum, size_bytes, content_type, metadata }, signal) =>
      call({
        method: 'PUT',
        path: `${branchPath(at)}/objects`,
        query: { path },
        json: { physical_address, checksum, size_bytes, content_type, metadata },
        signal,
        expect: isStats,
      }),
    createMultipart: (at, path, parts, signal) =>
      call({
        method: 'POST',
        path: `${branchPath(at)}/staging/pmpu`,
        query: { path, parts },
        signal,
        expect: (body) => isLocation(body) && hasText(body, 'upload_id'),
      }),
    async signPart(at, path, upload, part, signal) {
      const { presigned_url } = await call<{ presigned_url: string }>({
        method: 'PUT',
        path: `${multipartPath(at, upload)}/parts/${part}`,
        query: { path },
        json: { physical_address: upload.physical_address },
        signal,
        expect: (body) => hasText(body, 'presigned_url'),
      })
      return presigned_url
    },
    completeMultipart: (at, path, upload, body, signal) =>
      call({
        method: 'PUT',
        path: multipartPath(at, upload),
        query: { path },
        json: { physical_address: upload.physical_address, ...body },
        signal,
        timeout: COMPLETE_TIMEOUT_MS,
        expect: isStats,
      }),
    async abortMultipart(at, path, upload, signal) {
      try {
        await call({
          method: 'DELETE',
          path: multipartPath(at, upload),
          query: { path },
          json: { physical_address: upload.physical_address },
          signal,
          expect: isNotHtml,
        })
        return false
      } catch (thrown) {
        if (!(thrown instanceof ResponseError)) throw thrown
        // lakeFS quotes the store in a 500. Its own 404 has a message; the page of a proxy has none.
        if (/NoSuchUpload/.test(thrown.detail)) return true
        if (thrown.status === 404 && hasText(thrown.body, 'message')) return true
        throw thrown
      }
    },
  }
}
