import type { Repository, ServerConfig, StorageConfig } from './wire.ts'

/** Kinds of store whose uploads this client knows (docs/lakefs-contract.md, "Server and store"). */
const KNOWN_TYPES: ReadonlySet<string> = new Set(['s3', 'azure', 'gs', 'local', 'mem', 'transient'])

/**
 * Settings for a store of which nothing is known. A store may want headers that only its own kind has, but every store
 * takes files through lakeFS.
 */
export const UNKNOWN_STORAGE: StorageConfig = { blockstore_type: 'unknown', pre_sign_support: false }

/**
 * Returns the settings of the store of a repository, as lakeFS's own page chooses them: a lakeFS can have several
 * stores, and `storage_id` of a repository names its own. Repositories from before a second store was added name none;
 * theirs is marked as backward compatible. A store of a kind that nobody here knows is settled as one that cannot
 * presign.
 * @param repository undefined when the user may not read it. Where stores differ, its files then go through lakeFS.
 * @returns undefined when lakeFS describes no store, or not that of the repository.
 */
export function storageOf(
  config: ServerConfig,
  repository: Pick<Repository, 'storage_id'> | undefined,
): StorageConfig | undefined {
  const single = isStorage(config.storage_config) ? config.storage_config : undefined
  const list = Array.isArray(config.storage_config_list) ? config.storage_config_list.filter(isStorage) : []
  const known = single ? [...list, single] : list
  if (!repository && new Set(known.map(idOf)).size > 1) return UNKNOWN_STORAGE
  const id = repository?.storage_id ?? ''
  const found = id === '' || !repository ? unnamed(list, single) : named(id, list, single)
  if (!found) return undefined
  return KNOWN_TYPES.has(found.blockstore_type) ? found : { ...found, pre_sign_support: false }
}

function named(id: string, list: readonly StorageConfig[], single: StorageConfig | undefined) {
  const found = list.find((one) => idOf(one) === id)
  if (found) return found
  // Servers with one store need not say its id.
  const isOnly = list.length === 0 && single !== undefined && idOf(single) === ''
  return single && (isOnly || idOf(single) === id) ? single : undefined
}

function unnamed(list: readonly StorageConfig[], single: StorageConfig | undefined) {
  const marked = list.find((one) => idOf(one) === '') ?? list.find((one) => one.backward_compatible === true)
  if (marked ?? single?.blockstore_type) return marked ?? single
  return list.length === 1 ? list[0] : single
}

const idOf = ({ blockstore_id }: StorageConfig): string => blockstore_id ?? ''

function isStorage(value: unknown): value is StorageConfig {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
