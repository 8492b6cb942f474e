import { expect, it } from 'vitest'
import { storageOf, UNKNOWN_STORAGE } from './storage-config.ts'
import type { ServerConfig, StorageConfig } from './wire.ts'

const s3 = { blockstore_id: 'a', blockstore_type: 's3', pre_sign_support: true, pre_sign_multipart_upload: true }
const azure = { blockstore_id: 'b', blockstore_type: 'azure', pre_sign_support: true }
const single = { blockstore_type: 'local', pre_sign_support: false }
/** Settings of a store as a server may send them, whatever the types say. */
const oddly = (storage: object) => storage as StorageConfig

it.each<[name: string, config: ServerConfig, storageId: string | undefined, found: StorageConfig | undefined]>([
  ['the only store', { storage_config: single }, '', single],
  ['the only store, of a server that names none', { storage_config: single }, undefined, single],
  ['the only store beside an empty list', { storage_config: single, storage_config_list: [] }, '', single],
  ['the only store beside a list that is null', { storage_config: single, storage_config_list: null }, '', single],
  ['the only store of a list', { storage_config_list: [azure] }, '', azure],
  ['the store that is named', { storage_config_list: [s3, azure] }, 'b', azure],
  ['the store that is named, not the first one', { storage_config: s3, storage_config_list: [s3, azure] }, 'b', azure],
  [
    'the store that is named, where the list leaves it out',
    { storage_config: s3, storage_config_list: [azure] },
    'a',
    s3,
  ],
  ['the only store, though the repository names one', { storage_config: single, storage_config_list: [] }, 'a', single],
  ['no store for an unknown id', { storage_config_list: [s3, azure] }, 'c', undefined],
  [
    'no store for an unknown id beside a first one',
    { storage_config: single, storage_config_list: [s3] },
    'c',
    undefined,
  ],
  ['no store for an unknown id beside a named one', { storage_config: s3 }, 'c', undefined],
  ['no store where none is described', { storage_config_list: [] }, '', undefined],
  ['no store where none is described at all', { version_config: {} }, 'a', undefined],
  ['no store among several for a repository that names none', { storage_config_list: [s3, azure] }, '', undefined],
  [
    'the first store for a repository that names none',
    { storage_config: s3, storage_config_list: [s3, azure] },
    '',
    s3,
  ],
  [
    'the store that is marked for repositories that name none',
    { storage_config_list: [s3, { ...azure, backward_compatible: true }] },
    '',
    { ...azure, backward_compatible: true },
  ],
  [
    'the only described store beside an empty description',
    { storage_config: oddly({}), storage_config_list: [azure] },
    '',
    azure,
  ],
  ['the store between entries that are none', { storage_config_list: [null, 'b', azure] as never }, 'b', azure],
])('finds %s', (_, config, storage_id, found) => {
  expect(storageOf(config, storage_id === undefined ? {} : { storage_id })).toEqual(found)
})

it('finds the store of a repository that may not be read where there is one store, and else relies on lakeFS', () => {
  expect(storageOf({ storage_config: s3, storage_config_list: [] }, undefined)).toEqual(s3)
  expect(storageOf({ storage_config: s3, storage_config_list: [s3] }, undefined)).toEqual(s3)
  expect(storageOf({ storage_config_list: [s3, azure] }, undefined)).toBe(UNKNOWN_STORAGE)
})

it.each(['minio', 'S3', '', undefined])('sends no presigned request to a store of the unknown kind %s', (type) => {
  const odd = oddly({ ...s3, blockstore_type: type })
  expect(storageOf({ storage_config_list: [odd, azure] }, { storage_id: 'a' })).toMatchObject({
    pre_sign_support: false,
  })
  expect(storageOf({ storage_config: odd }, {})).toMatchObject({ pre_sign_support: false })
})
