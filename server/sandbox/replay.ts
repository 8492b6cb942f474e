import { randomBytes } from 'node:crypto'
import { readFileSync } from 'node:fs'
import type { IncomingMessage } from 'node:http'
import { request as httpsRequest } from 'node:https'
import { SESSION } from './api/session.ts'
import type { Sandbox } from './index.ts'
import { ADMIN } from './people.ts'

export interface Exchange {
  name: string
  request: { method: string; url: string; headers: Record<string, string>; body: unknown }
  response: { status: number; headers: Record<string, string>; body: unknown }
}

export interface Answer {
  status: number
  headers: Headers
  body: unknown
}

/** The URL of a request to the store is in no recorded answer. */
export class NoUrl extends Error {
  override name = 'NoUrl'
}

type Sent = { status: number; headers: Headers; text: string }
type Bytes = string | Uint8Array<ArrayBuffer> | undefined

async function overHttp(url: string, method: string, headers: Record<string, string>, body: Bytes): Promise<Sent> {
  const answer = await fetch(url, { method, headers, redirect: 'manual', ...(body === undefined ? {} : { body }) })
  return { status: answer.status, headers: answer.headers, text: await answer.text() }
}

/** Sends a request over TLS without verifying the certificate, which the sandbox has issued itself. */
export async function overTls(
  url: string,
  method: string,
  headers: Record<string, string>,
  body: Bytes,
): Promise<Sent> {
  const request = httpsRequest(url, {
    method,
    headers: { 'Content-Length': String(Buffer.byteLength(body ?? '')), ...headers },
    rejectUnauthorized: false,
  })
  const answered = new Promise<IncomingMessage>((done, refuse) => request.once('response', done).once('error', refuse))
  request.end(body)
  const answer = await answered
  const text = Buffer.concat(await answer.toArray()).toString()
  const entries = Object.entries(answer.headers).map(([name, value]): [string, string] => [name, String(value)])
  return { status: answer.statusCode ?? 0, headers: new Headers(entries), text }
}

export function recordings(name: string): Exchange[] {
  return JSON.parse(readFileSync(new URL(`./fixtures/${name}.json`, import.meta.url), 'utf8')) as Exchange[]
}

/**
 * Replays recorded requests. Values from recorded answers are replaced by those from answers of the sandbox: cookies,
 * tokens, addresses, URLs, upload ids, ETags, commits.
 */
export class Replay {
  readonly #carried = new Map<string, string>()
  #cookie = ''
  #token = ''
  readonly #sandbox: Sandbox
  /** User who signs in next. */
  user = ADMIN

  constructor(sandbox: Sandbox) {
    this.#sandbox = sandbox
  }

  basic(): string {
    const { accessKeyId, secretAccessKey } = this.#sandbox.keys
    return `Basic ${Buffer.from(`${accessKeyId}:${secretAccessKey}`).toString('base64')}`
  }

