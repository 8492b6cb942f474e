import type { Clock } from '../request/clock.ts'
import { ResponseError } from '../request/response-error.ts'

/**
 * Ms that a request waits for the token of the host. After that the file shows why it waits, and requests the token
 * again.
 */
const TIMEOUT_MS = 10_000

type Token = string | null | undefined
/** The `getToken` of a host. */
type GetToken = () => Token | Promise<Token>

/** `getToken` that is called once for all requests that come while its answer is under way. */
export interface SharedToken {
  (): Token | Promise<Token>
  /** Lets no later request join a call that has begun before: the session was refused or renewed meanwhile. */
  renew(): void
}

/**
 * Shares the calls of a `getToken`: many files ask at the same time, and a host whose `getToken` refreshes the token
 * would refresh it once for each of them. An answer is not kept beyond its call. Returns one that is shared already.
 */
export function sharedToken(ask: GetToken | SharedToken): SharedToken {
  if ('renew' in ask) return ask
  let underWay: Promise<Token> | undefined
  const get = () => {
    if (underWay) return underWay
    const given = ask()
    if (!given || typeof given === 'string') return given
    const call = Promise.resolve(given)
    underWay = call
    const over = () => {
      if (underWay === call) underWay = undefined
    }
    call.then(over, over)
    return call
  }
  const renew = () => {
    underWay = undefined
  }
  return Object.assign(get, { renew })
}

/**
 * Wraps the `getToken` of the host, which may never answer. After a timeout the request fails, and is repeated like one
 * that lakeFS does not answer. A token that arrives later is given to all requests that wait. Calls are shared.
 * @param onLate called for such a token, so that waits can end.
 */
export function patientToken(ask: GetToken, clock: Clock, onLate: () => void): SharedToken {
  const asking = new Set<(token: Token) => void>()
  let late: { token: Token } | undefined
  let renewals = 0

  function arrive(token: Token): void {
    late = { token }
    clock.after(TIMEOUT_MS, () => {
      late = undefined
    })
    for (const take of [...asking]) take(token)
    onLate()
  }

  const shared = sharedToken(() => {
    if (late) return late.token
    const given = ask()
    if (!given || typeof given === 'string') return given
    const renewalsBefore = renewals
    return new Promise<Token>((resolve, reject) => {
      let refused = false
      const take = (token: Token) => {
        cancel()
        asking.delete(take)
        resolve(token)
      }
      const cancel = clock.after(TIMEOUT_MS, () => {
        refused = true
        asking.delete(take)
        reject(new ResponseError({ side: 'lakefs', status: 0, message: 'getToken does not answer' }))
      })
      asking.add(take)
      given.then(
        (token) => {
          if (!refused) take(token)
          else if (renewals === renewalsBefore) arrive(token)
        },
        (thrown: unknown) => {
          cancel()
          asking.delete(take)
          reject(thrown)
        },
      )
    })
  })
  const renew = () => {
    renewals += 1
    late = undefined
    shared.renew()
  }
  return Object.assign(() => shared(), { renew })
}

/**
 * Returns when a token ends, in seconds since 1970: the claim `exp` of a JWT (RFC 7519, 4.1.4); undefined for a token of
 * another kind.
 * @param authorization header that carries it.
 */
export function tokenExpiry(authorization: string | undefined): number | undefined {
  const payload = /^Bearer [^.]+\.([^.]+)\./.exec(authorization ?? '')?.[1]
  if (payload === undefined) return undefined
  try {
    const { exp } = JSON.parse(atob(payload.replaceAll('-', '+').replaceAll('_', '/'))) as { exp?: unknown }
    return typeof exp === 'number' ? exp : undefined
  } catch {
    return undefined
  }
}
