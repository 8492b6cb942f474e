import type { LakeFS } from '../lakefs/client.ts'
import type { LakeFSClient } from '../lakefs/retrying-client.ts'
import type { BranchRef, Change, Commit } from '../lakefs/wire.ts'
import { ResponseError } from '../request/response-error.ts'
import { uncommittedOn } from './diff.ts'

/** Uncommitted changes of a branch, parted by whose they are. */
export interface PendingChanges {
  /** Paths of this upload. */
  mine: readonly Change[]
  /** Everything else in the staging area: a commit takes it too (docs/lakefs-contract.md, "Commit, merge, diff"). */
  others: readonly Change[]
  /** There are more than were read. */
  more: boolean
}

/** The uncommitted changes in two. `mine`: full paths of this upload on the branch. */
export async function pendingChanges(
  lakefs: LakeFSClient,
  at: BranchRef,
  mine: ReadonlySet<string>,
  signal?: AbortSignal,
): Promise<PendingChanges> {
  const { changes, more } = await uncommittedOn(lakefs, at, signal)
  return { ...partChanges(changes, mine), more }
}

/** Changes in two, by whose they are. */
export function partChanges(changes: readonly Change[], mine: ReadonlySet<string>): Omit<PendingChanges, 'more'> {
  const isMine = ({ path }: Change) => mine.has(path)
  return { mine: changes.filter(isMine), others: changes.filter((change) => !isMine(change)) }
}

/** What one hook said against a commit or a merge. */
export interface HookVerdict {
  action: string
  hook: string
  /** Its output, where this person may read it. */
  output: string
}

/** A hook refused (412). The staging area is as it was: commit again without sending anything again. */
export class HookRefusal extends Error {
  override readonly name = 'HookRefusal'
  constructor(
    readonly hooks: readonly HookVerdict[],
    /** What lakeFS itself said. */
    readonly detail: string,
    /** What was refused. */
    readonly refused: 'commit' | 'merge',
  ) {
    super(`hook refused: ${detail}`)
  }
}

export interface CommitText {
  message: string
  metadata?: Readonly<Record<string, string>> | undefined
}

/** lakeFS's 400 to a commit, a merge or a revert that would change nothing. */
export const saysNothingChanged = (thrown: unknown): boolean =>
  thrown instanceof ResponseError && thrown.status === 400 && /no changes/i.test(thrown.detail)

/**
 * Commits all uncommitted changes of the branch. Racing commits are repeated by the table; after an answer that was
 * lost the branch is looked at first, so that one commit is never made twice.
 * @returns undefined where there was nothing to commit.
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

/** The branch's newest commit, if it is ours: the answer that told of it was lost. */
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
 * What the hooks said, from a 412: `pre-commit hook aborted, run id '…': 1 error occurred: * hook run id '…' failed on
 * action '…' hook '…': …`. The answer has the run's id in these words alone. The output of each hook is asked for;
 * where that is not allowed, or the words are others, the message has to do: it is only shown.
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
        const said = await lakefs.hookOutput(repository, run, hook_run_id, signal).catch(() => '')
        const text = typeof said === 'string' ? said : JSON.stringify(said ?? '')
        return { action, hook, output: text.trim() || (named.find((one) => one.hook === hook)?.output ?? '') }
      }),
    )
    return new HookRefusal(hooks.length > 0 ? hooks : named, detail, what)
  } catch (thrown) {
    if (!(thrown instanceof ResponseError)) throw thrown
    return new HookRefusal(named, detail, what)
  }
}

/** Figures that a message template may name. */
export interface MessageFacts {
  files: number
  bytes: string
  prefix: string
  branch: string
  repository: string
  user: string
  date: string
}

/** `Add {files} files to {prefix}` with the figures put in; a name that is not known stays as it is written. */
export function fillTemplate(template: string, facts: Partial<MessageFacts>): string {
  return template.replace(/\{(\w+)\}/g, (whole, name: string) => {
    const value = facts[name as keyof MessageFacts]
    return value === undefined ? whole : String(value)
  })
}
