import { IDBFactory } from 'fake-indexeddb'
import 'fake-indexeddb/auto'
import { beforeEach, describe, expect, it, vi } from 'vitest'
import { underWay } from '../testing/clock.ts'
import { md5, say } from '../testing/lake.ts'
import { otherTab } from '../testing/open-uploads.ts'
import { file } from '../testing/rig.ts'
import { STORED_DATABASE } from '../testing/stored-database.ts'
import { TestTabs } from '../testing/tabs.ts'
import { visits } from '../testing/visits.ts'
import { browserTabs } from '../transfer/tabs/tabs.ts'
import { lockUpload, unlockUpload } from '../versioned/open-uploads.ts'
import { type AtomicUploadRecord, type CommitRecord, type FileRecord, openRecords, type Records } from './database.ts'

const MIB = 2 ** 20
type StoreName = keyof typeof STORED_DATABASE.rows
const STORES: readonly StoreName[] = ['drops', 'files', 'handles', 'landings', 'parts']

/** Every field that a record of a file may have, once for each kind of record that is written. */
const FILE_FIELDS = {
  always:
    'branch contentType endpoint id lastModified metadata path phase prefix repository session size touched upload'.split(
      ' ',
    ),
  linked: ['checksum', 'physicalAddress'],
  stored: ['checksum', 'physicalAddress', 'since', 'stopped', 'verified'],
  sending: ['completing', 'partSize', 'physicalAddress', 'since', 'stopped', 'uploadId', 'verified'],
  abandoned: ['abandoned', 'partSize', 'physicalAddress', 'since', 'uploadId'],
}

function request<T>(one: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    one.onsuccess = () => resolve(one.result)
    one.onerror = () => reject(one.error)
  })
}

/** The database, opened by nothing of ours. @param version that of today where it is there already. */
async function openRaw(upgrade?: (db: IDBDatabase) => void, version?: number): Promise<IDBDatabase> {
  const opening = indexedDB.open(STORED_DATABASE.name, version)
  opening.onupgradeneeded = () => upgrade?.(opening.result)
  return await request(opening)
}

/** Puts the database of version 3 into an empty browser. */
async function restore(): Promise<void> {
  const db = await openRaw((fresh) => {
    for (const name of STORES) {
      const keyPath = STORED_DATABASE.keyPaths[name]
      fresh.createObjectStore(name, { keyPath: typeof keyPath === 'string' ? keyPath : [...keyPath] })
    }
  }, STORED_DATABASE.version)
  const writing = db.transaction([...STORES], 'readwrite')
  for (const name of STORES) for (const row of STORED_DATABASE.rows[name]) writing.objectStore(name).put(row)
  await new Promise<void>((resolve) => {
    writing.oncomplete = () => resolve()
  })
  db.close()
}

async function rowsOf<T>(name: StoreName): Promise<T[]> {
  const db = await openRaw()
  const rows = await request(db.transaction(name).objectStore(name).getAll())
  db.close()
  return rows as T[]
}

/** The real records, whose turns take no time of the test. */
async function opened(): Promise<Records> {
  const records = await underWay(openRecords())
  const calm =
    (work: (...args: never[]) => unknown) =>
    async (...args: never[]) =>
      await underWay(Promise.resolve(work(...args)))
  const entries = Object.entries(records).map(([name, work]) => [name, name === 'close' ? work : calm(work)])
  return Object.fromEntries(entries) as Records
}

beforeEach(() => {
  globalThis.indexedDB = new IDBFactory()
})

