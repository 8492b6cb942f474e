import { randomBytes } from 'node:crypto'
import { getRequestListener } from '@hono/node-server'
import { createApi } from './api/app.ts'
import { createControl, type OpenMultipart, openMultiparts, type StoredObject, storedObjects } from './control.ts'
import { Faults } from './faults.ts'
import { openJournal } from './journal.ts'
import { type RequestRecord, Requests } from './requests.ts'
import { apiRoute } from './routes.ts'
import { seed } from './seed.ts'
import { changeSettings, defaultSettings, type Settings } from './settings.ts'
import type { Identity, State } from './state.ts'
import { Blobs } from './store/blobs.ts'
import { type ExternalS3, externalS3 } from './store/external.ts'
import { openStore } from './store/open.ts'
import type { StoreName } from './store/store.ts'
import { openWire, type Wire } from './wire.ts'
import type { Lake, World } from './world.ts'

export type { OpenMultipart } from './control.ts'
export type { Fault, FaultRule } from './faults.ts'
export type { RequestRecord } from './requests.ts'
export type { Settings } from './settings.ts'
export type { ExternalS3 } from './store/external.ts'
export type { StoreName } from './store/store.ts'

export interface SandboxOptions {
  /** Folder that keeps everything; made where it is missing. */
  dir: string
  /** Port of the API. Default: any free one. */
  port?: number
  /** Port of the store. Default: any free one. */
  storePort?: number
  /** Begin anew: what the folder keeps is thrown away. Default false. */
  clear?: boolean
  /** Default `s3`. */
  store?: StoreName
  /** Life of a session. Default 7 days. */
  sessionSeconds?: number
  /** Life of a presigned URL. Default 15 minutes. */
  urlSeconds?: number
  /** Origins of the store's CORS rule. Default `*`. */
  allowedOrigins?: readonly string[] | '*'
  /** What a deployer or an older server would have otherwise; see {@link Settings}. */
  settings?: Partial<Settings>
  /**
   * An S3 server to sign for in place of the sandbox's own wire. Default: the one `S3_ENDPOINT`, `S3_ACCESS_KEY_ID`,
   * `S3_SECRET_ACCESS_KEY`, `S3_BUCKET` and `S3_REGION` name; null: none.
   */
  external?: ExternalS3 | null
  /** Start with the sample repositories. Default true. */
  seeded?: boolean
  /** Ms since 1970. Default Date.now. For tests. */
  now?: () => number
}

export interface Sandbox {
  /** Origin of the API: `${apiUrl}/api/v1`. */
  readonly apiUrl: string
  readonly storeUrl: string
  readonly keys: { accessKeyId: string; secretAccessKey: string }
  readonly faults: Faults
  /** Can be changed while it runs. */
  readonly settings: Settings
  /** Requests that came, oldest first. */
  requests(side?: 'api' | 'store'): readonly RequestRecord[]
  /** How many requests of each route came. */
  counters(): Readonly<Record<string, number>>
  multiparts(): OpenMultipart[]
  /** Branches with a commit under way, as `repository/branch`. */
  commitsUnderWay(): string[]
  /** Every object of the store, with the MD5 of its bytes. */
  objects(): Promise<StoredObject[]>
  /** Ends every session given so far. */
  expireSessions(): void
  clearRequests(): void
  close(): Promise<void>
}

/** Starts a lakeFS subset and the store it keeps its bytes in, both on loopback. */
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
  const { store, close: closeStore } = await openStore(world, {
    dir: options.dir,
    store: options.store ?? 's3',
    port: options.storePort ?? 0,
    external: options.external === undefined ? externalS3(process.env) : (options.external ?? undefined),
  })
  const lake: Lake = Object.assign(world, {
    store,
    linked: new Set<string>(),
    commits: new Map(),
    rulesSeen: new Map(),
  })
  let wire: Wire
  try {
    if (options.seeded ?? true) await seed(lake)
    wire = await openApi(lake, options.port ?? 0)
  } catch (cause) {
    await closeStore()
    throw cause
  }
  const { accessKeyId, secretAccessKey } = identity
  return {
    apiUrl: wire.url,
    storeUrl: store.url,
    keys: { accessKeyId, secretAccessKey },
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
      await closeStore()
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
