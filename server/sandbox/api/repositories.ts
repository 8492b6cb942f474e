import type { Hono } from 'hono'
import { hashId } from '../ids.ts'
import { ADMIN } from '../people.ts'
import type { Settings } from '../settings.ts'
import type { Commit, Repository } from '../state.ts'
import type { BlockStore } from '../store/store.ts'
import { type Lake, seconds } from '../world.ts'
import { branchOf, repositoryOf, viewOf } from './find.ts'
import { answer, pageById } from './paging.ts'
import { type ApiEnv, flag, notFound, Refusal } from './refusal.ts'
import { bodyOf } from './schemas.ts'

type App = Hono<ApiEnv>

export function addRepositories(app: App, lake: Lake): void {
  app.get('/api/v1/config', (c) => c.json(config(lake)))

  app.get('/api/v1/repositories', (c) => {
    const { items, more } = pageById(c, lake.state.repositories.entries())
    return c.json(
      answer(
        items.map(([, repository]) => show(repository)),
        more,
        ({ id }) => id,
      ),
    )
  })

  app.post('/api/v1/repositories', async (c) => {
    const given = await bodyOf<{
      name: string
      storage_namespace: string
      storage_id?: string
      default_branch?: string
      read_only?: boolean
    }>(c)
    const pattern = '^[a-z0-9][a-z0-9-]{2,62}$'
    if (!new RegExp(pattern).test(given.name)) {
      throw new Refusal(
        400,
        `request body has an error: doesn't match schema #/components/schemas/RepositoryCreation: Error at "/name": string doesn't match the regular expression "${pattern}"\nSchema:\n  {\n    "pattern": "${pattern}",\n    "type": "string"\n  }\n\nValue:\n  "${given.name}"\n`,
      )
    }
    const storage_id = given.storage_id || [...lake.stores.keys()][0]
    const store = lake.stores.get(storage_id ?? '')
    if (!store) throw new Refusal(400, `invalid storage ID: ${storage_id}`)
    const { namespacePattern } = store.facts
    if (!new RegExp(namespacePattern).test(given.storage_namespace)) {
      throw new Refusal(400, `failed to match required regex ${namespacePattern}: invalid namespace`)
    }
    if (lake.state.repositories.has(given.name)) throw new Refusal(409, 'error creating repository: not unique')
    if (!(await store.reaches(given.storage_namespace))) {
      throw new Refusal(400, 'failed to create repository: failed to access storage')
    }
    createRepository(lake, {
      id: given.name,
      storage_namespace: given.storage_namespace,
      ...(storage_id ? { storage_id } : {}),
      default_branch: given.default_branch || 'main',
      read_only: given.read_only ?? false,
    })
    return c.json(show(repositoryOf(lake, given.name)), 201)
  })

  app.get('/api/v1/repositories/:repository', (c) => c.json(show(repositoryOf(lake, c.req.param('repository')))))

  app.delete('/api/v1/repositories/:repository', (c) => {
    const { id, read_only } = repositoryOf(lake, c.req.param('repository'))
    if (read_only && !flag(c, 'force')) throw new Refusal(403, 'read-only repository')
    // As in lakeFS, its objects stay in the store.
    lake.record({ t: 'repository-gone', id })
    return c.body(null, 204)
  })

  app.get('/api/v1/repositories/:repository/settings/branch_protection', (c) => {
    const { rules } = repositoryOf(lake, c.req.param('repository'))
    c.header('ETag', hashId(rules))
    return c.json(rules)
  })

  app.put('/api/v1/repositories/:repository/settings/branch_protection', async (c) => {
    const repository = repositoryOf(lake, c.req.param('repository'))
    const rules: unknown = await c.req.json()
    const good = Array.isArray(rules) && rules.every((rule) => typeof rule?.pattern === 'string')
    if (!good) throw new Refusal(400, 'request body has an error: value must be an array of rules')
    lake.record({ t: 'rules', repository: repository.id, rules: rules as { pattern: string }[] })
    return c.body(null, 204)
  })

  app.get('/api/v1/repositories/:repository/tags', (c) => {
    const repository = repositoryOf(lake, c.req.param('repository'))
    const { items, more } = pageById(c, repository.tags.entries())
    return c.json(
      answer(
        items.map(([id, commit_id]) => ({ commit_id, id })),
        more,
        ({ id }) => id,
      ),
    )
  })

  app.post('/api/v1/repositories/:repository/tags', async (c) => {
    const repository = repositoryOf(lake, c.req.param('repository'))
    const { id, ref } = await bodyOf<{ id: string; ref: string }>(c)
    if (repository.tags.has(id)) throw new Refusal(409, 'tag already exists: not unique')
    const { commit } = viewOf(repository, ref)
    lake.record({ t: 'tag', repository: repository.id, id, commit: commit.id })
    return c.json({ commit_id: commit.id, id }, 201)
  })

  app.get('/api/v1/repositories/:repository/tags/:tag', (c) => {
    const id = c.req.param('tag')
    const commit_id = repositoryOf(lake, c.req.param('repository')).tags.get(id)
    if (!commit_id) throw notFound('tag')
    return c.json({ commit_id, id })
  })

  app.delete('/api/v1/repositories/:repository/tags/:tag', (c) => {
    const repository = repositoryOf(lake, c.req.param('repository'))
    const id = c.req.param('tag')
    if (!repository.tags.has(id)) throw notFound('tag')
    lake.record({ t: 'tag-gone', repository: repository.id, id })
    return c.body(null, 204)
  })

  app.get('/api/v1/repositories/:repository/branches', (c) => {
    const repository = repositoryOf(lake, c.req.param('repository'))
    const shown = [...repository.branches.entries()].filter(
      ([, { hidden }]) => !hidden || c.req.query('show_hidden') === 'true',
    )
    const { items, more } = pageById(c, shown)
    return c.json(
      answer(
        items.map(([id, { commit }]) => ({ commit_id: commit, id })),
        more,
        ({ id }) => id,
      ),
    )
  })

  app.post('/api/v1/repositories/:repository/branches', async (c) => {
    const repository = repositoryOf(lake, c.req.param('repository'))
    const given = await bodyOf<{ name: string; source: string; hidden?: boolean }>(c)
    if (repository.read_only) throw new Refusal(403, 'read-only repository')
    if (!/^\w[-\w/.]*$/.test(given.name)) throw new Refusal(400, 'argument branch: invalid value: validation error')
    if (repository.branches.has(given.name)) throw new Refusal(409, 'branch already exists: not unique')
    if (repository.tags.has(given.name)) throw new Refusal(409, 'tag ID already exists: not unique')
    const { commit } = viewOf(repository, given.source)
    lake.record({
      t: 'branch',
      repository: repository.id,
      id: given.name,
      commit: commit.id,
      hidden: given.hidden ?? false,
    })
    return c.body(commit.id, 201, { 'Content-Type': 'text/plain; charset=utf-8' })
  })

  app.get('/api/v1/repositories/:repository/branches/:branch', (c) => {
    const { id, commit } = branchOf(repositoryOf(lake, c.req.param('repository')), c.req.param('branch'))
    return c.json({ commit_id: commit, id })
  })

  app.delete('/api/v1/repositories/:repository/branches/:branch', (c) => {
    const repository = repositoryOf(lake, c.req.param('repository'))
    const { id } = branchOf(repository, c.req.param('branch'))
    if (repository.read_only) throw new Refusal(403, 'read-only repository')
    if (id === repository.default_branch) throw new Refusal(403, 'cannot delete repository default branch')
    lake.record({ t: 'branch-gone', repository: repository.id, id })
    return c.body(null, 204)
  })
}

