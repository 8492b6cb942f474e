import type { Clock } from '../request/clock.ts'
import { ResponseError } from '../request/response-error.ts'
import type { LakeFSOptions } from './client.ts'

/**
 * Ms that a request waits for the token of the host. After that the file shows why it waits, and requests the token
 * again.
 */
const TIMEOUT_MS = 10_000

type Token = string | null | undefined

/**
 * Wraps the `getToken` of the host, which may never answer. After a timeout the request fails, and is repeated like one
 * that lakeFS does not answer. A token that arrives later is given to all requests that wait.
 * @param onLate called for such a token, so that waits can end.
 */
export function patientToken(
  ask: NonNullable<LakeFSOptions['getToken']>,
  clock: Clock,
  onLate: () => void,
): () => Token | Promise<Token> {
  const asking = new Set<(token: Token) => void>()
  let late: { token: Token } | undefined

  function arrive(token: Token): void {
    late = { token }
    clock.after(TIMEOUT_MS, () => {
      late = undefined
    })
    for (const take of [...asking]) take(token)
    onLate()
  }

  return () => {
    if (late) return late.token
    const given = ask()
    if (!given || typeof given === 'string') return given
    return new Promise((resolve, reject) => {
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
        (token) => (refused ? arrive(token) : take(token)),
        (thrown: unknown) => {
          cancel()
          asking.delete(take)
          reject(thrown)
        },
      )
    })
  }
}
