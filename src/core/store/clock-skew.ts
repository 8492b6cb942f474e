import { ResponseError, type ResponseErrorInit } from '../request/response-error.ts'

/** Words by which stores refuse an address for its times: Amazon and MinIO, Google, Azure. */
const SKEWED =
  /not valid yet|not yet valid|RequestTimeTooSkewed|difference between the request time|not valid in the specified (key )?time frame/i
/** Ms by which a wait is longer than the skew, because times are told in whole seconds. */
const MARGIN_MS = 1000
/** Ms of the first wait where the skew is unknown, and of the longest; each further one is twice as long. */
const FIRST_WAIT_MS = 2000
const MAX_WAIT_MS = 30_000

/** Refusal of the store with the time of its own clock, where the page may read it. */
export class StoreRefusal extends ResponseError {
  /** Ms since 1970. */
  readonly storeTime: number | undefined

  constructor(init: ResponseErrorInit, storeTime: number | undefined) {
    super(init)
    this.storeTime = storeTime
  }
}

/**
 * Returns the time of the store's clock by its answer, in ms since 1970: its body (`ServerTime` of S3, `Current` of
 * Azure), or the Date header, which is visible only where the CORS rule exposes it.
 */
export function storeTimeOf(text: string, date: string | undefined): number | undefined {
  const said = /<ServerTime>([^<]*)/.exec(text)?.[1] ?? /Current \[([^\]]*)\]/i.exec(text)?.[1]
  const [time] = [said, date].map((one) => Date.parse(one ?? '')).filter((one) => !Number.isNaN(one))
  return time
}

/**
 * Returns the ms to wait until the store accepts the same address, when it refuses it because its clock is behind that
 * of lakeFS, which signed it; undefined for every other refusal. Another signature would be as new as this one.
 * @param url address that was refused.
 * @param now of lakeFS, in ms since 1970.
 * @param waits how many such waits came before.
 */
export function skewWait(thrown: unknown, url: string, now: number, waits: number): number | undefined {
  if (!(thrown instanceof ResponseError) || thrown.side !== 'storage' || thrown.status < 400) return undefined
  if (!SKEWED.test(`${thrown.xmlCode ?? ''} ${thrown.detail}`)) return undefined
  const { begins, ends } = lifeOf(url)
  if (ends !== undefined && ends <= now) return undefined
  const growing = Math.min(MAX_WAIT_MS, FIRST_WAIT_MS * 2 ** waits)
  const told = thrown instanceof StoreRefusal ? thrown.storeTime : undefined
  const storeTime = told ?? storeTimeOf(thrown.detail, undefined)
  if (storeTime === undefined) return growing
  // A store whose clock is ahead refuses for good.
  if (ends !== undefined && storeTime >= ends) return undefined
  const said = Date.parse(/Start \[([^\]]*)\]/i.exec(thrown.detail)?.[1] ?? '')
  const skew = (Number.isNaN(said) ? (begins ?? now) : said) - storeTime
  return skew > 0 && waits === 0 ? skew + MARGIN_MS : growing
}

/** Returns the times between which an address is valid by its query, in ms since 1970, as far as it tells them. */
function lifeOf(url: string): { begins?: number; ends?: number } {
  const query = new URL(url).searchParams
  const time = (name: string) => Date.parse(query.get(name) ?? '')
  // The key of a user delegation SAS has a life of its own.
  const starts = [time('st'), time('skt')].filter((one) => !Number.isNaN(one))
  const [, date, hour, minute, second] =
    /^(\d{8})T(\d\d)(\d\d)(\d\d)Z$/.exec(query.get('X-Amz-Date') ?? query.get('X-Goog-Date') ?? '') ?? []
  const signed = Date.parse(`${date?.replace(/(....)(..)(..)/, '$1-$2-$3')}T${hour}:${minute}:${second}Z`)
  const seconds = Number(query.get('X-Amz-Expires') ?? query.get('X-Goog-Expires') ?? Number.NaN)
  if (!Number.isNaN(signed)) starts.push(signed)
  const ends = Number.isNaN(signed + seconds) ? time('se') : signed + seconds * 1000
  return {
    ...(starts.length > 0 ? { begins: Math.max(...starts) } : {}),
    ...(Number.isNaN(ends) ? {} : { ends }),
  }
}
