import { compositeEtag } from '../checksum/etag.ts'
import { UploadError } from '../errors.ts'
import type { Multipart, Stored } from '../file/resume-point.ts'
import { isSameAddress, type ObjectStats } from '../lakefs/wire.ts'
import { hasStatus, isForbidden, ResponseError } from '../request/response-error.ts'
import type { TransferContext } from './context.ts'
import type { FileToSend } from './file-to-send.ts'

/**
 * Puts stored bytes on the branch: link, or complete. Repeats nothing that has happened: after a lost or busy answer it
 * first looks whether the path has our physical address already (docs/lakefs-contract.md, "Retry table"). Rejects with
 * the ResponseError that is left: 409 with the hint, 412, 400 "link address expired", …
 */
export async function linkOrComplete(
  toSend: FileToSend,
  context: TransferContext,
  stored: Stored,
  ifAbsent: boolean,
): Promise<ObjectStats> {
  if (stored.kind === 'done') return stored.object
  if (stored.kind === 'link') return await link(toSend, context, stored, ifAbsent)
  return await complete(toSend, context, stored, ifAbsent)
}

/** Bytes at an address, to be put on a branch by link. */
export type LinkSource = Pick<Extract<Stored, { kind: 'link' }>, 'location' | 'checksum' | 'attempted'>

/**
 * Links an address: PUT …/staging/backing. With `ifAbsent` only where nothing is at the path.
 *
 * A 412 may be for an entry of our own, which may still go away: a commit that runs beside the link makes lakeFS try
 * once more, meet the entry of the first try and answer 412, and leaves that entry out if it has passed its key. So it
 * is linked again without the condition: the path is ours, the bytes are the same, and such a write is never lost.
 * @throws ResponseError 412 where something else is at the path, or nothing any more.
 */
export function link(
  toSend: FileToSend,
  context: TransferContext,
  source: LinkSource,
  ifAbsent: boolean,
): Promise<ObjectStats> {
  const { at, path } = toSend
  const { location, checksum } = source
  const body = { staging: location, checksum, size_bytes: toSend.size, ...linkMetadata(toSend) }
  const linkAs = (condition: boolean) => context.lakefs.link(at, path, body, condition, context.signal)
  const secured = async (ours: ObjectStats) => {
    try {
      return await linkAs(false)
    } catch (thrown) {
      // Servers that take each address once (400), or that see a commit in the way (409): the entry is there as it is.
      if (hasStatus(thrown, 400, 409)) return ours
      throw thrown
    }
  }
  let raced = false
  return context.api(async () => {
    const done = source.attempted ? await tryFindOwnObject(toSend, context, location.physical_address) : undefined
    if (done) return raced ? await secured(done) : done
    // Kept beyond this call: who tries again hours later must not take its own object for somebody else's.
    source.attempted = true
    try {
      return await linkAs(ifAbsent)
    } catch (thrown) {
      // Browsers and proxies send a request again unseen when a connection breaks: what refuses the second copy is the
      // first one, as a path that exists or, on older servers, as an address that is used up.
      if (!hasStatus(thrown, 400, 412)) throw thrown
      const ours = await tryFindOwnObject(toSend, context, location.physical_address)
      raced ||= hasStatus(thrown, 412)
      if (ours) return raced ? await secured(ours) : ours
      throw thrown
    }
  })
}

