import type { ErrorCode } from '../error-codes.ts'
import { UploadError } from '../errors.ts'
import { ResponseError, toUploadError } from '../request/response-error.ts'
import type { LakeFS } from './client.ts'
import type { LakeFSClient } from './retrying-client.ts'
import { type BranchRef, branchPath, type ServerConfig } from './wire.ts'

/** What is known of a destination before the first byte. */
export interface PrecheckResult {
  /** Why files cannot land there; absent: they can, as far as lakeFS tells. */
  error?: UploadError
  config: ServerConfig
}

/**
 * Asks for everything that lakeFS would otherwise only say after the last byte (docs/lakefs-contract.md, "What an
 * address does not check"): repository and its read-only mark, branch or tag, protection. What this person may not read
 * (403) says nothing and is passed over. GET /config, /repositories/{r}, …/branches/{b}, …/settings/branch_protection,
 * and …/tags/{t} for a missing branch.
 * @throws ResponseError for a session that is over and for answers worth repeating.
 */
export async function precheck(lakefs: LakeFS, at: BranchRef, signal?: AbortSignal): Promise<PrecheckResult> {
  const [config, repository, branch, rules] = await Promise.all([
    lakefs.config(signal),
    readable(() => lakefs.repository(at.repository, signal)),
    readable(() => lakefs.branch(at, signal)),
    readable(() => lakefs.protection(at.repository, signal)),
  ])
  const no = (code: ErrorCode) => ({ config, error: new UploadError(code, { facts: { ...at } }) })
  if (repository === 'missing') return no('repository-not-found')
  if (repository !== 'unknown' && repository.read_only) return no('read-only')
  if (branch === 'missing') {
    const tag = await readable(() => lakefs.tag(at.repository, at.branch, signal))
    return no(typeof tag === 'object' ? 'not-a-branch' : 'branch-not-found')
  }
  const patterns = typeof rules === 'object' ? rules : []
  if (patterns.some(({ pattern }) => globMatches(pattern, at.branch))) return no('protected-branch')
  return { config }
}

/**
 * 404 → missing; 403, and a call that this server does not have (405, 501) → unknown; a name that lakeFS cannot even
 * have (400, 500 "validation error") → missing.
 */
async function readable<T>(ask: () => Promise<T>): Promise<T | 'missing' | 'unknown'> {
  try {
    return await ask()
  } catch (thrown) {
    if (!(thrown instanceof ResponseError)) throw thrown
    if (thrown.status === 404 || thrown.status === 400 || /validation error/.test(thrown.detail)) return 'missing'
    if (thrown.status === 405 || thrown.status === 501) return 'unknown'
    if (thrown.status === 403 && toUploadError(thrown).code !== 'session-expired') return 'unknown'
    throw thrown
  }
}

/** Branch protection patterns: `*` for any run of characters, `?` for one, `[abc]` and `{a,b}` as in globs. */
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

/**
 * Whether this person may put an object there, as far as lakeFS tells: protection and read-only repositories are not
 * asked about (docs/lakefs-contract.md, "What an address does not check"). GET …/objects/stage_allowed; servers that do
 * not know the question say nothing against it.
 */
export async function canWrite(
  lakefs: LakeFSClient,
  at: BranchRef,
  path: string,
  signal?: AbortSignal,
): Promise<boolean> {
  const ask = { path: `${branchPath(at)}/objects/stage_allowed`, query: { path }, signal }
  try {
    await lakefs.repeat((once) => once.call(ask), signal)
    return true
  } catch (thrown) {
    if (!(thrown instanceof ResponseError)) throw thrown
    return toUploadError(thrown).code !== 'forbidden'
  }
}
