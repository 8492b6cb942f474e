import { newCommit } from './api/changes.ts'
import { repositoryOf } from './api/find.ts'
import { createRepository } from './api/repositories.ts'
import { newId } from './ids.ts'
import { ADMIN } from './people.ts'
import { type Lake, storeOf } from './world.ts'

const SAMPLES: [path: string, type: string, text: string][] = [
  ['README.md', 'text/markdown', '# demo\n\nA repository to try uploads on. `production` is protected.\n'],
  ['raw/stations.csv', 'text/csv', 'station,lat,lon\nA1,52.52,13.40\nB7,48.14,11.58\n'],
  ['raw/labels/classes.json', 'application/json', '["cat","dog","other"]\n'],
]

/**
 * Creates the sample repositories of a new sandbox: `demo` with a protected branch, and `archive`, which is read-only.
 * Each store after the first has a repository named after it: `demo-b`.
 */
export async function seed(lake: Lake): Promise<void> {
  if (lake.state.repositories.size > 0) return
  await fill(lake, 'demo')
  const demo = repositoryOf(lake, 'demo')
  const main = demo.branches.get('main')
  if (main) lake.record({ t: 'branch', repository: 'demo', id: 'production', commit: main.commit, hidden: false })
  lake.record({ t: 'rules', repository: 'demo', rules: [{ pattern: 'production' }] })
  await fill(lake, 'archive', { read_only: true })
  for (const storage_id of [...lake.stores.keys()].slice(1)) await fill(lake, `demo-${storage_id}`, { storage_id })
}

async function fill(
  lake: Lake,
  id: string,
  { read_only = false, storage_id = [...lake.stores.keys()][0] ?? '' } = {},
): Promise<void> {
  const store = storeOf(lake, { storage_id })
  const storage = { storage_namespace: store.namespace(id), ...(storage_id ? { storage_id } : {}) }
  createRepository(lake, { id, ...storage, default_branch: 'main', read_only })
  const repository = repositoryOf(lake, id)
  const branch = repository.branches.get('main')
  if (!branch) return
  for (const [path, contentType, text] of SAMPLES) {
    const physical_address = `${repository.storage_namespace}/data/sandbox/${newId(lake.now())}`
    const { checksum, size } = await store.put(physical_address, { stream: bytes(text), contentType })
    lake.record({
      t: 'stage',
      repository: id,
      branch: 'main',
      entry: {
        path,
        physical_address,
        checksum,
        size_bytes: size,
        mtime: Math.floor(lake.now() / 1000),
        metadata: {},
        content_type: contentType,
      },
    })
  }
  const commit = newCommit(lake, repository, branch, { message: 'Add sample objects', committer: ADMIN })
  lake.record({ t: 'commit', repository: id, branch: 'main', commit })
}

async function* bytes(text: string): AsyncGenerator<Uint8Array> {
  yield Buffer.from(text)
}
