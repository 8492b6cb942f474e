/**
 * Calls of the lakeFS API that uploads use, and their queries for React Query. Works without React.
 * @module lakefs
 */

export type { ErrorCode, ErrorFacts } from '../error-codes.ts'
export type { UploadError } from '../errors.ts'
export { ResponseError } from '../request/response-error.ts'
export { toUploadError } from '../request/upload-error.ts'
export { createLakeFS, type LakeFS, type LakeFSOptions } from './client.ts'
export { type PrecheckResult, precheck } from './precheck.ts'
export { type LakeFSQuery, lakefsKeys, lakefsQueries } from './queries.ts'
export { createLakeFSClient, type LakeFSClient } from './retrying-client.ts'
export { missingRight, type Right, writeRefusal } from './rights.ts'
export type {
  Branch,
  BranchRef,
  Change,
  Commit,
  HookRun,
  Listing,
  LoginConfig,
  ObjectStats,
  Page,
  Repository,
  ServerConfig,
} from './wire.ts'
