import { randomBytes } from 'node:crypto'
import { getRequestListener } from '@hono/node-server'
import { createApi } from './api/app.ts'
import { createControl, type OpenMultipart, openMultiparts, type StoredObject, storedObjects } from './control.ts'
import { Faults } from './faults.ts'
import { openJournal } from './journal.ts'
import { ADMIN, type Keys, keysOf } from './people.ts'
import { type RequestRecord, Requests } from './requests.ts'
import { apiRoute } from './routes.ts'
import { seed } from './seed.ts'
import { changeSettings, defaultSettings, type Settings } from './settings.ts'
import type { Identity, State } from './state.ts'
import { Blobs } from './store/blobs.ts'
import { type ExternalS3, externalS3 } from './store/external.ts'
import { openStores } from './store/open.ts'
import type { StoreName } from './store/store.ts'
import { openWire, type Wire } from './wire.ts'
import { firstStore, type Lake, type World } from './world.ts'

export type { OpenMultipart } from './control.ts'
export type { Fault, FaultRule } from './faults.ts'
export type { RequestRecord } from './requests.ts'
export type { Settings } from './settings.ts'
export type { ExternalS3 } from './store/external.ts'
export type { StoreName } from './store/store.ts'

export interface SandboxOptions {
  /** Folder of all state; created if missing. */
  dir: string
  /** Port of the API. Default: any free port. */
  port?: number
  /** Port of the store. Default: any free port. */
  storePort?: number
  /** Deletes the state of the folder first. Default false. */
  clear?: boolean
  /** Kind of the store. Default `s3`. */
  store?: StoreName
  /**
   * Kinds of several stores by their ids, in place of `store`, as in lakeFS Enterprise. The sample repositories are on
   * the first one, and each other store has one of its own: `demo-b`.
   */
  stores?: Readonly<Record<string, StoreName>>
  /** Seconds until a session expires. Default 7 days. */
  sessionSeconds?: number
  /** Seconds until a presigned URL expires. Default 15 minutes. */
  urlSeconds?: number
  /** Origins that the CORS rule of the store allows. Default `*`. */
  allowedOrigins?: readonly string[] | '*'
  /** Settings that differ from the defaults, as of another configuration or an older server; see {@link Settings}. */
  settings?: Partial<Settings>
  /**
   * S3 server that stores the bytes in place of the sandbox. Default: the one that `S3_ENDPOINT`, `S3_ACCESS_KEY_ID`,
   * `S3_SECRET_ACCESS_KEY`, `S3_BUCKET` and `S3_REGION` name; null: none.
   */
  external?: ExternalS3 | null
  /** Program of versitygw, an S3 server that nobody here wrote. It stores the bytes behind `s3` in place of the sandbox. */
  versitygw?: string | undefined
  /** Creates the sample repositories. Default true. */
  seeded?: boolean
  /** Returns ms since 1970, for tests. Default Date.now. */
  now?: () => number
}

export interface Sandbox {
  /** Origin of the API, which is at `${apiUrl}/api/v1`. */
  readonly apiUrl: string
  readonly storeUrl: string
  /** Keys of the admin. */
  readonly keys: Keys
  /** Returns the keys of a user that the policies name (settings.ts). */
  keysOf(user: string): Keys
  readonly faults: Faults
  /** May be changed at any time. */
  readonly settings: Settings
  /** Received requests, oldest first. */
  requests(side?: 'api' | 'store'): readonly RequestRecord[]
  /** Number of received requests by route. */
  counters(): Readonly<Record<string, number>>
  multiparts(): OpenMultipart[]
  /** Branches with a running commit, as `repository/branch`. */
  commitsUnderWay(): string[]
  /** All objects of the store, with the MD5 of their bytes. */
  objects(): Promise<StoredObject[]>
  /** Expires all sessions. */
  expireSessions(): void
  clearRequests(): void
  close(): Promise<void>
}

/** Starts a subset of lakeFS and its store, both on loopback. */
export async function startSandbox(options: SandboxOptions): Promise<Sandbox> {
  const journal = openJournal(options.dir, options.clear ?? false)
  const now = options.now ?? Date.now
  const settings = defaultSettings()
  changeSettings(settings, {
    ...(options.sessionSeconds === undefined ? {} : { sessionSeconds: options.sessionSeconds }),
    ...(options.urlSeconds === undefined ? {} : { urlSeconds: options.urlSeconds }),
    ...options.settings,
  })
  const identity = journal.state.identity ?? newIdentity(now())
  if (!journal.state.identity) journal.record({ t: 'identity', identity })
  const world: World = {
    state: journal.state,
    record: journal.record,
    journal,
    identity,
    settings,
    faults: new Faults(),
    requests: new Requests(),
    blobs: new Blobs(options.dir),
    now,
    allowedOrigins: options.allowedOrigins ?? '*',
    sessionsFrom: 0,
  }
  world.blobs.sweep(filesOf(journal.state))
  const { stores, close: closeStores } = await openStores(world, options.stores ?? { '': options.store ?? 's3' }, {
    dir: options.dir,
    port: options.storePort ?? 0,
    versitygw: options.versitygw,
    external: options.external === undefined ? externalS3(process.env) : (options.external ?? undefined),
  })
  const lake: Lake = Object.assign(world, {
    stores,
    linked: new Set<string>(),
    commits: new Map(),
    rulesSeen: new Map(),
  })
  let wire: Wire
  try {
    if (options.seeded ?? true) await seed(lake)
    wire = await openApi(lake, options.port ?? 0)
  } catch (cause) {
    await closeStores()
    throw cause
  }
  return {
    apiUrl: wire.url,
    storeUrl: firstStore(lake).url,
    keys: keysOf(lake, ADMIN),
    keysOf: (user) => keysOf(lake, user),
    faults: lake.faults,
    settings,
    requests: (side) => lake.requests.list(side),
    counters: () => lake.requests.counters(),
    multiparts: () => openMultiparts(lake),
    commitsUnderWay: () => [...lake.commits.keys()],
    objects: () => storedObjects(lake),
    expireSessions() {
      lake.sessionsFrom = now() + 1
    },
    clearRequests: () => lake.requests.clear(),
    async close() {
      await wire.close()
      await closeStores()
      await journal.close()
    },
  }
}

function openApi(lake: Lake, port: number): Promise<Wire> {
  const options = { overrideGlobalObjects: false }
  const api = getRequestListener(createApi(lake).fetch, options)
  const control = getRequestListener(createControl(lake).fetch, options)
  return openWire({
    side: 'api',
    route: apiRoute,
    handler: (request, response) =>
      (request.url ?? '').startsWith('/_sandbox') ? control(request, response) : api(request, response),
    headers: () => ({}),
    faults: lake.faults,
    requests: lake.requests,
    port,
  })
}

function newIdentity(now: number): Identity {
  return {
    accessKeyId: `AKIA${randomBytes(10).toString('hex').toUpperCase().slice(0, 16)}`,
    secretAccessKey: randomBytes(30).toString('base64url'),
    secret: randomBytes(32).toString('hex'),
    created: Math.floor(now / 1000),
  }
}

function filesOf({ objects, uploads }: State): Set<string> {
  const names = new Set<string>()
  for (const { files } of objects.values()) for (const { name } of files) names.add(name)
  for (const { parts } of uploads.values())
    for (const { files } of parts.values()) for (const { name } of files) names.add(name)
  return names
}
