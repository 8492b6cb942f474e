import { QueryClient, QueryClientContext } from '@tanstack/react-query'
import { useContext, useEffect, useMemo, useState } from 'react'
import type { BranchRef, UploaderOptions } from '../core/index.ts'
import { createLakeFS, type LakeFS, lakefsKeys } from '../core/lakefs/index.ts'

/** Links of thousands of small files refresh the listings at most once in this many ms. */
const REFRESH_EVERY = 1000

/** The host's QueryClient where there is one, else one of this component's own. */
export function useLakeFSQueryClient(): QueryClient {
  const hosts = useContext(QueryClientContext)
  const [own] = useState(() => (hosts ? undefined : new QueryClient()))
  const client = hosts ?? own
  if (!client) throw new Error('the QueryClientProvider around the uploader is gone')
  return client
}

/** A door to the lakeFS API for queries; the same one until the endpoint changes. */
export function useLakeFS({ endpoint, getToken }: Pick<UploaderOptions, 'endpoint' | 'getToken'>): LakeFS {
  const [latest] = useState(() => ({ getToken }))
  useEffect(() => {
    latest.getToken = getToken
  })
  return useMemo(() => createLakeFS({ endpoint, getToken: () => latest.getToken?.() }), [endpoint, latest])
}

/** Says that a branch has changed: everything that queries know of it is asked again, soon and once for many files. */
export function useFreshListings(endpoint = '/api/v1'): (at: BranchRef) => void {
  const client = useLakeFSQueryClient()
  const [pending] = useState(() => new Map<string, () => void>())
  // Whoever closes the widget once everything has arrived still looks at a listing.
  useEffect(
    () => () => {
      for (const refresh of pending.values()) refresh()
    },
    [pending],
  )
  return useMemo(() => {
    const base = endpoint.replace(/\/+$/, '')
    return ({ repository, branch }) => {
      const key = `${repository}\n${branch}`
      if (pending.has(key)) return
      const refresh = () => {
        clearTimeout(timer)
        pending.delete(key)
        void client.invalidateQueries({ queryKey: lakefsKeys.branch(base, { repository, branch }) })
      }
      const timer = setTimeout(refresh, REFRESH_EVERY)
      pending.set(key, refresh)
    }
  }, [client, endpoint, pending])
}
