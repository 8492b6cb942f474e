import type { Hono } from 'hono'
import { newId, openAddress, signAddress } from '../ids.ts'
import type { Entry, Repository } from '../state.ts'
import type { BlockStore } from '../store/store.ts'
import { faultOf } from '../wire.ts'
import { type Lake, seconds, storeOf } from '../world.ts'
import { checkPath, entryOf, repositoryOf, viewOf, writableBranch } from './find.ts'
import { type ApiEnv, type Call, flag, parameter, Refusal } from './refusal.ts'
import { bodyOf } from './schemas.ts'

type App = Hono<ApiEnv>

export interface Target {
  repository: string
  branch: string
  path: string
}

export interface Location {
  physical_address: string
  presigned_url?: string | null
  presigned_url_expiry?: number
  token?: string
}

export function targetOf(c: Call): Target {
  return {
    repository: c.req.param('repository') ?? '',
    branch: c.req.param('branch') ?? '',
    path: parameter(c, 'path'),
  }
}

/** Creates an address for one path of one branch. */
export function newAddress(lake: Lake, repository: Repository, at: Target): string {
  const address = `${repository.storage_namespace}/data/sandbox/${newId(lake.now())}`
  return signAddress(lake.identity.secret, at, address)
}

async function locate(lake: Lake, at: Target, presign: boolean): Promise<Location> {
  const repository = repositoryOf(lake, at.repository)
  const store = storeOf(lake, repository)
  if (presign) requirePresign(lake, store)
  const physical_address = newAddress(lake, repository, at)
  const token = lake.settings.token ? { token: newId(lake.now()) } : {}
  if (!presign) return { physical_address, presigned_url: null, ...token }
  const { urlSeconds } = lake.settings
  const now = lake.now()
  return {
    physical_address,
    presigned_url: await store.presign(physical_address, { method: 'PUT', seconds: urlSeconds, now }),
    presigned_url_expiry: Math.floor(now / 1000) + urlSeconds,
    ...token,
  }
}

const NO_KEY = 'storage: unable to detect default GoogleAccessID: no credentials to sign with'

export function requirePresign(lake: Lake, { facts }: BlockStore, status = 500): void {
  if (!facts.presigns) throw new Refusal(status, 'local adapter presigned URL: operation not supported')
  if (!lake.settings.presign) throw new Refusal(status, 'operation not supported')
  if (!lake.settings.signingKey) throw new Refusal(status, NO_KEY)
}

/** True for `If-None-Match: *`, the only condition of the open-source server. */
export function absentOnly(c: Call): boolean {
  const none = c.req.header('If-None-Match')
  if (c.req.header('If-Match') !== undefined || (none !== undefined && none !== '*'))
    throw new Refusal(501, 'Not Implemented')
  return none === '*'
}

/** Answers 409 when a fault says that the address collided with a commit. The body has another address, or an error. */
export async function collide(c: Call, lake: Lake, at: Target): Promise<void> {
  const fault = faultOf(c.env.incoming)
  if (fault?.kind !== 'conflict') return
  if (fault.hint === 'error') throw new Refusal(409, 'address was not found or already used: conflict')
  const location = await locate(lake, at, fault.hint === 'location')
  throw new Refusal(409, 'conflict', location)
}

/**
 * Stages an entry on a branch.
 * @param taken message of the 412 when `absent` is requested and the path exists.
 */
export function stage(c: Call, lake: Lake, at: Target, entry: Entry, absent: boolean, taken: string): void {
  checkPath(at.path)
  const repository = repositoryOf(lake, at.repository)
  writableBranch(lake, repository, at.branch)
  if (absent && entryOf(viewOf(repository, at.branch), at.path)) throw new Refusal(412, taken)
  const fault = faultOf(c.env.incoming)
  if (fault?.kind === 'unwritten') return
  if (fault?.kind === 'precondition' && fault.entry === 'gone') throw new Refusal(412, taken)
  lake.record({ t: 'stage', repository: at.repository, branch: at.branch, entry })
  const running = lake.commits.get(commitKey(at))
  if (!absent) running?.raced.delete(at.path)
  else running?.raced.set(at.path, entry.physical_address)
  if (fault?.kind === 'precondition' || (absent && running)) throw new Refusal(412, taken)
}

/** Key of a branch in the map of running commits. */
export function commitKey({ repository, branch }: Pick<Target, 'repository' | 'branch'>): string {
  return `${repository}/${branch}`
}

interface Metadata {
  staging: Location
  checksum: string
  size_bytes: number
  content_type?: string
  user_metadata?: Record<string, string>
  mtime?: number
}

export function addStaging(app: App, lake: Lake): void {
  const path = '/api/v1/repositories/:repository/branches/:branch/staging/backing'
  app.get(path, async (c) => c.json(await locate(lake, targetOf(c), flag(c, 'presign'))))

  app.put(path, async (c) => {
    const at = targetOf(c)
    const given = await bodyOf<Metadata>(c)
    const absent = absentOnly(c)
    repositoryOf(lake, at.repository)
    const { physical_address } = given.staging
    checkAddress(lake, at, String(physical_address))
    if (lake.settings.token && !given.staging.token) throw new Refusal(400, 'bad address token (expired or invalid)')
    const checksum = given.checksum.replace(/^"(.*)"$/, '$1')
    if (checksum === '') throw new Refusal(400, 'checksum is required')
    await collide(c, lake, at)
    const entry: Entry = {
      path: at.path,
      physical_address,
      checksum,
      size_bytes: given.size_bytes,
      mtime: given.mtime ?? seconds(lake),
      metadata: given.user_metadata ?? {},
      content_type: given.content_type || 'application/octet-stream',
    }
    stage(c, lake, at, entry, absent, 'Precondition failed')
    lake.linked.add(physical_address)
    return c.json(stats(entry))
  })
}

/** Throws unless this server issued the address for this path and branch, and it has not expired. */
export function checkAddress(lake: Lake, at: Target, address: string): void {
  const given = openAddress(lake.identity.secret, at, address)
  if (given === undefined) throw new Refusal(400, 'invalid address signature: invalid address')
  if (lake.now() - given > lake.settings.linkSeconds * 1000) throw new Refusal(400, 'link address expired')
  if (!lake.settings.linkTwice && lake.linked.has(address)) {
    throw new Refusal(400, 'link address already used: bad address token (expired or invalid)')
  }
}

export function stats(entry: Entry) {
  const { checksum, content_type, metadata, mtime, path, physical_address, size_bytes } = entry
  return { checksum, content_type, metadata, mtime, path, path_type: 'object', physical_address, size_bytes }
}
