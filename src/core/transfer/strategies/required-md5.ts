import { asksForMd5, md5Header } from '../../store/content-md5.ts'
import type { TransferContext } from '../context.ts'

const NONE: Readonly<Record<string, string>> = {}

/**
 * Returns Content-MD5 for a body where the store has asked for it, and no header elsewhere or without a Worker that
 * computes it.
 * @param digest of the body, if it is computed anyway.
 */
export async function requiredMd5(
  body: Blob,
  context: TransferContext,
  signal: AbortSignal,
  digest: Promise<string | undefined> | undefined,
): Promise<Readonly<Record<string, string>>> {
  const md5 = await (digest ?? context.md5(body, signal))
  return md5 === undefined ? NONE : md5Header(md5)
}

/**
 * Returns whether a refusal asks for Content-MD5 that the body did not carry. Then all bodies for this repository carry
 * it from now on.
 * @param carried additional headers of the refused body; undefined when the store had not asked yet.
 */
export function asksAnew(
  thrown: unknown,
  context: TransferContext,
  carried: Readonly<Record<string, string>> | undefined,
): boolean {
  if (carried !== undefined || !asksForMd5(thrown)) return false
  context.requireMd5()
  return true
}
