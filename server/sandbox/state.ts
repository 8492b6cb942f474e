import { SortedMap } from './sorted.ts'

/** Object of a branch or commit, as in lakeFS. */
export interface Entry {
  path: string
  physical_address: string
  checksum: string
  size_bytes: number
  /** Seconds since 1970. */
  mtime: number
  metadata: Record<string, string>
  content_type: string
}

export interface Commit {
  id: string
  parents: string[]
  committer: string
  message: string
  creation_date: number
  meta_range_id: string
  metadata: Record<string, string>
  generation: number
  version: number
}

export interface Branch {
  id: string
  commit: string
  hidden: boolean
  /** Uncommitted entries; undefined for a removed path. */
  staging: SortedMap<Entry | undefined>
}

export interface Pull {
  id: string
  title: string
  description: string
  author: string
  status: 'open' | 'closed' | 'merged'
  source_branch: string
  destination_branch: string
  creation_date: string
  closed_date?: string
  merged_commit_id?: string
}

export interface HookRun {
  run_id: string
  branch: string
  event_type: string
  start_time: string
  end_time: string
  status: 'failed' | 'completed'
  commit_id: string
  hooks: { hook_run_id: string; action: string; hook_id: string; status: 'failed' | 'completed'; output: string }[]
}

export interface Repository {
  id: string
  storage_namespace: string
  /** Absent on a server with one store. */
  storage_id?: string
  default_branch: string
  read_only: boolean
  creation_date: number
  branches: SortedMap<Branch>
  tags: SortedMap<string>
  commits: Map<string, { commit: Commit; tree: SortedMap<Entry> }>
  rules: { pattern: string }[]
  pulls: Pull[]
  runs: HookRun[]
}

/** Bytes that the store has confirmed, as a sequence of files. */
export interface Stored {
  etag: string
  size: number
  contentType: string
  files: { name: string; size: number }[]
}

export interface Upload {
  id: string
  key: string
  parts: Map<number, Stored>
}

export interface Identity {
  accessKeyId: string
  secretAccessKey: string
  /** Key that signs sessions and physical addresses. */
  secret: string
  created: number
}

/** Every change of the state, as in the journal. */
export type Event =
  | { t: 'identity'; identity: Identity }
  | {
      t: 'repository'
      repository: Pick<
        Repository,
        'id' | 'storage_namespace' | 'storage_id' | 'default_branch' | 'read_only' | 'creation_date'
      >
      first: Commit
    }
  | { t: 'repository-gone'; id: string }
  | { t: 'branch'; repository: string; id: string; commit: string; hidden: boolean }
  | { t: 'branch-gone'; repository: string; id: string }
  | { t: 'tag'; repository: string; id: string; commit: string }
  | { t: 'tag-gone'; repository: string; id: string }
  | { t: 'rules'; repository: string; rules: { pattern: string }[] }
  | { t: 'stage'; repository: string; branch: string; entry: Entry }
  | { t: 'remove'; repository: string; branch: string; path: string }
  | { t: 'reset'; repository: string; branch: string; path?: string; prefix?: string }
  /** Without `changes` the staged entries of the branch are committed. */
  | {
      t: 'commit'
      repository: string
      branch: string
      commit: Commit
      changes?: [string, Entry | null][]
      /**
       * `changes` were staged on this branch. They are removed from its staging unless they were overwritten meanwhile.
       */
      staged?: boolean
    }
  | { t: 'pull'; repository: string; pull: Pull }
  | { t: 'run'; repository: string; run: HookRun }
  | { t: 'object'; key: string; stored: Stored }
  | { t: 'object-gone'; key: string }
  | { t: 'upload'; id: string; key: string }
  | { t: 'part'; id: string; number: number; stored: Stored }
  | { t: 'upload-gone'; id: string }

export class State {
  identity: Identity | undefined
  readonly repositories = new SortedMap<Repository>()
  readonly objects = new Map<string, Stored>()
  readonly uploads = new Map<string, Upload>()

