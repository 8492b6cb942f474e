import { hasStatus } from '../request/response-error.ts'
import {
  type Branch,
  type BranchRef,
  branchPath,
  type Call,
  type Change,
  type Commit,
  hasId,
  isPage,
  type LoginConfig,
  type Page,
  type Repository,
  repoPath,
} from './wire.ts'

/**
 * Calls for sessions, repositories and branches, one request each (docs/lakefs-contract.md, "Sessions", and "Branches
 * and protection"). All throw ResponseError.
 */
export const repositoryCalls = (call: <T>(call: Call) => Promise<T>) => ({
  /** POST /auth/login: sets the session cookie and returns a JWT. Throws ResponseError 401 for wrong keys. */
  login: (keys: { access_key_id: string; secret_access_key: string }) =>
    call<{ token: string; token_expiration?: number }>({
      method: 'POST',
      path: 'auth/login',
      json: keys,
      expect: (body) => typeof (body as { token?: unknown } | undefined)?.token === 'string',
    }),
  /**
   * GET /user: the current user; undefined without a session, where lakeFS answers 200 with an empty id, or 401. This
   * call needs no permission, so each 401 is about the session.
   */
  async user(signal?: AbortSignal): Promise<{ id: string } | undefined> {
    try {
      const { user } = await call<{ user: { id: string } }>({
        path: 'user',
        signal,
        expect: (body) => typeof (body as { user?: { id?: unknown } } | undefined)?.user?.id === 'string',
      })
      return user.id ? user : undefined
    } catch (thrown) {
      if (hasStatus(thrown, 401)) return undefined
      throw thrown
    }
  },
  /** GET /setup_lakefs → login_config. */
  async loginConfig(signal?: AbortSignal): Promise<Partial<LoginConfig>> {
    const setup = await call<{ login_config?: Partial<LoginConfig> }>({
      path: 'setup_lakefs',
      signal,
      expect: (body) => typeof body === 'object' && body !== null,
    })
    return setup.login_config ?? {}
  },
  /** GET /repositories, one page of up to 1,000. */
  repositories: (query: { after?: string; prefix?: string; search?: string } = {}, signal?: AbortSignal) =>
    call<Page<Repository>>({ path: 'repositories', query: { amount: 1000, ...query }, signal, expect: isPage }),
  repository: (repository: string, signal?: AbortSignal) =>
    call<Repository>({ path: repoPath(repository), signal, expect: hasId }),
  /** GET …/branches, one page of up to 1,000. */
  branches: (repository: string, query: { after?: string; prefix?: string } = {}, signal?: AbortSignal) =>
    call<Page<Branch>>({
      path: `${repoPath(repository)}/branches`,
      query: { amount: 1000, ...query },
      signal,
      expect: isPage,
    }),
  branch: (at: BranchRef, signal?: AbortSignal) => call<Branch>({ path: branchPath(at), signal, expect: hasId }),
  /** GET …/settings/branch_protection: glob patterns. A 403 does not mean that the branch is protected. */
  async protection(repository: string, signal?: AbortSignal): Promise<{ pattern: string }[]> {
    const rules = await call<{ pattern: string }[] | null | undefined>({
      path: `${repoPath(repository)}/settings/branch_protection`,
      signal,
      expect: (body) => body === null || body === undefined || Array.isArray(body),
    })
    return rules ?? []
  },
  /** GET …/tags/{tag}: distinguishes a tag from a missing branch. */
  tag: (repository: string, tag: string, signal?: AbortSignal) =>
    call<Branch>({ path: `${repoPath(repository)}/tags/${encodeURIComponent(tag)}`, signal, expect: hasId }),
  /** GET …/diff: uncommitted changes, one page of up to 1,000. */
  uncommitted: (
    at: BranchRef,
    query: { after?: string; prefix?: string; amount?: number } = {},
    signal?: AbortSignal,
  ) =>
    call<Page<Change>>({
      path: `${branchPath(at)}/diff`,
      query: { amount: 1000, ...query },
      signal,
      expect: isPage,
    }),
  /** POST …/commits: commits the whole staging area. 400 "commit: no changes", 412 when a hook refuses. */
  commit: (at: BranchRef, body: { message: string; metadata?: Record<string, string> }) =>
    call<Commit>({
      method: 'POST',
      path: `${branchPath(at)}/commits`,
      json: body,
      timeout: 120_000,
      expect: hasId,
    }),
  /** POST …/branches: returns the commit id of the new branch. 409 when the branch exists. */
  createBranch: (repository: string, body: { name: string; source: string; hidden?: boolean }) =>
    call<string>({
      method: 'POST',
      path: `${repoPath(repository)}/branches`,
      json: body,
      // Plain text; a number where all digits of the id are decimal ones.
      expect: (id) => /^\w+$/.test(String(id).trim()),
    }),
})
