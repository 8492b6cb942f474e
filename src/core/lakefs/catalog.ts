import type { LakeFS } from './client.ts'
import { type BranchRef, branchPath, repoPath } from './wire.ts'

export interface Repository {
  id: string
  default_branch: string
  read_only?: boolean
  storage_namespace: string
}

export interface Branch {
  id: string
  commit_id: string
}

export interface Change {
  path: string
  path_type: string
  size_bytes?: number
  type: 'added' | 'removed' | 'changed' | 'conflict' | 'prefix_changed'
}

export interface Commit {
  id: string
  message: string
  committer: string
  creation_date: number
  parents: string[]
  metadata: Record<string, string>
}

export interface LoginConfig {
  /** Set: sign in there, by redirect. */
  login_url: string
  logout_url: string
  login_failed_message?: string
  login_url_method?: string
  fallback_login_url?: string
}

export interface Page<T> {
  pagination: { has_more: boolean; next_offset: string; results: number }
  results: T[]
}

export const isPage = (body: unknown) =>
  typeof body === 'object' && body !== null && 'pagination' in body && Array.isArray((body as Page<unknown>).results)
export const hasId = (body: unknown) =>
  typeof body === 'object' && body !== null && typeof (body as Branch).id === 'string'

/** What lakeFS says around an upload (contract §4, §5), each one call. All throw Refusal. */
export const catalog = {
  /** POST /auth/login; sets the session cookie and answers a JWT. Wrong keys: Refusal 401. */
  login: (lakefs: LakeFS, keys: { access_key_id: string; secret_access_key: string }) =>
    lakefs.call<{ token: string; token_expiration?: number }>({
      method: 'POST',
      path: 'auth/login',
      json: keys,
      expect: (body) => typeof (body as { token?: unknown } | undefined)?.token === 'string',
    }),
  /** GET /user; undefined when nobody is signed in (200 with an empty id, or 401). */
  async user(lakefs: LakeFS, signal?: AbortSignal): Promise<{ id: string } | undefined> {
    const { user } = await lakefs.call<{ user: { id: string } }>({
      path: 'user',
      signal,
      expect: (body) => typeof (body as { user?: { id?: unknown } } | undefined)?.user?.id === 'string',
    })
    return user.id ? user : undefined
  },
  /** GET /setup_lakefs → login_config. */
  async loginConfig(lakefs: LakeFS, signal?: AbortSignal): Promise<Partial<LoginConfig>> {
    const setup = await lakefs.call<{ login_config?: Partial<LoginConfig> }>({
      path: 'setup_lakefs',
      signal,
      expect: (body) => typeof body === 'object' && body !== null,
    })
    return setup.login_config ?? {}
  },
  /** GET /repositories, one page of up to 1,000. */
  repositories: (
    lakefs: LakeFS,
    query: { after?: string; prefix?: string; search?: string } = {},
    signal?: AbortSignal,
  ) =>
    lakefs.call<Page<Repository>>({ path: 'repositories', query: { amount: 1000, ...query }, signal, expect: isPage }),
  repository: (lakefs: LakeFS, repository: string, signal?: AbortSignal) =>
    lakefs.call<Repository>({ path: repoPath(repository), signal, expect: hasId }),
  /** GET …/branches, one page of up to 1,000. */
  branches: (
    lakefs: LakeFS,
    repository: string,
    query: { after?: string; prefix?: string } = {},
    signal?: AbortSignal,
  ) =>
    lakefs.call<Page<Branch>>({
      path: `${repoPath(repository)}/branches`,
      query: { amount: 1000, ...query },
      signal,
      expect: isPage,
    }),
  branch: (lakefs: LakeFS, at: BranchRef, signal?: AbortSignal) =>
    lakefs.call<Branch>({ path: branchPath(at), signal, expect: hasId }),
  /** GET …/settings/branch_protection: glob patterns. A 403 here says nothing about the branch. */
  async protection(lakefs: LakeFS, repository: string, signal?: AbortSignal): Promise<{ pattern: string }[]> {
    const rules = await lakefs.call<{ pattern: string }[] | null | undefined>({
      path: `${repoPath(repository)}/settings/branch_protection`,
      signal,
      expect: (body) => body === null || body === undefined || Array.isArray(body),
    })
    return rules ?? []
  },
  /** GET …/tags/{tag}: tells a tag from a missing branch. */
  tag: (lakefs: LakeFS, repository: string, tag: string, signal?: AbortSignal) =>
    lakefs.call<Branch>({ path: `${repoPath(repository)}/tags/${encodeURIComponent(tag)}`, signal, expect: hasId }),
  /** GET …/diff: uncommitted changes, one page of up to 1,000. */
  uncommitted: (
    lakefs: LakeFS,
    at: BranchRef,
    query: { after?: string; prefix?: string; amount?: number } = {},
    signal?: AbortSignal,
  ) =>
    lakefs.call<Page<Change>>({
      path: `${branchPath(at)}/diff`,
      query: { amount: 1000, ...query },
      signal,
      expect: isPage,
    }),
  /** POST …/commits. Takes the whole staging area. 400 "commit: no changes", 412 when a hook refuses. */
  commit: (lakefs: LakeFS, at: BranchRef, body: { message: string; metadata?: Record<string, string> }) =>
    lakefs.call<Commit>({
      method: 'POST',
      path: `${branchPath(at)}/commits`,
      json: body,
      timeout: 120_000,
      expect: hasId,
    }),
  /** POST …/branches; answers the new branch's commit id. 409 where it exists. */
  createBranch: (lakefs: LakeFS, repository: string, body: { name: string; source: string; hidden?: boolean }) =>
    lakefs.call<string>({ method: 'POST', path: `${repoPath(repository)}/branches`, json: body }),
} as const
