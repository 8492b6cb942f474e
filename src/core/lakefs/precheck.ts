import type { ErrorCode, ErrorFacts } from '../error-codes.ts'
import { UploadError } from '../errors.ts'
import { isForbidden } from '../request/refusal-rules.ts'
import { hasStatus, isOwn, ResponseError } from '../request/response-error.ts'
import type { LakeFS } from './client.ts'
import { storageOf, UNKNOWN_STORAGE } from './storage-config.ts'
import type { BranchRef, ServerConfig, StorageConfig } from './wire.ts'

/** Result of the check of a destination before the first byte is sent. */
export interface PrecheckResult {
  /** Reason why files cannot be put there; absent when lakeFS names none. */
  error?: UploadError
  config: ServerConfig
  /** Store of the repository, which decides how bytes travel. */
  storage: StorageConfig
}

/**
 * Checks all that lakeFS would otherwise refuse only after the last byte (docs/lakefs-contract.md, "What an address
 * does not check"): repository, its read-only flag, its store, branch or tag, protection. What the user may not read is
 * passed over. Calls GET /config, /repositories/{r}, …/branches/{b}, …/settings/branch_protection, and …/tags/{t} for a
 * missing branch.
 * @throws ResponseError for an expired session and for answers that are worth a retry.
 */
export async function precheck(lakefs: LakeFS, at: BranchRef, signal?: AbortSignal): Promise<PrecheckResult> {
  const [config, repository, branch, rules] = await Promise.all([
    lakefs.config(signal),
    readable(() => lakefs.repository(at.repository, signal)),
    readable(() => lakefs.branch(at, signal)),
    readable(() => lakefs.protection(at.repository, signal)),
  ])
  const described = typeof repository === 'object' ? repository : undefined
  const found = storageOf(config, described)
  const storage = found ?? UNKNOWN_STORAGE
  const no = (code: ErrorCode, facts: ErrorFacts = {}) => ({
    config,
    storage,
    error: new UploadError(code, { facts: { ...at, ...facts } }),
  })
  if (repository === 'missing') return no('repository-not-found')
  if (repository !== 'unknown' && repository.read_only) return no('read-only')
  if (branch === 'missing') {
    const tag = await readable(() => lakefs.tag(at.repository, at.branch, signal))
    return no(typeof tag === 'object' ? 'not-a-branch' : 'branch-not-found')
  }
  const patterns = typeof rules === 'object' ? rules : []
  if (patterns.some(({ pattern }) => globMatches(pattern, at.branch))) return no('protected-branch')
  if (!found) return no('store-unknown', described?.storage_id ? { store: described.storage_id } : {})
  return { config, storage }
}

/**
 * Maps 404 to missing; what the user may not read and a call that the server does not have (405, 501) to unknown; a
 * name that lakeFS refuses (400, 500 "validation error") to missing.
 */
async function readable<T>(ask: () => Promise<T>): Promise<T | 'missing' | 'unknown'> {
  try {
    return await ask()
  } catch (thrown) {
    if (!(thrown instanceof ResponseError)) throw thrown
    if (isOwn(thrown) && ([400, 404].includes(thrown.status) || /validation error/.test(thrown.detail)))
      return 'missing'
    if (hasStatus(thrown, 405, 501) || isForbidden(thrown)) return 'unknown'
    throw thrown
  }
}

/** Matches a branch protection pattern: `*` for any characters, `?` for one, `[abc]` and `{a,b}` as in globs. */
export function globMatches(pattern: string, name: string): boolean {
  let source = ''
  let depth = 0
  for (let index = 0; index < pattern.length; index += 1) {
    const char = pattern[index] ?? ''
    const close = char === '[' ? pattern.indexOf(']', index + 2) : -1
    if (close > 0) {
      source += `[${pattern
        .slice(index + 1, close)
        .replace(/^!/, '^')
        .replace(/\\/g, '\\\\')}]`
      index = close
    } else if (char === '*') source += '.*'
    else if (char === '?') source += '.'
    else if (char === '{') {
      source += '(?:'
      depth += 1
    } else if (char === '}' && depth > 0) {
      source += ')'
      depth -= 1
    } else if (char === ',' && depth > 0) source += '|'
    else source += char.replace(/[.+^$()|\\{}[\]]/g, '\\$&')
  }
  try {
    return new RegExp(`^${source}${')'.repeat(depth)}$`, 's').test(name)
  } catch {
    return pattern === name
  }
}
