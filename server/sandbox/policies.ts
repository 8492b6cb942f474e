/** What a user may do. A user without a policy may do nothing. */
export interface Policy {
  /** Actions as the policies of lakeFS name them; `*` stands for any characters. */
  actions: readonly string[]
  /** Repositories in which they are allowed. Default: everywhere, and what belongs to no repository too. */
  repositories?: readonly string[]
}

const WRITE = [
  'fs:ListRepositories',
  'fs:ReadRepository',
  'fs:ReadCommit',
  'fs:ListBranches',
  'fs:ListTags',
  'fs:ListObjects',
  'fs:ReadObject',
  'fs:WriteObject',
  'fs:DeleteObject',
  'fs:RevertBranch',
  'fs:ReadBranch',
  'fs:ReadTag',
  'fs:CreateBranch',
  'fs:CreateTag',
  'fs:DeleteBranch',
  'fs:DeleteTag',
  'fs:CreateCommit',
]

/**
 * Policies that lakeFS has from the start, by its name for them
 * (https://docs.lakefs.io/latest/security/rbac/#preconfigured-policies).
 */
export const POLICIES = {
  everything: ['*'],
  FSRead: ['fs:List*', 'fs:Read*'],
  FSReadWrite: WRITE,
  RepoManagementRead: ['ci:Read*', 'retention:Get*', 'branches:Get*', 'fs:ReadConfig'],
} as const satisfies Record<string, readonly string[]>

/** Users of every sandbox, as fixtures/acl.json was recorded with them. */
export function defaultPolicies(): Record<string, Policy> {
  return {
    admin: { actions: POLICIES.everything },
    writer: { actions: [...POLICIES.FSReadWrite, ...POLICIES.RepoManagementRead] },
    reader: { actions: POLICIES.FSRead },
    teammate: { actions: POLICIES.FSReadWrite, repositories: ['demo'] },
  }
}

/** Action that each call needs, by the name of its route; those that are missing need none. */
const NEEDED: Readonly<Record<string, string>> = {
  repositories: 'fs:ListRepositories',
  'create-repository': 'fs:CreateRepository',
  'delete-repository': 'fs:DeleteRepository',
  repository: 'fs:ReadRepository',
  address: 'fs:WriteObject',
  link: 'fs:WriteObject',
  'create-multipart': 'fs:WriteObject',
  'sign-part': 'fs:WriteObject',
  'complete-multipart': 'fs:WriteObject',
  'abort-multipart': 'fs:WriteObject',
  'stage-allowed': 'fs:WriteObject',
  upload: 'fs:WriteObject',
  'stage-object': 'fs:WriteObject',
  stat: 'fs:ReadObject',
  read: 'fs:ReadObject',
  ls: 'fs:ListObjects',
  uncommitted: 'fs:ListObjects',
  diff: 'fs:ListObjects',
  'delete-object': 'fs:DeleteObject',
  'delete-objects': 'fs:DeleteObject',
  commit: 'fs:CreateCommit',
  merge: 'fs:CreateCommit',
  'cherry-pick': 'fs:CreateCommit',
  revert: 'fs:RevertBranch',
  reset: 'fs:RevertBranch',
  log: 'fs:ReadBranch',
  'get-commit': 'fs:ReadCommit',
  branches: 'fs:ListBranches',
  'create-branch': 'fs:CreateBranch',
  branch: 'fs:ReadBranch',
  'delete-branch': 'fs:DeleteBranch',
  'create-tag': 'fs:CreateTag',
  tags: 'fs:ReadTag',
  protection: 'branches:GetBranchProtectionRules',
  'set-protection': 'branches:SetBranchProtectionRules',
  'create-pull': 'pr:WritePullRequest',
  'edit-pull': 'pr:WritePullRequest',
  'merge-pull': 'pr:WritePullRequest',
  pulls: 'pr:ListPullRequests',
  runs: 'ci:ReadAction',
}

/**
 * Returns the action that a user lacks for a call; undefined when the call is allowed.
 * @param route name of the call (routes.ts).
 * @param repository repository that it names; undefined without one.
 */
export function missingAction(
  policy: Policy | undefined,
  route: string,
  repository: string | undefined,
): string | undefined {
  const action = NEEDED[route]
  if (action === undefined) return undefined
  const { actions = [], repositories } = policy ?? {}
  const inPlace = !repositories || (repository !== undefined && repositories.includes(repository))
  return inPlace && actions.some((pattern) => matches(pattern, action)) ? undefined : action
}

function matches(pattern: string, action: string): boolean {
  const source = pattern
    .split('*')
    .map((text) => text.replace(/[.+?^${}()|[\]\\]/g, '\\$&'))
    .join('.*')
  return new RegExp(`^${source}$`).test(action)
}
