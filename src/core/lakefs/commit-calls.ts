import { isForbidden } from '../request/refusal-rules.ts'
import { hasStatus, isOwn } from '../request/response-error.ts'
import {
  type BranchRef,
  branchPath,
  type Call,
  type Change,
  type Commit,
  type DiffRange,
  type HookRun,
  hasId,
  isNotHtml,
  isPage,
  type Page,
  repoPath,
} from './wire.ts'

/**
 * Calls for commits and merges, one request each (docs/lakefs-contract.md, "Commit, merge, diff"). All throw
 * ResponseError.
 */
export const commitCalls = (call: <T>(call: Call) => Promise<T>) => ({
  /** DELETE …/branches/{b}. */
  deleteBranch: (at: BranchRef) => call<void>({ method: 'DELETE', path: branchPath(at), expect: isNotHtml }),
  /** GET …/commits/{id}. */
  commitInfo: (repository: string, id: string, signal?: AbortSignal) =>
    call<Commit>({ path: `${repoPath(repository)}/commits/${encodeURIComponent(id)}`, signal, expect: hasId }),
  /**
   * GET …/refs/{ref}/commits: history of a ref, newest first, by first parents only where the server supports it. One
   * page of up to 100.
   */
  log: (repository: string, { ref, after }: { ref: string; after?: string | undefined }, signal?: AbortSignal) =>
    call<Page<Commit>>({
      path: `${repoPath(repository)}/refs/${encodeURIComponent(ref)}/commits`,
      query: { amount: 100, after, first_parent: 'true' },
      signal,
      expect: isPage,
    }),
  /**
   * GET …/refs/{left}/diff/{right}: changes that right has and left does not, one page of up to 1,000. `three_dot`, the
   * default: changes of right since their common ancestor, with `conflict` where left has changed the path differently.
   * `two_dot`: every path in which the two differ.
   */
  diffRefs: (
    repository: string,
    { left, right, after, type = 'three_dot', prefix }: DiffRange & { after?: string | undefined },
    signal?: AbortSignal,
  ) =>
    call<Page<Change>>({
      path: `${repoPath(repository)}/refs/${encodeURIComponent(left)}/diff/${encodeURIComponent(right)}`,
      query: { amount: 1000, after, prefix, type },
      signal,
      expect: isPage,
    }),
  /** POST …/refs/{source}/merge/{target}. 409 on conflicts, 412 when a hook refuses. */
  merge: (
    repository: string,
    { source, target, ...body }: { source: string; target: string; message: string; metadata?: Record<string, string> },
  ) =>
    call<{ reference: string }>({
      method: 'POST',
      path: `${repoPath(repository)}/refs/${encodeURIComponent(source)}/merge/${encodeURIComponent(target)}`,
      json: body,
      timeout: 120_000,
      expect: (answer) => typeof (answer as { reference?: unknown } | undefined)?.reference === 'string',
    }),
  /** GET …/pulls: whether the server supports pull requests. Older servers answer 404, some 501. */
  async hasPulls(repository: string, signal?: AbortSignal): Promise<boolean> {
    try {
      await call({ path: `${repoPath(repository)}/pulls`, query: { amount: 1 }, signal, expect: isPage })
      return true
    } catch (thrown) {
      if (hasStatus(thrown, 501)) return false
      if (hasStatus(thrown, 404) && isOwn(thrown)) return /repository/i.test(thrown.detail)
      // A user who may not read the list may still create a pull request.
      if (isForbidden(thrown)) return true
      throw thrown
    }
  },
  /** GET …/pulls: the open pull request between these branches, if it is among the newest 1,000. */
  async openPull(
    repository: string,
    { source_branch, destination_branch }: { source_branch: string; destination_branch: string },
    signal?: AbortSignal,
  ): Promise<{ id: string } | undefined> {
    const { results } = await call<Page<{ id: string; source_branch: string; destination_branch: string }>>({
      path: `${repoPath(repository)}/pulls`,
      query: { status: 'open', amount: 1000 },
      signal,
      expect: isPage,
    })
    return results.find(
      (pull) => pull.source_branch === source_branch && pull.destination_branch === destination_branch,
    )
  },
  /** POST …/pulls. Servers without pull requests answer 404 or 501. */
  createPull: (
    repository: string,
    body: { title: string; description: string; source_branch: string; destination_branch: string },
  ) => call<{ id: string }>({ method: 'POST', path: `${repoPath(repository)}/pulls`, json: body, expect: hasId }),
  /**
   * POST …/branches/{b}/revert: creates a commit that undoes another one; a merge is compared with this parent. 409 on
   * conflicts.
   */
  revert: (at: BranchRef, commit: string, parent: 0 | 1) =>
    call<void>({
      method: 'POST',
      path: `${branchPath(at)}/revert`,
      json: { ref: commit, parent_number: parent },
      timeout: 120_000,
      expect: isNotHtml,
    }),
  /**
   * POST …/branches/{b}/cherry-pick: creates a commit with the changes of another one, of a merge those against its
   * first parent, without its history. 409 on conflicts.
   */
  cherryPick: (at: BranchRef, { id, parents }: Pick<Commit, 'id' | 'parents'>) =>
    call<Commit>({
      method: 'POST',
      path: `${branchPath(at)}/cherry-pick`,
      json: { ref: id, ...(parents.length > 1 ? { parent_number: 1 } : {}) },
      timeout: 120_000,
      expect: hasId,
    }),
  /** GET …/actions/runs/{run}/hooks: hooks of a run and their results. */
  hookRuns: (repository: string, run: string, signal?: AbortSignal) =>
    call<Page<HookRun>>({
      path: `${repoPath(repository)}/actions/runs/${encodeURIComponent(run)}/hooks`,
      query: { amount: 100 },
      signal,
      expect: isPage,
    }),
  /** GET …/actions/runs/{run}/hooks/{hook}/output: output of a hook, plain text. */
  hookOutput: (repository: string, run: string, hookRun: string, signal?: AbortSignal) =>
    call<unknown>({
      path: `${repoPath(repository)}/actions/runs/${encodeURIComponent(run)}/hooks/${encodeURIComponent(hookRun)}/output`,
      signal,
    }),
})
