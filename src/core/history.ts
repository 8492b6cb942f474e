import { type Change, type Commit, hasId, isPage, type Page } from './catalog.ts'
import type { LakeFS } from './lakefs.ts'
import { Refusal } from './refusal.ts'
import { type BranchRef, branchPath, repoPath } from './wire.ts'

/** One hook of an action run. */
export interface HookRun {
  hook_run_id: string
  action: string
  hook_id: string
  status: string
}

/** What lakeFS says and does around commits, each one call (contract §5). All throw Refusal. */
export const history = {
  /** DELETE …/branches/{b}. */
  deleteBranch: (lakefs: LakeFS, at: BranchRef) => lakefs.call<void>({ method: 'DELETE', path: branchPath(at) }),
  /** GET …/commits/{id}. */
  commitInfo: (lakefs: LakeFS, repository: string, id: string, signal?: AbortSignal) =>
    lakefs.call<Commit>({ path: `${repoPath(repository)}/commits/${encodeURIComponent(id)}`, signal, expect: hasId }),
  /** GET …/refs/{left}/diff/{right}: what right has that left has not, one page of up to 1,000; `conflict` among them. */
  diffRefs: (
    lakefs: LakeFS,
    repository: string,
    { left, right, after }: { left: string; right: string; after?: string | undefined },
    signal?: AbortSignal,
  ) =>
    lakefs.call<Page<Change>>({
      path: `${repoPath(repository)}/refs/${encodeURIComponent(left)}/diff/${encodeURIComponent(right)}`,
      query: { amount: 1000, after, type: 'three_dot' },
      signal,
      expect: isPage,
    }),
  /** POST …/refs/{source}/merge/{target}. 409 on conflicts, 412 when a hook refuses. */
  merge: (
    lakefs: LakeFS,
    repository: string,
    { source, target, ...body }: { source: string; target: string; message: string; metadata?: Record<string, string> },
  ) =>
    lakefs.call<{ reference: string }>({
      method: 'POST',
      path: `${repoPath(repository)}/refs/${encodeURIComponent(source)}/merge/${encodeURIComponent(target)}`,
      json: body,
      timeout: 120_000,
      expect: (answer) => typeof (answer as { reference?: unknown } | undefined)?.reference === 'string',
    }),
  /** GET …/pulls: whether the server has pull requests; servers before them know no such path (404), some say 501. */
  async hasPulls(lakefs: LakeFS, repository: string, signal?: AbortSignal): Promise<boolean> {
    try {
      await lakefs.call({ path: `${repoPath(repository)}/pulls`, query: { amount: 1 }, signal })
      return true
    } catch (thrown) {
      if (!(thrown instanceof Refusal)) throw thrown
      if (thrown.status === 501 || (thrown.status === 404 && !/repository/i.test(thrown.detail))) return false
      // Not being allowed to read the list says nothing about there being one.
      if (thrown.status === 403 || thrown.status === 404) return true
      throw thrown
    }
  },
  /** GET …/pulls: the open one from this branch to that one, if there is one among the newest. */
  async openPull(
    lakefs: LakeFS,
    repository: string,
    { source_branch, destination_branch }: { source_branch: string; destination_branch: string },
    signal?: AbortSignal,
  ): Promise<{ id: string } | undefined> {
    const { results } = await lakefs.call<Page<{ id: string; source_branch: string; destination_branch: string }>>({
      path: `${repoPath(repository)}/pulls`,
      query: { status: 'open', amount: 1000 },
      signal,
      expect: isPage,
    })
    return results.find(
      (pull) => pull.source_branch === source_branch && pull.destination_branch === destination_branch,
    )
  },
  /** POST …/pulls. 404 and 501 where the server has none. */
  createPull: (
    lakefs: LakeFS,
    repository: string,
    body: { title: string; description: string; source_branch: string; destination_branch: string },
  ) =>
    lakefs.call<{ id: string }>({ method: 'POST', path: `${repoPath(repository)}/pulls`, json: body, expect: hasId }),
  /** PUT …/branches/{b}: takes back one uncommitted path, or all under a prefix. */
  reset: (lakefs: LakeFS, at: BranchRef, what: { type: 'object' | 'common_prefix'; path: string }) =>
    lakefs.call<void>({ method: 'PUT', path: branchPath(at), json: what }),
  /** POST …/branches/{b}/revert: a new commit that undoes another one, a merge against that parent of it. 409 on conflicts. */
  revert: (lakefs: LakeFS, at: BranchRef, commit: string, parent: 0 | 1) =>
    lakefs.call<void>({
      method: 'POST',
      path: `${branchPath(at)}/revert`,
      json: { ref: commit, parent_number: parent },
      timeout: 120_000,
    }),
  /** GET …/actions/runs/{run}/hooks: which hooks ran and how they ended. */
  hookRuns: (lakefs: LakeFS, repository: string, run: string, signal?: AbortSignal) =>
    lakefs.call<Page<HookRun>>({
      path: `${repoPath(repository)}/actions/runs/${encodeURIComponent(run)}/hooks`,
      query: { amount: 100 },
      signal,
      expect: isPage,
    }),
  /** GET …/actions/runs/{run}/hooks/{hook}/output: what the hook said, plain text. */
  hookOutput: (lakefs: LakeFS, repository: string, run: string, hookRun: string, signal?: AbortSignal) =>
    lakefs.call<unknown>({
      path: `${repoPath(repository)}/actions/runs/${encodeURIComponent(run)}/hooks/${encodeURIComponent(hookRun)}/output`,
      signal,
    }),
} as const
