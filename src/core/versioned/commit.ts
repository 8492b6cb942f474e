import type { LakeFS } from '../lakefs/client.ts'
import type { LakeFSClient } from '../lakefs/retrying-client.ts'
import type { BranchRef, Change, Commit } from '../lakefs/wire.ts'
import { ResponseError } from '../request/response-error.ts'
import { uncommittedOn } from './diff.ts'

/** Uncommitted changes of a branch, divided by owner. */
export interface PendingChanges {
  /** Changes of this upload. */
  mine: readonly Change[]
  /**
   * All other changes of the staging area, which a commit includes too (docs/lakefs-contract.md, "Commit, merge,
   * diff").
   */
  others: readonly Change[]
  /** True when there are more changes than were read. */
  more: boolean
}

/**
 * Reads the uncommitted changes and divides them.
 * @param mine full paths of this upload on the branch.
 */
export async function pendingChanges(
  lakefs: LakeFSClient,
  at: BranchRef,
  mine: ReadonlySet<string>,
  signal?: AbortSignal,
): Promise<PendingChanges> {
  const { changes, more } = await uncommittedOn(lakefs, at, signal)
  return { ...partChanges(changes, mine), more }
}

/** Divides changes by owner. */
export function partChanges(changes: readonly Change[], mine: ReadonlySet<string>): Omit<PendingChanges, 'more'> {
  const isMine = ({ path }: Change) => mine.has(path)
  return { mine: changes.filter(isMine), others: changes.filter((change) => !isMine(change)) }
}

/** Refusal of one hook. */
export interface HookVerdict {
  action: string
  hook: string
  /** Output of the hook, if the user may read it. */
  output: string
}

/**
 * A hook refused a commit or a merge (412). The staging area is unchanged, so a commit can be repeated without sending
 * files again.
 */
export class HookRefusal extends Error {
  override readonly name = 'HookRefusal'
  constructor(
    readonly hooks: readonly HookVerdict[],
    /** Message of lakeFS. */
    readonly detail: string,
    /** Refused operation. */
    readonly refused: 'commit' | 'merge',
  ) {
    super(`hook refused: ${detail}`)
  }
}

export interface CommitText {
  message: string
  metadata?: Readonly<Record<string, string>> | undefined
}

/** True for the 400 of lakeFS to a commit, a merge or a revert without changes. */
export const saysNothingChanged = (thrown: unknown): boolean =>
  thrown instanceof ResponseError && thrown.status === 400 && /no changes/i.test(thrown.detail)

/**
 * Commits all uncommitted changes of the branch. Concurrent commits are repeated. After a lost answer the branch is
 * checked first, so that no commit is made twice.
 * @returns undefined when there was nothing to commit.
 * @throws HookRefusal, ResponseError.
 */
export async function commitBranch(
  lakefs: LakeFSClient,
  at: BranchRef,
  { message, metadata = {} }: CommitText,
  signal?: AbortSignal,
): Promise<Commit | undefined> {
  const before = await lakefs.branch(at, signal)
  try {
    return await lakefs.repeat(async (once, tries) => {
      const done = tries > 0 ? await madeMeanwhile(once, at, before.commit_id, message, signal) : undefined
      return done ?? (await once.commit(at, { message, metadata: { ...metadata } }))
    }, signal)
  } catch (thrown) {
    if (!(thrown instanceof ResponseError)) throw thrown
    if (saysNothingChanged(thrown)) {
      return await madeMeanwhile(lakefs, at, before.commit_id, message, signal)
    }
    if (thrown.status === 412) throw await hookRefusal(lakefs, at.repository, 'commit', thrown, signal)
    throw thrown
  }
}

/** Returns the newest commit of the branch if this upload made it and the answer was lost. */
export async function madeMeanwhile(
  lakefs: LakeFS,
  at: BranchRef,
  before: string,
  message: string,
  signal?: AbortSignal,
): Promise<Commit | undefined> {
  const { commit_id } = await lakefs.branch(at, signal)
  if (commit_id === before) return undefined
  const commit = await lakefs.commitInfo(at.repository, commit_id, signal)
  return commit.message === message && commit.parents.includes(before) ? commit : undefined
}

/**
 * Converts a 412 to the refusals of the hooks: `pre-commit hook aborted, run id '…': 1 error occurred: * hook run id
 * '…' failed on action '…' hook '…': …`. Only the message has the id of the run. The output of each hook is requested;
 * if that is not allowed, or the message has another format, the message is shown instead.
 */
export async function hookRefusal(
  lakefs: LakeFSClient,
  repository: string,
  what: HookRefusal['refused'],
  { detail }: ResponseError,
  signal?: AbortSignal,
): Promise<HookRefusal> {
  const run = /\brun id '([^']+)'/.exec(detail)?.[1]
  const named = [...detail.matchAll(/on action '([^']*)' hook '([^']*)'(?:: ([^*]*))?/g)].map(
    ([, action = '', hook = '', output = '']) => ({ action, hook, output: output.trim() }),
  )
  if (run === undefined) return new HookRefusal(named, detail, what)
  try {
    const { results } = await lakefs.hookRuns(repository, run, signal)
    const failed = results.filter(({ status }) => status === 'failed')
    const hooks = await Promise.all(
      failed.map(async ({ action, hook_id: hook, hook_run_id }) => {
        const output = await lakefs.hookOutput(repository, run, hook_run_id, signal).catch(() => '')
        const text = typeof output === 'string' ? output : JSON.stringify(output ?? '')
        return { action, hook, output: text.trim() || (named.find((one) => one.hook === hook)?.output ?? '') }
      }),
    )
    return new HookRefusal(hooks.length > 0 ? hooks : named, detail, what)
  } catch (thrown) {
    if (!(thrown instanceof ResponseError)) throw thrown
    return new HookRefusal(named, detail, what)
  }
}

/** Values for the template of a message. */
export interface MessageFacts {
  files: number
  bytes: string
  prefix: string
  branch: string
  repository: string
  user: string
  date: string
}

/** Replaces names in a template such as `Add {files} files to {prefix}`; unknown names stay. */
export function fillTemplate(template: string, facts: Partial<MessageFacts>): string {
  return template.replace(/\{(\w+)\}/g, (whole, name: string) => {
    const value = facts[name as keyof MessageFacts]
    return value === undefined ? whole : String(value)
  })
}
