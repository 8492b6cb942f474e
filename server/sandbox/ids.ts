import { createHash, createHmac, randomBytes, timingSafeEqual } from 'node:crypto'

let counter = 0

/** Returns a unique id of 20 characters, which begins with the time. */
export function newId(now: number): string {
  counter = (counter + 1) % 46_656
  const tail = counter.toString(36).padStart(3, '0')
  const noise = randomBytes(6).readUIntBE(0, 6).toString(36).padStart(10, '0').slice(-8)
  return `${Math.floor(now).toString(36).padStart(9, '0')}${tail}${noise}`
}

/** Returns when an id was created, in ms since 1970. */
function timeOf(id: string): number {
  return Number.parseInt(id.slice(0, 9), 36)
}

/** Returns 64 hexadecimal digits, the format of commit ids. */
export function hashId(...parts: unknown[]): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex')
}

/** Returns the signature of an address for one path of one branch. */
function signatureOf(secret: string, repository: string, branch: string, path: string, address: string): string {
  return createHmac('sha256', secret).update([repository, branch, path, address].join('\0')).digest('base64url')
}

export function signAddress(
  secret: string,
  at: { repository: string; branch: string; path: string },
  address: string,
): string {
  return `${address},${signatureOf(secret, at.repository, at.branch, at.path, address)}`
}

/**
 * Returns when an address was created (ms since 1970); undefined unless this server signed it for this path and branch.
 */
export function openAddress(
  secret: string,
  at: { repository: string; branch: string; path: string },
  signed: string,
): number | undefined {
  const comma = signed.lastIndexOf(',')
  if (comma === -1) return undefined
  const address = signed.slice(0, comma)
  const expected = signatureOf(secret, at.repository, at.branch, at.path, address)
  if (!sameText(expected, signed.slice(comma + 1))) return undefined
  return timeOf(address.slice(address.lastIndexOf('/') + 1))
}

export function sameText(a: string, b: string): boolean {
  const [left, right] = [Buffer.from(a), Buffer.from(b)]
  return left.length === right.length && timingSafeEqual(left, right)
}
