import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useCallback, useEffect, useState } from 'react'
import { lakefsKeys, lakefsQueries, toUploadError } from '../core/lakefs/index.ts'
import { askAgain } from '../react/ask-again.ts'
import { usePage } from './context.tsx'

export interface Keys {
  access_key_id: string
  secret_access_key: string
}

/** Ms after which a first question that has no answer yet is told of. */
const LONG = 5_000

/** Who is signed in, as far as lakeFS says. */
export interface Session {
  /** `unreachable`: lakeFS has not said yet whether anybody is; it is asked again and again. */
  state: 'looking' | 'unreachable' | 'signed-out' | 'signed-in'
  user: string | undefined
  /** Signed in before, and lakeFS no longer knows who asks: the page stays and asks for the keys in place. */
  expired: boolean
  /** Sign-out did not reach lakeFS: the cookie is still good. */
  stillSignedIn: boolean
  /** @throws ResponseError 401 for keys that lakeFS does not know. */
  signIn(keys: Keys): Promise<void>
  signOut(): Promise<void>
  lookAgain(): void
  /** Somebody was refused for want of a session. */
  lost(): void
}

/** Sign-in by keys or by redirect; the cookie that lakeFS sets is all that is kept, so a reload finds it again. */
export function useSession(): Session {
  const { lakefs } = usePage()
  const client = useQueryClient()
  const user = useQuery({
    ...lakefsQueries.user(lakefs),
    // Whatever else than "nobody" comes back need not be the last word: a proxy's page, a gateway's own refusal.
    refetchInterval: (query) => askAgain(query, (thrown) => toUploadError(thrown).code !== 'session-expired'),
  })
  const [expired, setExpired] = useState(false)
  const [left, setLeft] = useState<'no' | 'yes' | 'failed'>('no')
  const [known, setKnown] = useState<string>()

  const code = user.error && toUploadError(user.error).code
  const id = user.data?.id
  useEffect(() => {
    if (id) {
      setKnown(id)
      setExpired(false)
    }
  }, [id, user.dataUpdatedAt])

  const lost = useCallback(() => setExpired(true), [])
  useEffect(
    () =>
      client.getQueryCache().subscribe((event) => {
        const error = event.type === 'updated' && event.action.type === 'error' ? event.action.error : undefined
        if (error && toUploadError(error).code === 'session-expired') setExpired(true)
      }),
    [client],
  )

  const signIn = useCallback(
    async (keys: Keys) => {
      await lakefs.login(keys)
      // Whatever was asked before has no session yet: its answer would be taken for one to this sign-in.
      await client.cancelQueries({ queryKey: lakefsKeys.all(lakefs.endpoint) })
      setLeft('no')
      await client.fetchQuery({ ...lakefsQueries.user(lakefs), staleTime: 0 })
      setExpired(false)
      await client.invalidateQueries({ queryKey: lakefsKeys.all(lakefs.endpoint) })
    },
    [client, lakefs],
  )

  const signOut = useCallback(async () => {
    const config = await client.fetchQuery(lakefsQueries.login(lakefs)).catch(() => undefined)
    const target = new URL(config?.logout_url || '/logout', location.href)
    if (target.origin !== location.origin) {
      location.assign(target)
      return
    }
    // Not part of the API and answered by a redirect to lakeFS's own login page, which is not wanted here.
    await fetch(target, { credentials: 'same-origin', redirect: 'manual', cache: 'no-store' }).catch(() => undefined)
    const still = await lakefs.user().catch(() => undefined)
    setKnown(undefined)
    setExpired(false)
    setLeft(still ? 'failed' : 'yes')
    client.removeQueries({ queryKey: lakefsKeys.all(lakefs.endpoint) })
  }, [client, lakefs])

  const { refetch } = user
  const lookAgain = useCallback(
    // A question that hangs is given up for the new one.
    () => void client.cancelQueries({ queryKey: lakefsKeys.user(lakefs.endpoint) }).then(() => refetch()),
    [client, lakefs, refetch],
  )
  const [late, setLate] = useState(false)
  const waits = user.isPending && !late
  useEffect(() => {
    if (!waits) return
    const timer = setTimeout(() => setLate(true), LONG)
    return () => clearTimeout(timer)
  }, [waits])

  const signedIn = left === 'no' && known !== undefined
  const unknown = left !== 'no' || code === 'session-expired' || (user.isSuccess && !id)
  // Whoever comes back to the tab has lakeFS looked at again; keys half typed must not go meanwhile, nor for a silence.
  const [asked, setAsked] = useState(false)
  useEffect(() => {
    if (signedIn) setAsked(false)
    else if (unknown) setAsked(true)
  }, [signedIn, unknown])
  const stateNow = (): Session['state'] => {
    if (signedIn) return 'signed-in'
    if (unknown || asked) return 'signed-out'
    // Once it has been told that there is no answer, that stands until there is one, whatever is asked meanwhile.
    return !id && (user.errorUpdateCount > 0 || user.isPaused || late) ? 'unreachable' : 'looking'
  }
  return {
    state: stateNow(),
    user: signedIn ? known : undefined,
    expired: signedIn && (expired || (user.isSuccess && !id)),
    stillSignedIn: left === 'failed',
    signIn,
    signOut,
    lookAgain,
    lost,
  }
}

/** What went wrong at sign-in, in the page's words. */
export function useSignInProblem(): (thrown: unknown) => string {
  const { words } = usePage()
  return (thrown) => {
    const error = toUploadError(thrown)
    if (error.code === 'session-expired' || error.status === 401) return words.wrongKeys
    if (error.status === undefined) return words.noAnswer
    return words.otherRefusal(error.detail ?? String(error.status))
  }
}
