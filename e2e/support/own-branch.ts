import { randomUUID } from 'node:crypto'
import type { LakeFSServer, Stats } from './lakefs-server.ts'

/** Branch that belongs to one story, so that its commits include no changes of other stories. */
export interface OwnBranch {
  name: string
  /** Uploads an object as another user. */
  put(path: string, bytes: string): Promise<void>
  delete(path: string): Promise<void>
  read(path: string, ref?: string): Promise<string | undefined>
  commit(message: string): Promise<Response>
  revert(commit: string): Promise<Response>
  log(): Promise<{ message: string; metadata: Record<string, string>; id: string; committer: string }[]>
  uncommitted(): Promise<string[]>
  /** Returns the paths of up to 1,000 objects below a prefix. */
  list(prefix: string): Promise<string[]>
  stat(path: string): Promise<Stats & { metadata?: Record<string, string> }>
  /** Protects the branch until it is removed. Returns false when the keys may not. */
  protect(): Promise<boolean>
  /** Removes the protection. */
  free(): Promise<void>
  remove(): Promise<void>
}

export async function ownBranch(lakefs: LakeFSServer): Promise<OwnBranch> {
  const name = `e2e-${randomUUID().slice(0, 13)}`
  const repository = `/repositories/${lakefs.repository}`
  const good = async (answer: Promise<Response>): Promise<Response> => {
    const response = await answer
    if (!response.ok) throw new Error(`lakeFS answered ${response.status}: ${await response.text()}`)
    return response
  }
  await good(lakefs.call('POST', `${repository}/branches`, JSON.stringify({ name, source: lakefs.branch })))
  const at = `${repository}/branches/${name}`
  const protection = `${repository}/settings/branch_protection`
  /** Returns the rules for other branches. */
  const rules = async () => {
    const answer = await good(lakefs.call('GET', protection))
    return ((await answer.json()) as { pattern: string }[]).filter(({ pattern }) => pattern !== name)
  }
  let guarded = false
  const free = async () => {
    await good(lakefs.call('PUT', protection, JSON.stringify(await rules())))
    guarded = false
  }
  return {
    name,
    async put(path, bytes) {
      await good(lakefs.call('POST', `${at}/objects?path=${encodeURIComponent(path)}`, bytes))
    },
    async delete(path) {
      await good(lakefs.call('DELETE', `${at}/objects?path=${encodeURIComponent(path)}`))
    },
    async read(path, ref = name) {
      const answer = await lakefs.call('GET', `${repository}/refs/${ref}/objects?path=${encodeURIComponent(path)}`)
      return answer.status === 404 ? undefined : await (await good(Promise.resolve(answer))).text()
    },
    commit: (message) => good(lakefs.call('POST', `${at}/commits`, JSON.stringify({ message }))),
    revert: (ref) => good(lakefs.call('POST', `${at}/revert`, JSON.stringify({ ref, parent_number: 0 }))),
    async log() {
      const answer = await good(lakefs.call('GET', `${repository}/refs/${name}/commits?amount=5`))
      return ((await answer.json()) as { results: Awaited<ReturnType<OwnBranch['log']>> }).results
    },
    async uncommitted() {
      const answer = await good(lakefs.call('GET', `${at}/diff?amount=1000`))
      return ((await answer.json()) as { results: { path: string }[] }).results.map(({ path }) => path)
    },
    async list(prefix) {
      const query = `amount=1000&prefix=${encodeURIComponent(prefix)}`
      const answer = await good(lakefs.call('GET', `${repository}/refs/${name}/objects/ls?${query}`))
      return ((await answer.json()) as { results: Stats[] }).results.map(({ path }) => path)
    },
    async stat(path) {
      const answer = await good(
        lakefs.call('GET', `${repository}/refs/${name}/objects/stat?path=${encodeURIComponent(path)}`),
      )
      return (await answer.json()) as Awaited<ReturnType<OwnBranch['stat']>>
    },
    async protect() {
      const others = await rules().catch(() => undefined)
      if (!others) return false
      const answer = await lakefs.call('PUT', protection, JSON.stringify([...others, { pattern: name }]))
      guarded = answer.ok
      return guarded
    },
    free,
    async remove() {
      if (guarded) await free()
      await lakefs.call('DELETE', at)
    },
  }
}
