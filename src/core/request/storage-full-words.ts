/** Codes by which stores say that they have no room, whatever the status: Amazon, MinIO, Ceph, Huawei, Google, Azure Files, Backblaze. */
const CODES =
  /\b(?:\w*[Qq]uotaExceeded|Insufficient(?:Storage(?:Space)?|Capacity|Quota)|\w*Storage(?:Full|Limit(?:Exceeded|Reached)|CapacityExceeded)|storage_cap_exceeded|ShareSizeLimitReached)\b/

/** The same in words: of a disk (also of Windows), of a drive, of a limit on what may be kept. */
const WORDS =
  /\bno space left on (?:the )?device\b|\b(?:not enough|insufficient|out of)(?: (?:free|disk|drive|storage))* (?:space|storage)\b|\bno(?: (?:free|disk|drive|storage))+ space\b|\b(?:dis[ck]|drive|volume|storage|bucket|pool|cluster|file ?system)(?: path)? (?:is )?full\b|\bminimum free (?:dis[ck]|drive)\b|\b(?:ENOSPC|EDQUOT)\b|\b(?:storage|capacity|usage) (?:cap|limit)\b[^.\n]{0,40}\b(?:exceeded|reached)\b/i

/** A quota that is used up. */
const QUOTA =
  /\bquota\b[^.\n]{0,60}\b(?:exceed\w*|reached|full|exhausted|used up)\b|\b(?:exceed\w*|over|enough|insufficient|out of|reached)\b[^.\n]{0,60}\bquota\b/i

/** Quotas of another kind, on how fast and how often one may ask: they pass by themselves. */
const RATE =
  /\brate\b|ratelimit|\b\w*(?:Rate|Request)s?Quota|\brequests? (?:quota|limit)\b|TooManyRequests|\b(?:bandwidth|egress|throughput|throttl\w*|QPS|IOPS)\b|\bper (?:second|minute|hour|day)\b|\bquota metric\b/i

/**
 * Whether an answer says that the store has no room left. Told from its words and codes: a status alone (413, 400, 403)
 * says nothing of that sort.
 * @param text the code and the message of the answer.
 * @param own whether the store itself speaks; what lakeFS passes on may quote paths, and a path may have the word in it.
 */
export function saysFull(text: string, own: boolean): boolean {
  if (WORDS.test(text)) return true
  if (RATE.test(text)) return false
  return CODES.test(text) || QUOTA.test(text) || (own && /\bquota\b/i.test(text))
}
