import type { AtomicUploadRecord, CommitRecord, FileRecord, HandleRecord, PartRecord } from '../resume/database.ts'

const SESSION = 'lakefs-uploader cre61x2k-4qy7d0fa'
const shared = {
  session: SESSION,
  endpoint: 'http://lakefs.test/api/v1',
  repository: 'lake',
  branch: 'main',
  prefix: '',
  lastModified: 1_700_000_000_000,
  metadata: { by: 'test' },
  touched: 1_000_000_000_200,
}

const files = [
  {
    ...shared,
    id: `${SESSION} 1`,
    path: 'linked.csv',
    size: 13,
    contentType: 'text/csv',
    phase: 'linked',
    checksum: '7f570162e13f43c76dcb12d84627f237',
    physicalAddress: 's3://bucket/data/3',
  },
  {
    ...shared,
    id: `${SESSION} 2`,
    path: 'stored.csv',
    size: 13,
    contentType: 'text/csv',
    phase: 'stored',
    checksum: '7f570162e13f43c76dcb12d84627f237',
    physicalAddress: 's3://bucket/data/4',
    since: 1_000_000_000_000,
    stopped: { type: 'waiting', reason: 'busy' },
    verified: true,
  },
  {
    ...shared,
    id: `${SESSION} 3`,
    path: 'big.bin',
    size: 16_777_216,
    contentType: 'application/octet-stream',
    phase: 'sending',
    physicalAddress: 's3://bucket/data/1',
    uploadId: 'u2',
    partSize: 5_242_880,
    since: 1_000_000_000_000,
    stopped: { type: 'interrupted' },
    completing: false,
    verified: true,
    source: { handle: `${SESSION} 4`, inside: ['big.bin'] },
  },
  {
    ...shared,
    id: `${SESSION} 5`,
    path: 'abandoned.bin',
    size: 16_777_216,
    contentType: 'application/octet-stream',
    phase: 'sending',
    physicalAddress: 's3://bucket/data/2',
    uploadId: 'u3',
    partSize: 5_242_880,
    since: 1_000_000_000_000,
    abandoned: true,
  },
] as const satisfies readonly FileRecord[]

const parts = [
  { file: `${SESSION} 3`, part: 1, etag: '4c28640dc8df1933aaea192100d50ae0' },
  { file: `${SESSION} 3`, part: 2, etag: 'e264fa295ef081d5ad9bfaa7e5e130b6' },
] as const satisfies readonly PartRecord[]

const handles = [
  { id: `${SESSION} 4`, session: SESSION, handle: { kind: 'directory', name: 'folder' } as FileSystemHandle },
] as const satisfies readonly HandleRecord[]

const drops = [
  {
    id: 'lakefs-uploader-d1',
    endpoint: shared.endpoint,
    repository: 'lake',
    branch: 'upload-1',
    target: 'main',
    base: 'c1',
    state: 'open',
    touched: shared.touched,
  },
] as const satisfies readonly AtomicUploadRecord[]

const landings = [
  { endpoint: shared.endpoint, repository: 'lake', branch: 'main', commit: 'c2', merge: true, when: shared.touched },
] as const satisfies readonly CommitRecord[]

/**
 * Database, version 3, as it is stored in browsers of users. It is never edited: later versions may write other
 * records, but have to read these.
 */
export const STORED_DATABASE = {
  name: 'lakefs-uploader',
  version: 3,
  keyPaths: {
    drops: 'id',
    files: 'id',
    handles: 'id',
    landings: ['endpoint', 'repository', 'branch'],
    parts: ['file', 'part'],
  },
  rows: { drops, files, handles, landings, parts },
} as const
