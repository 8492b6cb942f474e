import { QueryClient, QueryClientContext } from '@tanstack/react-query'
import { useContext, useEffect, useMemo, useState } from 'react'
import type { BranchRef, UploaderOptions } from '../core/index.ts'
import { createLakeFS, type LakeFS, lakefsKeys } from '../core/lakefs/index.ts'

/**
 * Minimum ms between two refreshes of the listings of a branch, though thousands of small files are linked meanwhile.
 */
const REFRESH_INTERVAL_MS = 1000

/** Returns the QueryClient of the host, or one of this component where the host has none. */
export function useLakeFSQueryClient(): QueryClient {
  const hosts = useContext(QueryClientContext)
  const [own] = useState(() => (hosts ? undefined : new QueryClient()))
  const client = hosts ?? own
  if (!client) throw new Error('the QueryClientProvider around the uploader is gone')
  return client
}

/** Returns a client for queries; the same one until the endpoint changes. */
export function useLakeFS({ endpoint, getToken }: Pick<UploaderOptions, 'endpoint' | 'getToken'>): LakeFS {
  const [latest] = useState(() => ({ getToken }))
  useEffect(() => {
    latest.getToken = getToken
  })
  return useMemo(() => createLakeFS({ endpoint, getToken: () => latest.getToken?.() }), [endpoint, latest])
}

/** Returns a function that marks all queries of a branch as outdated, once for many files. */
export function useFreshListings(endpoint = '/api/v1'): (at: BranchRef) => void {
  const client = useLakeFSQueryClient()
  const [pending] = useState(() => new Map<string, () => void>())
  // A pending refresh must not be lost on unmount: the host may still show a listing.
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
      const timer = setTimeout(refresh, REFRESH_INTERVAL_MS)
      pending.set(key, refresh)
    }
  }, [client, endpoint, pending])
}
