/** Codes of a full store, with any status: Amazon, MinIO, Ceph, Huawei, Google, Azure Files, Backblaze. */
const CODES =
  /\b(?:\w*[Qq]uotaExceeded|Insufficient(?:Storage(?:Space)?|Capacity|Quota)|\w*Storage(?:Full|Limit(?:Exceeded|Reached)|CapacityExceeded)|storage_cap_exceeded|ShareSizeLimitReached)\b/

/** Words for a full disk (also of Windows), a full drive, or a limit on stored bytes. */
const WORDS =
  /\bno space left on (?:the )?device\b|\b(?:not enough|insufficient|out of)(?: (?:free|disk|drive|storage))* (?:space|storage)\b|\bno(?: (?:free|disk|drive|storage))+ space\b|\b(?:dis[ck]|drive|volume|storage|bucket|pool|cluster|file ?system)(?: path)? (?:is )?full\b|\bminimum free (?:dis[ck]|drive)\b|\b(?:ENOSPC|EDQUOT)\b|\b(?:storage|capacity|usage) (?:cap|limit)\b[^.\n]{0,40}\b(?:exceeded|reached)\b/i

/** Words for a quota that is used up. */
const QUOTA =
  /\bquota\b[^.\n]{0,60}\b(?:exceed\w*|reached|full|exhausted|used up)\b|\b(?:exceed\w*|over|enough|insufficient|out of|reached)\b[^.\n]{0,60}\bquota\b/i

/** Words for quotas on rate and number of requests: they pass by themselves. */
const RATE =
  /\brate\b|ratelimit|\b\w*(?:Rate|Request)s?Quota|\brequests? (?:quota|limit)\b|TooManyRequests|\b(?:bandwidth|egress|throughput|throttl\w*|QPS|IOPS)\b|\bper (?:second|minute|hour|day)\b|\bquota metric\b/i

/**
 * True when an answer says that the store is full. Only its words and codes decide: a status alone (413, 400, 403) does
 * not show it.
 * @param text code and message of the answer.
 * @param own true for an answer of the store itself. What lakeFS passes on may quote paths, and a path may contain such
 *   a word.
 */
export function saysFull(text: string, own: boolean): boolean {
  if (WORDS.test(text)) return true
  if (RATE.test(text)) return false
  return CODES.test(text) || QUOTA.test(text) || (own && /\bquota\b/i.test(text))
}