  async login(): Promise<void> {
    const { accessKeyId, secretAccessKey } = this.#sandbox.keys
    const answer = await fetch(`${this.#sandbox.apiUrl}/api/v1/auth/login`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ access_key_id: accessKeyId, secret_access_key: secretAccessKey }),
    })
    this.#keepSession(answer.headers, (await answer.json()) as { token: string })
  }

  /** Makes a call of the API that was not recorded. */
  async unrecorded(method: string, path: string, body?: unknown): Promise<unknown> {
    const answer = await fetch(`${this.#sandbox.apiUrl}/api/v1${path}`, {
      method,
      headers: { Authorization: this.basic(), 'Content-Type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`)
    const text = await answer.text()
    return text ? JSON.parse(text) : undefined
  }

  /** Links an object on the branch; this was not recorded. */
  async link(path: string, checksum: string, repository = 'demo'): Promise<void> {
    const at = `/repositories/${repository}/branches/main/staging/backing?path=${encodeURIComponent(path)}`
    const staging = await this.unrecorded('GET', at)
    await this.unrecorded('PUT', at, { staging, checksum, size_bytes: 13 })
  }

  /** Sends the parts that a recorded complete names; sending them was not recorded. */
  async sendParts({ url, body }: Exchange['request']): Promise<void> {
    const { physical_address, parts } = body as {
      physical_address: string
      parts: { part_number: number; etag: string }[]
    }
    const { pathname, search } = new URL(url)
    for (const { part_number, etag } of parts) {
      const path = `${this.#swap(pathname.slice('/api/v1'.length))}/parts/${part_number}${search}`
      const signed = await this.unrecorded('PUT', path, { physical_address: this.#swap(physical_address) })
      const bytes = new Uint8Array(randomBytes(part_number === parts.length ? 1024 : 5 * 1024 * 1024))
      const put = await fetch((signed as { presigned_url: string }).presigned_url, { method: 'PUT', body: bytes })
      this.#carried.set(etag, put.headers.get('ETag') ?? '')
    }
  }

  async play({ name, request, response }: Exchange): Promise<Answer> {
    const url = this.#urlOf(name, request.url, response.body)
    await this.#fetchMissingAddress(request, response.body)
    const headers = this.#headersOf(request, name)
    const body = this.#bodyOf(request, headers)
    const answer = await (url.startsWith('https:') ? overTls : overHttp)(url, request.method, headers, body)
    const { text } = answer
    const json = answer.headers.get('Content-Type')?.startsWith('application/json')
    const got = text === '' ? null : json ? (JSON.parse(text) as unknown) : text
    if (name.startsWith('login') && answer.status === 200) this.#keepSession(answer.headers, got as { token: string })
    this.#carry(response, { status: answer.status, headers: answer.headers, body: got })
    return { status: answer.status, headers: answer.headers, body: got }
  }

  #keepSession(headers: Headers, { token }: { token: string }): void {
    this.#cookie = headers.getSetCookie()[0]?.split(';')[0] ?? ''
    this.#token = token
  }

  /** Remembers by which value a recorded one is replaced. */
  #carry(recorded: Exchange['response'], got: Answer): void {
    const pair = (was: unknown, is: unknown): void => {
      if (typeof was === 'string' && typeof is === 'string') {
        if (was.length >= 8 && was !== is) this.#carried.set(was, is)
      } else if (typeof was === 'object' && was !== null && typeof is === 'object' && is !== null) {
        for (const [key, value] of Object.entries(was)) pair(value, (is as Record<string, unknown>)[key])
      }
    }
    pair(recorded.body, got.body)
    const etag = recorded.headers.ETag
    if (etag) pair(etag, got.headers.get('ETag'))
  }

  #swap(text: string): string {
    const whole = this.#carried.get(text)
    if (whole !== undefined) return whole
    let swapped = text
    for (const [was, is] of this.#carried) if (swapped.includes(was)) swapped = swapped.replaceAll(was, is)
    return swapped
  }

  #urlOf(name: string, url: string, answer: unknown): string {
    const { pathname, search } = new URL(url)
    if (pathname.startsWith('/api/v1') || pathname === '/logout')
      return this.#sandbox.apiUrl + this.#swap(pathname) + query(search, answer)
    const same = this.#carried.get(url)
    if (same) return same
    const base = [...this.#carried.keys()].find((was) => was.startsWith('http') && url.startsWith(was))
    if (base) return this.#carried.get(base) + url.slice(base.length)
    // The signature was tampered with: its last digits differ.
    const original = [...this.#carried.keys()].find((was) => was.startsWith(url.slice(0, -8)))
    const carried = original && this.#carried.get(original)
    if (!carried) throw new NoUrl(name)
    return `${carried.slice(0, -4)}0000`
  }

  /** Some links were recorded without the call that returned their address. */
  async #fetchMissingAddress({ method, url, body }: Exchange['request'], answer: unknown): Promise<void> {
    const staging = (body as { staging?: { physical_address?: string } } | null)?.staging
    const address = staging?.physical_address
    if (method !== 'PUT' || !address) return
    const tampered = [...this.#carried.keys()].some((known) => address.startsWith(known) && known.length > 40)
    if (this.#carried.has(address) || tampered) return
    const { pathname, search } = new URL(url)
    const location = (await this.unrecorded('GET', pathname.slice('/api/v1'.length) + query(search, answer))) as {
      physical_address: string
    }
    this.#carried.set(address, location.physical_address)
  }

  #headersOf({ headers }: Exchange['request'], name: string): Record<string, string> {
    const sent: Record<string, string> = {}
    for (const [key, value] of Object.entries(headers)) {
      if (key === 'Cookie') sent.Cookie = name.startsWith('a session that is none') ? `${SESSION}=none` : this.#cookie
      else if (value.startsWith('Basic')) sent[key] = this.basic()
      else if (value.startsWith('Bearer')) sent[key] = `Bearer ${name.includes('garbage') ? 'garbage' : this.#token}`
      else if (key.toLowerCase() !== 'transfer-encoding') sent[key] = value
    }
    return sent
  }

  #bodyOf({ body, url }: Exchange['request'], headers: Record<string, string>): Bytes {
    if (body === null) return undefined
    if (typeof body === 'string') {
      const count = /^<(\d+) bytes>$/.exec(body)?.[1]
      if (count === undefined) return body
      if (count === '13') return 'hello lakeFS\n'
      if (count === '8') return 'raw body'
      return new Uint8Array(randomBytes(Number(count)))
    }
    if (!headers['Content-Type']) headers['Content-Type'] = 'application/json'
    const given = JSON.stringify(body)
    if (!url.endsWith('/auth/login')) return JSON.stringify(this.#walk(body))
    const { accessKeyId, secretAccessKey } = this.#sandbox.keysOf(this.user)
    return given
      .replace(/"access_key_id":"[^"]*"/, `"access_key_id":"${accessKeyId}"`)
      .replace(/<secret(?: key)?>/, secretAccessKey)
  }

  #walk(value: unknown): unknown {
    if (typeof value === 'string') return this.#swap(value)
    if (Array.isArray(value)) return value.map((one) => this.#walk(one))
    if (typeof value !== 'object' || value === null) return value
    return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, this.#walk(one)]))
  }
}

/** Restores a long path, which recordings truncate: the answer names its length, or it had 2,000 letters. */
function query(search: string, answer: unknown): string {
  const cut = /^\?path=((?:%[0-9A-F]{2})+|.)[^&]*?(?:%E2%80%A6|…)[^&]*(.*)$/i.exec(search)
  if (!cut) return search
  const bytes = Number(/: (\d+) is above/.exec((answer as { message?: string } | null)?.message ?? '')?.[1] ?? 2000)
  const letter = decodeURIComponent(cut[1]?.startsWith('%') ? cut[1].slice(0, 6) : (cut[1] ?? ''))
  return `?path=${encodeURIComponent(letter.repeat(bytes / Buffer.byteLength(letter)))}${cut[2] ?? ''}`
}
