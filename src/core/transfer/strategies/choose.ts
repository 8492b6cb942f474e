import { UploadError } from '../../errors.ts'
import type { StagingLocation, StorageConfig } from '../../lakefs/wire.ts'
import { traitsOf } from '../../store/limits.ts'
import type { FileToSend } from '../file-to-send.ts'
import type { ServerTraits } from '../services.ts'
import { isWorthBlocks, sendBlocks } from './blocks.ts'
import { isWorthParts, sendParts } from './multipart.ts'
import { sendWhole } from './single-put.ts'
import type { Strategy } from './strategy.ts'
import { sendThroughApi } from './through-api.ts'

/** Facts that the choice of a strategy depends on. */
export interface Choice {
  readonly storage: StorageConfig
  readonly server: Pick<ServerTraits, 'presign' | 'multipart' | 'direct' | 'throughLakeFS'>
  /** Option of the host. */
  readonly presign: 'auto' | 'always'
  readonly partSize: number | undefined
  /** Size in bytes below which a file is sent through lakeFS. */
  readonly viaApiBelow: number
  readonly hint?: StagingLocation | undefined
}

/**
 * Returns the strategy for one file. It depends on what GET /config says of the store, never on the form of an address
 * and never on a trial request (docs/lakefs-contract.md, "Server and store").
 * @throws UploadError `too-large` or `metadata-invalid` before the first byte.
 */
export function chooseStrategy(toSend: Pick<FileToSend, 'size' | 'path' | 'metadata'>, choice: Choice): Strategy {
  const { storage, server, partSize, viaApiBelow, hint } = choice
  const { size, path, metadata } = toSend
  const only = goesThroughLakeFS(choice)
  if (only || (size < viaApiBelow && server.direct !== false)) {
    const key = keyUnfitForHeader(metadata)
    if (key === undefined) return sendThroughApi
    if (only) throw new UploadError('metadata-invalid', { facts: { path, key }, retryable: false })
  }
  const traits = traitsOf(storage)
  if (size > traits.object) throw tooLarge(toSend, traits.object)
  // A hint with a URL is one address for the whole file. Parts need an upload of their own, blocks do not.
  const followed = hint?.presigned_url && size <= traits.whole
  if (storage.blockstore_type === 'azure') {
    return isWorthBlocks(size, partSize) || size > traits.whole ? sendBlocks : sendWhole
  }
  const parts = traits.pieces && storage.pre_sign_multipart_upload && server.multipart
  if (parts && !followed && (isWorthParts(size, partSize) || size > traits.whole)) return sendParts
  if (size > traits.whole) throw tooLarge(toSend, traits.whole)
  return sendWhole
}

/**
 * Returns whether no file goes straight to the store: lakeFS cannot presign, its operator keeps pages from presigned
 * addresses, or the user has chosen so. Servers from before `pre_sign_support_ui` have no such switch.
 */
export function goesThroughLakeFS({
  storage,
  server,
  presign,
}: Pick<Choice, 'storage' | 'server' | 'presign'>): boolean {
  if (!storage.pre_sign_support || !server.presign || server.throughLakeFS) return true
  return storage.pre_sign_support_ui === false && presign !== 'always'
}

/** Returns a key that is no valid header name or whose value is no valid header value. A link accepts any text. */
function keyUnfitForHeader(metadata: FileToSend['metadata']): string | undefined {
  return Object.keys(metadata).find((key) => !/^[\w!#$%&'*+.^`|~-]*$/.test(key) || /[\0\r\n]/.test(`${metadata[key]}`))
}

function tooLarge({ size, path }: Pick<FileToSend, 'size' | 'path'>, limit: number): UploadError {
  return new UploadError('too-large', { facts: { size, limit, path } })
}