  /** Changes the state; replaying the journal uses the same method. */
  apply(event: Event): void {
    switch (event.t) {
      case 'identity':
        this.identity = event.identity
        return
      case 'repository':
        this.repositories.set(event.repository.id, newRepository(event.repository, event.first))
        return
      case 'repository-gone':
        this.repositories.delete(event.id)
        return
      case 'object':
        this.objects.set(event.key, event.stored)
        return
      case 'object-gone':
        this.objects.delete(event.key)
        return
      case 'upload':
        this.uploads.set(event.id, { id: event.id, key: event.key, parts: new Map() })
        return
      case 'part':
        this.uploads.get(event.id)?.parts.set(event.number, event.stored)
        return
      case 'upload-gone':
        this.uploads.delete(event.id)
        return
      default: {
        const repository = this.repositories.get(event.repository)
        if (repository) applyToRepository(repository, event)
      }
    }
  }
}

type RepositoryEvent = Extract<Event, { repository: string }>

function applyToRepository(repository: Repository, event: RepositoryEvent): void {
  const branch = 'branch' in event ? repository.branches.get(event.branch) : undefined
  switch (event.t) {
    case 'branch':
      repository.branches.set(event.id, {
        id: event.id,
        commit: event.commit,
        hidden: event.hidden,
        staging: new SortedMap(),
      })
      return
    case 'branch-gone':
      repository.branches.delete(event.id)
      return
    case 'tag':
      repository.tags.set(event.id, event.commit)
      return
    case 'tag-gone':
      repository.tags.delete(event.id)
      return
    case 'rules':
      repository.rules = event.rules
      return
    case 'stage':
      branch?.staging.set(event.entry.path, event.entry)
      return
    case 'remove':
      if (!branch) return
      if (treeOf(repository, branch.commit).has(event.path)) branch.staging.set(event.path, undefined)
      else branch.staging.delete(event.path)
      return
    case 'reset':
      if (branch) reset(branch, event)
      return
    case 'commit':
      if (branch) addCommit(repository, branch, event)
      return
    case 'pull': {
      const at = repository.pulls.findIndex(({ id }) => id === event.pull.id)
      if (at === -1) repository.pulls.push(event.pull)
      else repository.pulls[at] = event.pull
      return
    }
    case 'run':
      repository.runs.unshift(event.run)
      return
  }
}

function newRepository(
  head: Pick<Repository, 'id' | 'storage_namespace' | 'default_branch' | 'read_only' | 'creation_date'>,
  first: Commit,
): Repository {
  const branches = new SortedMap<Branch>()
  branches.set(head.default_branch, {
    id: head.default_branch,
    commit: first.id,
    hidden: false,
    staging: new SortedMap(),
  })
  return {
    ...head,
    branches,
    tags: new SortedMap(),
    commits: new Map([[first.id, { commit: first, tree: new SortedMap<Entry>() }]]),
    rules: [],
    pulls: [],
    runs: [],
  }
}

function reset(branch: Branch, { path, prefix }: { path?: string; prefix?: string }): void {
  if (path !== undefined) branch.staging.delete(path)
  else if (prefix === undefined) branch.staging.clear()
  else for (const [key] of [...branch.staging.entries()]) if (key.startsWith(prefix)) branch.staging.delete(key)
}

function addCommit(
  repository: Repository,
  branch: Branch,
  { commit, changes, staged }: Extract<Event, { t: 'commit' }>,
): void {
  const tree = new SortedMap(treeOf(repository, branch.commit))
  for (const [path, entry] of changes ?? branch.staging.entries()) {
    if (entry) tree.set(path, entry)
    else tree.delete(path)
  }
  if (!changes) branch.staging.clear()
  else if (staged) {
    for (const [path, entry] of changes) {
      if (branch.staging.get(path)?.physical_address === entry?.physical_address) branch.staging.delete(path)
    }
  }
  repository.commits.set(commit.id, { commit, tree })
  branch.commit = commit.id
}

export function treeOf(repository: Repository, commit: string): SortedMap<Entry> {
  return repository.commits.get(commit)?.tree ?? new SortedMap<Entry>()
}