export function createRepository(
  lake: Lake,
  head: Pick<Repository, 'id' | 'storage_namespace' | 'storage_id' | 'default_branch' | 'read_only'>,
): void {
  const creation_date = seconds(lake)
  const first: Commit = {
    id: hashId('first', head.id, lake.now()),
    parents: [],
    committer: ADMIN,
    message: 'Repository created',
    creation_date,
    meta_range_id: '',
    metadata: {},
    generation: 1,
    version: 1,
  }
  lake.record({ t: 'repository', repository: { ...head, creation_date }, first })
}

function show({ creation_date, default_branch, id, read_only, storage_id = '', storage_namespace }: Repository) {
  return { creation_date, default_branch, id, read_only, storage_id, storage_namespace }
}

/** Answer to GET /config. With several stores it lists them, and there is no first one. */
function config({ stores, settings }: Lake) {
  const described = [...stores].map(([id, store]) => storageConfig(id, store, settings))
  const several = described.length > 1
  return {
    capabilities_config: {},
    ...(several ? {} : { storage_config: described[0] }),
    storage_config_list: several ? described : [],
    ui_config: {},
    version_config: { version: 'dev', version_context: 'lakeFS' },
  }
}

function storageConfig(id: string, { facts }: BlockStore, settings: Settings) {
  const presigns = facts.presigns && settings.presign
  return {
    blockstore_description: '',
    blockstore_id: id,
    blockstore_namespace_ValidityRegex: facts.namespacePattern,
    blockstore_namespace_example: facts.namespaceExample,
    blockstore_type: facts.type,
    default_namespace_prefix: facts.namespacePrefix,
    import_support: facts.imports,
    import_validity_regex: facts.namespacePattern,
    pre_sign_multipart_upload: presigns && facts.multipart && settings.multipart,
    pre_sign_support: presigns,
    pre_sign_support_ui: presigns && settings.presignUi,
  }
}
