import type { Clock } from '../request/clock.ts'
import { ResponseError } from '../request/response-error.ts'
import type { LakeFSOptions } from './client.ts'

/** Ms that a request waits for the host's token; then its file says what it waits for, and asks again. */
const LONGEST = 10_000

type Token = string | null | undefined

/**
 * The host's `getToken`, which may never answer: who asks is refused after a while, and so has the waits, the patience and
 * the Retry of a lakeFS that does not answer. An answer that comes after that is for everybody who still asks.
 * @param onLate told of such an answer: nobody needs to wait any longer.
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
    clock.after(LONGEST, () => {
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
      const cancel = clock.after(LONGEST, () => {
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
