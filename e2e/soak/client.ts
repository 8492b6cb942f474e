import type { Sandbox } from '../../server/sandbox/index.ts'

export interface Entry {
  path: string
  physical_address: string
  size_bytes: number
}

export const REPOSITORY = 'demo'
const BASE = `/api/v1/repositories/${REPOSITORY}`

/** lakeFS as a person with a script or another tool uses it. */
export class Client {
  readonly #url: string
  readonly #headers: Record<string, string>

  constructor({ apiUrl, keys }: Pick<Sandbox, 'apiUrl' | 'keys'>) {
    this.#url = apiUrl
    this.#headers = { Authorization: `Basic ${btoa(`${keys.accessKeyId}:${keys.secretAccessKey}`)}` }
  }

  /** Puts an object; with `absent` only where there is none. @returns whether it was taken. */
  async put(branch: string, path: string, bytes: Uint8Array<ArrayBuffer>, absent = false): Promise<boolean> {
    const answer = await this.#call('POST', `/branches/${branch}/objects?path=${encodeURIComponent(path)}`, {
      headers: { 'Content-Type': 'application/octet-stream', ...(absent ? { 'If-None-Match': '*' } : {}) },
      body: bytes,
    })
    if (answer.ok) return true
    if (absent && answer.status === 412) return false
    throw new Error(`put ${path}: ${answer.status} ${await answer.text()}`)
  }

  /** Commits the branch. @returns false where there was nothing to commit. */
  async commit(branch: string, message: string): Promise<boolean> {
    const answer = await this.#call('POST', `/branches/${branch}/commits`, {
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ message }),
    })
    if (answer.ok) return true
    const text = await answer.text()
    if (answer.status === 400 && /no changes/.test(text)) return false
    throw new Error(`commit: ${answer.status} ${text}`)
  }

  /** Every object under a prefix, by its full path. */
  async list(branch: string, prefix: string): Promise<Map<string, Entry>> {
    const entries = new Map<string, Entry>()
    for (let after = ''; ; ) {
      const query = new URLSearchParams({ amount: '1000', after, prefix })
      const answer = await this.#call('GET', `/refs/${branch}/objects/ls?${query}`)
      if (!answer.ok) throw new Error(`listing: ${answer.status} ${await answer.text()}`)
      const { results, pagination } = (await answer.json()) as {
        results: Entry[]
        pagination: { has_more: boolean; next_offset: string }
      }
      for (const entry of results) entries.set(entry.path, entry)
      if (!pagination.has_more) return entries
      after = pagination.next_offset
    }
  }

  #call(method: string, path: string, { headers, ...rest }: RequestInit = {}): Promise<Response> {
    return fetch(this.#url + BASE + path, { method, headers: { ...this.#headers, ...headers }, ...rest })
  }
}
