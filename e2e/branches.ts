import type { Lake } from './lake.ts'

let made = 0

/** A branch that one story has for itself, so that a commit takes nobody else's changes. */
export interface OwnBranch {
  name: string
  /** Puts an object there, as somebody else would. */
  put(path: string, bytes: string): Promise<void>
  read(path: string, ref?: string): Promise<string | undefined>
  commit(message: string): Promise<Response>
  log(): Promise<{ message: string; metadata: Record<string, string>; id: string }[]>
  uncommitted(): Promise<string[]>
  remove(): Promise<void>
}

export async function ownBranch(lake: Lake): Promise<OwnBranch> {
  made += 1
  const name = `e2e-${Date.now().toString(36)}-${made}`
  const repository = `/repositories/${lake.repository}`
  const good = async (answer: Promise<Response>): Promise<Response> => {
    const response = await answer
    if (!response.ok) throw new Error(`lakeFS answered ${response.status}: ${await response.text()}`)
    return response
  }
  await good(lake.call('POST', `${repository}/branches`, JSON.stringify({ name, source: lake.branch })))
  const at = `${repository}/branches/${name}`
  return {
    name,
    async put(path, bytes) {
      await good(lake.call('POST', `${at}/objects?path=${encodeURIComponent(path)}`, bytes))
    },
    async read(path, ref = name) {
      const answer = await lake.call('GET', `${repository}/refs/${ref}/objects?path=${encodeURIComponent(path)}`)
      return answer.status === 404 ? undefined : await (await good(Promise.resolve(answer))).text()
    },
    commit: (message) => good(lake.call('POST', `${at}/commits`, JSON.stringify({ message }))),
    async log() {
      const answer = await good(lake.call('GET', `${repository}/refs/${name}/commits?amount=5`))
      return ((await answer.json()) as { results: Awaited<ReturnType<OwnBranch['log']>> }).results
    },
    async uncommitted() {
      const answer = await good(lake.call('GET', `${at}/diff?amount=1000`))
      return ((await answer.json()) as { results: { path: string }[] }).results.map(({ path }) => path)
    },
    remove: async () => void (await lake.call('DELETE', at)),
  }
}
