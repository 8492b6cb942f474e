import { createHash, createHmac, randomBytes, timingSafeEqual } from 'node:crypto'

let counter = 0

/** Twenty characters that begin with the time and never repeat. */
export function newId(now: number): string {
  counter = (counter + 1) % 46_656
  const tail = counter.toString(36).padStart(3, '0')
  const noise = randomBytes(6).readUIntBE(0, 6).toString(36).padStart(10, '0').slice(-8)
  return `${Math.floor(now).toString(36).padStart(9, '0')}${tail}${noise}`
}

/** When an id was made, ms. */
function timeOf(id: string): number {
  return Number.parseInt(id.slice(0, 9), 36)
}

/** 64 hex digits, like the ids of commits. */
export function hashId(...parts: unknown[]): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex')
}

/** The signature in a physical address: for one path of one branch. */
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

/** When the address was given (ms); undefined where its signature is not ours for this path and branch. */
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
