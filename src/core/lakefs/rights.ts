import type { UploadError } from '../errors.ts'
import { isForbidden, ruleFor } from '../request/refusal-rules.ts'
import { ResponseError } from '../request/response-error.ts'
import { toUploadError } from '../request/upload-error.ts'
import { type BranchRef, branchPath, type Call, isNotHtml, repoPath } from './wire.ts'

/** What sends a call to lakeFS. */
interface Caller {
  call<T>(call: Call): Promise<T>
}

/**
 * Returns why the user may not put an object at a path; undefined when lakeFS names no reason. Protection and read-only
 * repositories are not checked (docs/lakefs-contract.md, "What an address does not check"). Calls GET
 * …/objects/stage_allowed; a server without this call names no reason.
 * @throws ResponseError for an expired session and for answers that are worth a retry.
 */
export async function writeRefusal(
  lakefs: Caller,
  at: BranchRef,
  path: string,
  signal?: AbortSignal,
): Promise<UploadError | undefined> {
  try {
    await lakefs.call({ path: `${branchPath(at)}/objects/stage_allowed`, query: { path }, signal, expect: isNotHtml })
    return undefined
  } catch (thrown) {
    if (isForbidden(thrown)) return toUploadError(thrown, { ...at })
    if (thrown instanceof ResponseError && ruleFor(thrown).action === 'final') return undefined
    throw thrown
  }
}

/** What a user may do with the files that have arrived, and the permission that lakeFS wants for it. */
const PERMISSIONS = {
  commit: 'fs:CreateCommit',
  revert: 'fs:RevertBranch',
  branch: 'fs:CreateBranch',
  review: 'pr:WritePullRequest',
} as const

export type Right = keyof typeof PERMISSIONS

/** Reference that no commit has. */
const NO_COMMIT = '0'.repeat(64)

/**
 * Returns the error that an action would end in because the user lacks the permission for it; undefined when the user
 * has it, or when it cannot be told. lakeFS has no call that lists the permissions of a user, but it checks them before
 * anything else: the question is a request that cannot be done, such as one about a commit which does not exist, so it
 * is refused later and changes nothing (docs/lakefs-contract.md, "Permissions").
 */
export async function missingRight(
  lakefs: Caller,
  at: BranchRef,
  right: Right,
  signal?: AbortSignal,
): Promise<UploadError | undefined> {
  try {
    await lakefs.call({ ...questionOf(right, at), signal })
  } catch (thrown) {
    if (!(thrown instanceof ResponseError) || ruleFor(thrown).action !== 'final') throw thrown
    const error = toUploadError(thrown, { ...at })
    // A question may need a second permission, which says nothing about the action.
    if (error.code === 'forbidden' && error.facts.permission === PERMISSIONS[right]) return error
  }
  return undefined
}

function questionOf(right: Right, at: BranchRef): Call {
  const repository = repoPath(at.repository)
  switch (right) {
    case 'commit':
      return { method: 'POST', path: `${branchPath(at)}/cherry-pick`, json: { ref: NO_COMMIT } }
    case 'revert':
      return { method: 'POST', path: `${branchPath(at)}/revert`, json: { ref: NO_COMMIT, parent_number: 0 } }
    case 'branch':
      return { method: 'POST', path: `${repository}/branches`, json: { name: 'upload', source: NO_COMMIT } }
    case 'review':
      return {
        method: 'POST',
        path: `${repository}/pulls`,
        // A pull request needs two branches: the same one twice is refused.
        json: { title: 'upload', source_branch: at.branch, destination_branch: at.branch },
      }
  }
}
