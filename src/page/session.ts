import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useCallback, useEffect, useState } from 'react'
import { lakefsKeys, lakefsQueries, toUploadError } from '../core/lakefs/index.ts'
import { refetchAfterFailure } from '../react/refetch-after-failure.ts'
import { usePage } from './context.tsx'

export interface Keys {
  access_key_id: string
  secret_access_key: string
}

/** Ms without an answer to the first request after which the page reports lakeFS as unreachable. */
const LATE_MS = 5_000

/** Login session, as far as lakeFS has confirmed it. */
export interface Session {
  /** `unreachable`: lakeFS has not answered yet whether the user is signed in, and the request is repeated. */
  state: 'looking' | 'unreachable' | 'signed-out' | 'signed-in'
  user: string | undefined
  /**
   * The user was signed in, and lakeFS no longer accepts the session: the page stays and asks for the keys in place.
   */
  expired: boolean
  /** The sign-out did not reach lakeFS, so its cookie is still valid. */
  stillSignedIn: boolean
  /** @throws ResponseError 401 for unknown keys. */
  signIn(keys: Keys): Promise<void>
  signOut(): Promise<void>
  lookAgain(): void
  /** Reports that a request was refused because the session has expired. */
  lost(): void
}

/** Signs in with keys or by a redirect. Only the cookie of lakeFS is kept, so a reload is still signed in. */
export function useSession(): Session {
  const { lakefs } = usePage()
  const client = useQueryClient()
  const user = useQuery({
    ...lakefsQueries.user(lakefs),
    // Only a 401 is final: other errors may come from a proxy or a gateway.
    refetchInterval: (query) =>
      refetchAfterFailure(query, (thrown) => toUploadError(thrown).code !== 'session-expired'),
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
      // Requests from before have no session: their answers would be taken for answers to this sign-in.
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
    // The route is not part of the API. Its answer redirects to the login page of lakeFS, which must not be opened.
    await fetch(target, { credentials: 'same-origin', redirect: 'manual', cache: 'no-store' }).catch(() => undefined)
    const still = await lakefs.user().catch(() => undefined)
    setKnown(undefined)
    setExpired(false)
    setLeft(still ? 'failed' : 'yes')
    client.removeQueries({ queryKey: lakefsKeys.all(lakefs.endpoint) })
  }, [client, lakefs])

  const { refetch } = user
  const lookAgain = useCallback(
    // A pending request may hang, so it is cancelled first.
    () => void client.cancelQueries({ queryKey: lakefsKeys.user(lakefs.endpoint) }).then(() => refetch()),
    [client, lakefs, refetch],
  )
  const [late, setLate] = useState(false)
  const waits = user.isPending && !late
  useEffect(() => {
    if (!waits) return
    const timer = setTimeout(() => setLate(true), LATE_MS)
    return () => clearTimeout(timer)
  }, [waits])

  const signedIn = left === 'no' && known !== undefined
  const unknown = left !== 'no' || code === 'session-expired' || (user.isSuccess && !id)
  // When the tab gets the focus, the user is requested again. Half-typed keys must not be lost meanwhile, nor when
  // there is no answer.
  const [asked, setAsked] = useState(false)
  useEffect(() => {
    if (signedIn) setAsked(false)
    else if (unknown) setAsked(true)
  }, [signedIn, unknown])
  const stateNow = (): Session['state'] => {
    if (signedIn) return 'signed-in'
    if (unknown || asked) return 'signed-out'
    // After a first failure the state stays `unreachable` until there is an answer, also while a request is pending.
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

/** Returns a function that describes an error of the sign-in in the language of the page. */
export function useSignInProblem(): (thrown: unknown) => string {
  const { words } = usePage()
  return (thrown) => {
    const error = toUploadError(thrown)
    if (error.code === 'session-expired' || error.status === 401) return words.wrongKeys
    if (error.status === undefined) return words.noAnswer
    return words.otherRefusal(error.detail ?? String(error.status))
  }
}
