import { compositeEtag } from '../checksum/etag.ts'
import { UploadError } from '../errors.ts'
import type { Multipart, Stored } from '../file/resume-point.ts'
import { isSameAddress, type ObjectStats } from '../lakefs/wire.ts'
import { isForbidden } from '../request/refusal-rules.ts'
import { hasStatus, ResponseError } from '../request/response-error.ts'
import { compareAnswer } from './compare-answer.ts'
import type { TransferContext } from './context.ts'
import type { FileToSend } from './file-to-send.ts'
import { unlessOnBranch } from './look-at-branch.ts'
import { takeBack } from './take-back.ts'

/**
 * Puts stored bytes on the branch, by link or by completing the multipart upload. After a lost or busy answer it first
 * looks whether the path already has our physical address, and so repeats nothing that has happened
 * (docs/lakefs-contract.md, "Retry table"). Rejects with the last ResponseError: 409 with the hint, 412, 400 "link
 * address expired", …
 * @throws UploadError `path-mismatch` or `size-mismatch`.
 */
export async function linkOrComplete(
  toSend: FileToSend,
  context: TransferContext,
  stored: Stored,
  ifAbsent: boolean,
): Promise<ObjectStats> {
  return await compareAnswer(await putOnBranch(toSend, context, stored, ifAbsent), toSend, context)
}

function putOnBranch(
  toSend: FileToSend,
  context: TransferContext,
  stored: Stored,
  ifAbsent: boolean,
): Promise<ObjectStats> | ObjectStats {
  if (stored.kind === 'done') return stored.object
  if (stored.kind === 'link') return link(toSend, context, stored, ifAbsent)
  return complete(toSend, context, stored, ifAbsent)
}

/** Stored bytes that a link can put on a branch. */
export type LinkSource = Pick<Extract<Stored, { kind: 'link' }>, 'location' | 'checksum' | 'attempted'>

/**
 * Links an address: PUT …/staging/backing. With `ifAbsent`, only when the path is free.
 *
 * A 412 may be caused by our own entry, and that entry may still vanish: a commit during the link makes lakeFS try
 * again, find the entry of the first try and answer 412, and the commit drops this entry if it has already passed its
 * key. The address is then linked again without the condition: the path is ours, the bytes are the same, and lakeFS
 * never loses such a write.
 * @throws ResponseError 412 when the path has another object, or none any more.
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
      // Servers that accept each address once (400) or that see a commit in the way (409) keep the entry as it is.
      if (hasStatus(thrown, 400, 409)) return ours
      throw thrown
    }
  }
  let raced = false
  const look = async () => {
    const ours = await tryFindOwnObject(toSend, context, location.physical_address)
    return ours && raced ? await secured(ours) : ours
  }
  const linking = (note: (thrown: unknown) => unknown) =>
    context.api(async () => {
      const done = source.attempted ? await look() : undefined
      if (done) return done
      // Kept beyond this call: a retry hours later must recognise its own object.
      source.attempted = true
      try {
        return await linkAs(ifAbsent)
      } catch (thrown) {
        // Browsers and proxies silently repeat a request when a connection breaks. The first copy then refuses the
        // second: the path exists, or, on older servers, the address is used up.
        if (!hasStatus(thrown, 400, 412)) throw note(thrown)
        raced ||= hasStatus(thrown, 412)
        const ours = await look()
        if (ours) return ours
        throw thrown
      }
    })
  return unlessOnBranch(context, linking, look)
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
    // Complete takes no condition. Looking just before makes the race less likely and does not exclude it
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
    const look = () => tryFindOwnObject(toSend, context, address)
    const body = { parts, ...linkMetadata(toSend) }
    const object = await unlessOnBranch(
      context,
      (note) =>
        context.api(async (tries) => {
          repeated ||= tries > 0
          const done = repeated ? await look() : undefined
          if (done) return done
          try {
            return await context.lakefs.completeMultipart(at, path, multipart, body, context.signal)
          } catch (thrown) {
            throw note(thrown)
          }
        }),
      look,
    )
    return await compared(object, address, toSend, context, verified ? checksum : undefined)
  } catch (thrown) {
    if (!isGone(thrown)) throw thrown
    // An earlier try, or a copy of the request that the browser repeated, may have completed it.
    const done = await context.api(() => findOwnObject(toSend, context, address))
    if (done) return await compared(done, address, toSend, context, verified ? checksum : undefined)
    // Without an earlier try nothing has assembled the parts: they are gone, and a link would point at no bytes.
    if (!repeated || checksum === undefined) throw thrown
    // Complete has two steps: the store has assembled the parts, and only the entry is missing
    // (docs/lakefs-contract.md, "Multipart uploads").
    const object = await link(toSend, context, { location: { physical_address: address }, checksum }, ifAbsent)
    if (await context.api(() => context.lakefs.isStored(at, path, context.signal))) return object
    // The store has deleted the parts instead of assembling them. The entry is removed, and the file is sent again.
    await context.api(() => context.lakefs.resetObject(at, path, context.signal))
    throw thrown
  }
}

/** Returns the checksum that stored bytes will have on the branch; undefined when it cannot be computed. */
export async function checksumOf(stored: Stored): Promise<string | undefined> {
  if (stored.kind === 'done') return stored.object.checksum
  if (stored.kind === 'link') return stored.checksum
  return await compositeOf(stored.multipart)
}

const partsOf = ({ etags }: Multipart) =>
  [...etags].sort(([a], [b]) => a - b).map(([part_number, etag]) => ({ part_number, etag }))

/** Undefined when the code that computes it cannot be loaded; each part was compared by itself. */
const compositeOf = (multipart: Multipart) =>
  compositeEtag(partsOf(multipart).map(({ etag }) => etag)).catch(() => undefined)

/** Returns whether the store does not know the multipart upload any more. */
export function isGone(thrown: unknown): boolean {
  return thrown instanceof ResponseError && /NoSuchUpload/.test(`${thrown.xmlCode ?? ''} ${thrown.detail}`)
}

/**
 * Compares the object that complete returned with the file by the composite MD5, when every part had an MD5. Returns it
 * with its full address. An object that differs is taken back.
 */
async function compared(
  object: ObjectStats,
  address: string,
  toSend: FileToSend,
  context: TransferContext,
  checksum: string | undefined,
) {
  const composite = /^[0-9a-f]{32}-\d+$/.test(object.checksum)
  if (!checksum || !composite || object.checksum === checksum) return { ...object, physical_address: address }
  const left = await takeBack(context, toSend.at, toSend.path)
  throw new UploadError('checksum-mismatch', { facts: { path: toSend.path, ...left } })
}

function linkMetadata({ contentType, metadata }: FileToSend) {
  const entries = Object.keys(metadata).length > 0
  return { content_type: contentType, ...(entries ? { user_metadata: { ...metadata } } : {}) }
}

/** Returns the object at the path if it has our address: then a lost answer was a success. */
async function findOwnObject(
  { at, path }: FileToSend,
  context: TransferContext,
  address: string,
): Promise<ObjectStats | undefined> {
  const there = await context.lakefs.stat(at, path, context.signal)
  return there && isSameAddress(there.physical_address, address) ? there : undefined
}

/**
 * Does what {@link findOwnObject} does, but returns undefined for a user who may write and not read: the request is
 * then tried, and lakeFS decides.
 */
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