describe('what lies in the browsers of users', () => {
  it('is a database of this name, version and stores', async () => {
    const records = await openRecords()
    records.close()
    const known = await indexedDB.databases()
    expect(known).toEqual([{ name: 'lakefs-uploader', version: 5 }])
    const db = await openRaw()
    const keyPaths = [...db.objectStoreNames].map((name) => [name, db.transaction(name).objectStore(name).keyPath])
    db.close()
    expect(Object.fromEntries(keyPaths)).toEqual({
      ...STORED_DATABASE.keyPaths,
      uploads: 'id',
      arrivals: ['upload', 'index'],
      known: ['endpoint', 'repository', 'path'],
    })
  })

  it('has records of these fields', async () => {
    const { lake, clock, open, browser } = visits()
    const store = { open: opened, locks: browser.locks, endpoint: 'http://lakefs.test/api/v1' }
    const { engine } = open({}, store)
    const hanging = (given: { route: string; path: string }) =>
      (given.route === 'part' && given.path === '3') || given.route === 'abort'
    lake.twist = (given) => {
      if (hanging(given)) return 'hang'
      return given.route === 'link' && given.path === 'stored.csv' ? say(503, 'busy') : undefined
    }
    const names = ['linked.csv', 'stored.csv', 'big.bin', 'abandoned.bin']
    await clock.run(engine.add(names.map((name) => file(name, name.endsWith('.bin') ? 16 * MIB : undefined))))
    await clock.advance(2000)
    engine.cancel(engine.getSnapshot().files.find(({ path }) => path === 'abandoned.bin')?.id)
    await clock.advance(2000)
    const written = await rowsOf<FileRecord>('files')
    const fieldsOf = (row: object | undefined) => Object.keys(row ?? {}).sort()
    const expected = (kind: keyof typeof FILE_FIELDS) => [...FILE_FIELDS.always, ...FILE_FIELDS[kind]].sort()
    const byPath = (path: string) => fieldsOf(written.find((row) => row.path === path))
    expect(byPath('linked.csv')).toEqual(expected('linked'))
    expect(byPath('stored.csv')).toEqual(expected('stored'))
    expect(byPath('big.bin')).toEqual(expected('sending'))
    expect(byPath('abandoned.bin')).toEqual(expected('abandoned'))
    expect((await rowsOf<object>('parts')).map(fieldsOf)).toContainEqual(['etag', 'file', 'part'])
  })

  it('is read by the next visit, which goes on with all of it', async () => {
    await restore()
    const { lake, clock, open, browser } = visits()
    const store = { open: opened, locks: browser.locks, endpoint: 'http://lakefs.test/api/v1' }
    const big = file('big.bin', 16 * MIB)
    const bytes = new Uint8Array(await big.arrayBuffer())
    lake.put('linked.csv', 'hello lakeFS\n')
    const parts = new Map([1, 2].map((part) => [part, bytes.slice((part - 1) * 5 * MIB, part * 5 * MIB)]))
    lake.multiparts.set('u2', { address: 's3://bucket/data/1', parts })
    lake.multiparts.set('u3', { address: 's3://bucket/data/2', parts: new Map() })
    const { engine, upload } = open({ metadata: { by: 'test' } }, store)
    expect(await clock.run(engine.findUnfinished())).toMatchObject({
      files: [
        { path: 'stored.csv', stored: 13, needs: 'nothing', stopped: { type: 'waiting', reason: 'busy' } },
        { path: 'big.bin', stored: 10 * MIB, stopped: { type: 'interrupted' } },
      ],
      bytesLeft: 6 * MIB,
      landed: 1,
      deadline: 1_000_000_000_000 + 24 * 3_600_000,
    })
    await clock.run(engine.resumeUnfinished())
    expect(await upload([big])).toMatchObject({ uploaded: 1 })
    expect([lake.count('part'), lake.count('put'), lake.count('create')]).toEqual([2, 0, 0])
    expect(lake.objects.get('stored.csv')).toMatchObject({ physical_address: 's3://bucket/data/4', size_bytes: 13 })
    expect(md5(lake.stored.get('s3://bucket/data/1') ?? '')).toBe(md5(bytes))
    // What the visit before had no time to take back is gone.
    expect(lake.multiparts.size).toBe(0)
    await clock.advance(120_000)
    // The next look forgets what has landed, as nothing of that visit is left.
    await clock.run(open({}, store).engine.findUnfinished())
    expect(await rowsOf('files')).toEqual([])
  })

  it('has open uploads of their own branch, and the last commits, as they were', async () => {
    await restore()
    const records = await openRecords()
    const drops: AtomicUploadRecord[] = await records.atomicUploads()
    expect(drops).toEqual(STORED_DATABASE.rows.drops)
    const landing: CommitRecord | undefined = await records.lastCommit(STORED_DATABASE.rows.landings[0])
    expect(landing).toEqual(STORED_DATABASE.rows.landings[0])
    expect(await records.handle(STORED_DATABASE.rows.handles[0].id)).toMatchObject({ name: 'folder' })
    records.close()
  })
})

describe('what the tabs of one browser share', () => {
  it('is a lock of this name for each page that keeps records', async () => {
    const { browser, lake, clock, open } = visits()
    const { engine } = open()
    lake.twist = ({ route }) => (route === 'put' ? 'hang' : undefined)
    await clock.run(engine.add([file('a.csv')]))
    await clock.advance(500)
    expect([...browser.held].map((name) => name.replace(/[0-9a-z]+-[0-9a-z]+$/, '…'))).toEqual(['lakefs-uploader …'])
  })

  it('is a lock of this name for each path that is sent to, and the same name told once something is there', async () => {
    const tabs = new TestTabs()
    const { lake, clock, open } = visits(tabs.open())
    const { engine } = open({ prefix: 'raw/' })
    const name = 'lakefs-uploader path http://lakefs.test/api/v1\nlake\nmain\nraw/a.csv'
    let held: string[] = []
    lake.twist = ({ route }) => {
      if (route === 'put') held = [...tabs.held]
      return undefined
    }
    await clock.run(engine.add([file('a.csv')]))
    await clock.run(engine.finished())
    expect(held).toEqual([name])
    expect(tabs.told).toEqual([name])
  })

  it('is a channel of this name', () => {
    const names: string[] = []
    class Channel {
      constructor(name: string) {
        names.push(name)
      }
    }
    vi.stubGlobal('BroadcastChannel', Channel)
    vi.stubGlobal('navigator', { locks: {} })
    browserTabs()?.onMessage(() => {})
    vi.unstubAllGlobals()
    expect(names).toEqual(['lakefs-uploader'])
  })

  it('is a lock of this name for each upload with a branch of its own', async () => {
    const { locks, held } = otherTab()
    await lockUpload({ id: 'd1' }, { locks })
    expect([...held]).toEqual(['lakefs-uploader drop d1'])
    await unlockUpload({ id: 'd1' })
  })
})
