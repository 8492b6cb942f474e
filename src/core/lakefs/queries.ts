import type { LakeFS } from './client.ts'
import { precheck } from './precheck.ts'
import { writeRefusal } from './rights.ts'
import type { BranchRef, Destination } from './wire.ts'

/** Options of one query, in a form that every version 5 of React Query accepts. */
export interface LakeFSQuery<T> {
  queryKey: readonly unknown[]
  queryFn: (context: { signal: AbortSignal }) => Promise<T>
  /** Ms for which an answer is fresh. */
  staleTime?: number
  enabled?: boolean
  retry?: false
}

/**
 * Query keys of all requests around an upload. A key starts with its parents, so `invalidateQueries({ queryKey:
 * lakefsKeys.branch(endpoint, at) })` refreshes all queries of a branch.
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
  writeRefusal: (endpoint: string, at: BranchRef, prefix: string) =>
    [...lakefsKeys.branch(endpoint, at), 'write-refusal', prefix] as const,
  listing: (endpoint: string, at: BranchRef, prefix: string) =>
    [...lakefsKeys.branch(endpoint, at), 'listing', prefix] as const,
  uncommitted: (endpoint: string, at: BranchRef, prefix: string) =>
    [...lakefsKeys.branch(endpoint, at), 'uncommitted', prefix] as const,
} as const

/** Hides the types of React Query, whose names change between its releases. */
const query = <T>(options: LakeFSQuery<T>): LakeFSQuery<T> => options

/** Options for `useQuery` and `fetchQuery`. Queries reject with a ResponseError; `toUploadError` converts it. */
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
  /** Returns up to 1,000 repositories whose name contains `search`. */
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
  /** Returns up to 1,000 branches whose name starts with `prefix`. */
  branches: (lakefs: LakeFS, repository: string, prefix = '') =>
    query({
      queryKey: lakefsKeys.branches(lakefs.endpoint, repository, prefix),
      queryFn: ({ signal }) => lakefs.branches(repository, prefix ? { prefix } : {}, signal),
      enabled: repository !== '',
      staleTime: 30_000,
    }),
  /** Checks whether files can be put on this branch. */
  precheck: (lakefs: LakeFS, at: BranchRef) =>
    query({
      queryKey: lakefsKeys.precheck(lakefs.endpoint, at),
      queryFn: ({ signal }) => precheck(lakefs, at, signal),
      enabled: at.repository !== '' && at.branch !== '',
      staleTime: 5_000,
    }),
  /** Returns why the user may not write under a prefix; null when lakeFS names no reason. */
  writeRefusal: (lakefs: LakeFS, { prefix, ...at }: Destination) =>
    query({
      queryKey: lakefsKeys.writeRefusal(lakefs.endpoint, at, prefix),
      queryFn: async ({ signal }) => (await writeRefusal(lakefs, at, `${prefix}file`, signal)) ?? null,
      enabled: at.repository !== '' && at.branch !== '',
      staleTime: 5_000,
    }),
  /** Returns up to 1,000 folders and files of one folder. */
  listing: (lakefs: LakeFS, at: BranchRef, prefix: string) =>
    query({
      queryKey: lakefsKeys.listing(lakefs.endpoint, at, prefix),
      queryFn: ({ signal }) => lakefs.list(at, { prefix, delimiter: '/', amount: 1000 }, signal),
      enabled: at.repository !== '' && at.branch !== '',
      staleTime: 5_000,
    }),
  /** Returns up to 1,000 uncommitted changes of the branch. */
  uncommitted: (lakefs: LakeFS, at: BranchRef, prefix = '') =>
    query({
      queryKey: lakefsKeys.uncommitted(lakefs.endpoint, at, prefix),
      queryFn: ({ signal }) => lakefs.uncommitted(at, prefix ? { prefix } : {}, signal),
      enabled: at.repository !== '' && at.branch !== '',
      staleTime: 5_000,
    }),
} as const
