import type { LakeFS } from './client.ts'
import { precheck } from './precheck.ts'
import type { BranchRef } from './wire.ts'

/** One question to lakeFS, in a form that every version 5 of React Query takes. */
export interface LakeFSQuery<T> {
  queryKey: readonly unknown[]
  queryFn: (context: { signal: AbortSignal }) => Promise<T>
  /** Ms that an answer counts as fresh. */
  staleTime?: number
  enabled?: boolean
  retry?: false
}

/**
 * Query keys of everything that lakeFS is asked around an upload. A key starts with those above it, so that
 * `invalidateQueries({ queryKey: lakefsKeys.branch(endpoint, at) })` refreshes all that is known of a branch.
 */
export const lakefsKeys = {
  all: (endpoint: string) => ['lakefs', endpoint] as const,
  user: (endpoint: string) => ['lakefs', endpoint, 'user'] as const,
  login: (endpoint: string) => ['lakefs', endpoint, 'login'] as const,
  config: (endpoint: string) => ['lakefs', endpoint, 'config'] as const,
  repositories: (endpoint: string, search: string) => ['lakefs', endpoint, 'repositories', search] as const,
  repository: (endpoint: string, repository: string) => ['lakefs', endpoint, 'repository', repository] as const,
  branches: (endpoint: string, repository: string, prefix: string) =>
    [...lakefsKeys.repository(endpoint, repository), 'branches', prefix] as const,
  branch: (endpoint: string, { repository, branch }: BranchRef) =>
    [...lakefsKeys.repository(endpoint, repository), 'branch', branch] as const,
  precheck: (endpoint: string, at: BranchRef) => [...lakefsKeys.branch(endpoint, at), 'precheck'] as const,
  listing: (endpoint: string, at: BranchRef, prefix: string) =>
    [...lakefsKeys.branch(endpoint, at), 'listing', prefix] as const,
  uncommitted: (endpoint: string, at: BranchRef, prefix: string) =>
    [...lakefsKeys.branch(endpoint, at), 'uncommitted', prefix] as const,
} as const

/** Keeps React Query's own types out of ours: they change names between its releases. */
const query = <T>(options: LakeFSQuery<T>): LakeFSQuery<T> => options

/** Options for `useQuery` and `fetchQuery`, one for each question. Refusals come as they are; see `toUploadError`. */
export const lakefsQueries = {
  user: (lakefs: LakeFS) =>
    query({
      queryKey: lakefsKeys.user(lakefs.endpoint),
      queryFn: async ({ signal }) => (await lakefs.user(signal)) ?? null,
      retry: false,
    }),
  login: (lakefs: LakeFS) =>
    query({
      queryKey: lakefsKeys.login(lakefs.endpoint),
      queryFn: ({ signal }) => lakefs.loginConfig(signal),
      staleTime: Number.POSITIVE_INFINITY,
    }),
  config: (lakefs: LakeFS) =>
    query({
      queryKey: lakefsKeys.config(lakefs.endpoint),
      queryFn: ({ signal }) => lakefs.config(signal),
      staleTime: 300_000,
    }),
  /** Up to 1,000, those whose name has `search` in it. */
  repositories: (lakefs: LakeFS, search = '') =>
    query({
      queryKey: lakefsKeys.repositories(lakefs.endpoint, search),
      queryFn: ({ signal }) => lakefs.repositories(search ? { search } : {}, signal),
      staleTime: 30_000,
    }),
  repository: (lakefs: LakeFS, repository: string) =>
    query({
      queryKey: lakefsKeys.repository(lakefs.endpoint, repository),
      queryFn: ({ signal }) => lakefs.repository(repository, signal),
      enabled: repository !== '',
      staleTime: 30_000,
    }),
  /** Up to 1,000, those whose name starts with `prefix`. */
  branches: (lakefs: LakeFS, repository: string, prefix = '') =>
    query({
      queryKey: lakefsKeys.branches(lakefs.endpoint, repository, prefix),
      queryFn: ({ signal }) => lakefs.branches(repository, prefix ? { prefix } : {}, signal),
      enabled: repository !== '',
      staleTime: 30_000,
    }),
  /** Whether files could land on this branch. */
  precheck: (lakefs: LakeFS, at: BranchRef) =>
    query({
      queryKey: lakefsKeys.precheck(lakefs.endpoint, at),
      queryFn: ({ signal }) => precheck(lakefs, at, signal),
      enabled: at.repository !== '' && at.branch !== '',
      staleTime: 5_000,
    }),
  /** One folder, its folders and files, up to 1,000. */
  listing: (lakefs: LakeFS, at: BranchRef, prefix: string) =>
    query({
      queryKey: lakefsKeys.listing(lakefs.endpoint, at, prefix),
      queryFn: ({ signal }) => lakefs.list(at, { prefix, delimiter: '/', amount: 1000 }, signal),
      enabled: at.repository !== '' && at.branch !== '',
      staleTime: 5_000,
    }),
  /** Changes of the branch that no commit has yet, up to 1,000. */
  uncommitted: (lakefs: LakeFS, at: BranchRef, prefix = '') =>
    query({
      queryKey: lakefsKeys.uncommitted(lakefs.endpoint, at, prefix),
      queryFn: ({ signal }) => lakefs.uncommitted(at, prefix ? { prefix } : {}, signal),
      enabled: at.repository !== '' && at.branch !== '',
      staleTime: 5_000,
    }),
} as const