async function complete(
  toSend: FileToSend,
  context: TransferContext,
  { multipart, verified }: Extract<Stored, { kind: 'complete' }>,
  ifAbsent: boolean,
): Promise<ObjectStats> {
  const { at, path } = toSend
  const address = multipart.physical_address
  if (ifAbsent) {
    // Complete knows no condition: looking just before narrows the gap, it does not close it
    // (docs/lakefs-contract.md, "Multipart uploads").
    const there = await context.api(() => context.lakefs.stat(at, path, context.signal))
    if (there && isSameAddress(there.physical_address, address)) return there
    if (there) throw new ResponseError({ side: 'lakefs', status: 412, message: 'path exists before completing' })
  }
  const attempted = multipart.completing === true
  multipart.completing = true
  context.saveResumePoint()
  const parts = partsOf(multipart)
  const checksum = await compositeOf(multipart)
  let repeated = attempted
  try {
    const object = await context.api(async (tries) => {
      repeated ||= tries > 0
      const done = repeated ? await tryFindOwnObject(toSend, context, address) : undefined
      return (
        done ??
        (await context.lakefs.completeMultipart(
          at,
          path,
          multipart,
          { parts, ...linkMetadata(toSend) },
          context.signal,
        ))
      )
    })
    return await compared(object, address, toSend, context, verified ? checksum : undefined)
  } catch (thrown) {
    if (!isGone(thrown)) throw thrown
    // Completed before, by a try of ours or by a copy of the request that a browser sent again unseen.
    const done = await context.api(() => findOwnObject(toSend, context, address))
    if (done) return await compared(done, address, toSend, context, verified ? checksum : undefined)
    // Without an earlier try nothing has put the parts together: they are gone, and a link would show an empty promise.
    if (!repeated || checksum === undefined) throw thrown
    // Complete is two steps: the store has put the parts together before, only the entry is missing
    // (docs/lakefs-contract.md, "Multipart uploads").
    const object = await link(toSend, context, { location: { physical_address: address }, checksum }, ifAbsent)
    if (await context.api(() => context.lakefs.isStored(at, path, context.signal))) return object
    // Not put together after all: the store gave the parts up. Take the entry back and let the file be sent again.
    await context.api(() => context.lakefs.resetObject(at, path, context.signal))
    throw thrown
  }
}

/** Checksum that stored bytes have on the branch; undefined where it cannot be computed. */
export async function checksumOf(stored: Stored): Promise<string | undefined> {
  if (stored.kind === 'done') return stored.object.checksum
  if (stored.kind === 'link') return stored.checksum
  return await compositeOf(stored.multipart)
}

const partsOf = ({ etags }: Multipart) =>
  [...etags].sort(([a], [b]) => a - b).map(([part_number, etag]) => ({ part_number, etag }))

/** Without the code that computes it (no network at that moment) there is nothing to compare; each part was. */
const compositeOf = (multipart: Multipart) =>
  compositeEtag(partsOf(multipart).map(({ etag }) => etag)).catch(() => undefined)

/** Whether the store no longer knows a multipart upload. */
export function isGone(thrown: unknown): boolean {
  return thrown instanceof ResponseError && /NoSuchUpload/.test(`${thrown.xmlCode ?? ''} ${thrown.detail}`)
}

/**
 * What complete answers, with the whole address, against what was sent: the size always, the composite MD5 where every
 * part had one. An object that differs is taken off the branch again.
 */
async function compared(
  object: ObjectStats,
  address: string,
  toSend: FileToSend,
  context: TransferContext,
  checksum: string | undefined,
) {
  const composite = /^[0-9a-f]{32}-\d+$/.test(object.checksum)
  const same = object.size_bytes === toSend.size && (!checksum || !composite || object.checksum === checksum)
  if (same) return { ...object, physical_address: address }
  await context.api(() => context.lakefs.resetObject(toSend.at, toSend.path, context.signal))
  throw new UploadError('checksum-mismatch', { facts: { path: toSend.path } })
}

function linkMetadata({ contentType, metadata }: FileToSend) {
  const entries = Object.keys(metadata).length > 0
  return { content_type: contentType, ...(entries ? { user_metadata: { ...metadata } } : {}) }
}

/** The object at the path, if it is the one at our address: an answer that was lost had been a yes. */
async function findOwnObject(
  { at, path }: FileToSend,
  context: TransferContext,
  address: string,
): Promise<ObjectStats | undefined> {
  const there = await context.lakefs.stat(at, path, context.signal)
  return there && isSameAddress(there.physical_address, address) ? there : undefined
}

/** The same for who may write and not look: what cannot be seen is tried, and lakeFS's answer decides. */
async function tryFindOwnObject(
  toSend: FileToSend,
  context: TransferContext,
  address: string,
): Promise<ObjectStats | undefined> {
  try {
    return await findOwnObject(toSend, context, address)
  } catch (thrown) {
    if (isForbidden(thrown)) return undefined
    throw thrown
  }
}
