import { describe, expect, onTestFinished, test } from 'vitest'
import { startSandbox } from './index.ts'
import { type Answer, type Exchange, Replay, recordings } from './replay.ts'
import { folder } from './testing.ts'

/** Exchanges that are not replayed, with the reason. */
const SKIPPED: Record<string, Record<string, string>> = {
  s3: {},
  local: {},
}

/** Messages with ids, dumps or words of the store in them: compared up to here. */
const COMPARED_TO = [/\nSchema:/, /, RequestID: /]

function messageOf(body: unknown): string | undefined {
  const message = (body as { message?: unknown } | null)?.message
  if (typeof message !== 'string') return undefined
  return COMPARED_TO.reduce((text, end) => text.split(end)[0] ?? text, message)
}

/** Keys and types; XML: the elements; a list: the shape of each element. */
function shapeOf(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(shapeOf)
  if (typeof value === 'string' && value.startsWith('<?xml')) {
    // The ids at the end are cut off in one recording.
    return [...value.matchAll(/<([A-Za-z][\w-]*)>/g)]
      .flatMap(([, name]) => (/^(RequestId|HostId)$/.test(name ?? '') ? [] : [name]))
      .sort()
  }
  if (typeof value === 'string' && /^[0-9a-f]{64}$/.test(value)) return 'commit id'
  if (typeof value !== 'object' || value === null) return value === null ? 'null' : typeof value
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, one]) => [key, shapeOf(one)]),
  )
}

/** What an answer is compared by. */
function face({ status, body, headers }: Answer | Exchange['response'], isText: boolean) {
  const header = (name: string) => {
    if (headers instanceof Headers) return headers.get(name)
    return Object.entries(headers).find(([key]) => key.toLowerCase() === name.toLowerCase())?.[1] ?? null
  }
  const cookie = header('Set-Cookie')
  return {
    status,
    message: messageOf(body),
    // Cut short in the recordings.
    shape: isText ? 'text' : shapeOf(body),
    type: status === 204 || body === null ? null : (header('Content-Type') ?? null),
    location: header('Location'),
    cookie: cookie
      ?.replace(/(internal_auth_session)=[^;]*/, '$1=…')
      .replace(/; Expires=[^;]*/, '')
      .split('; ')
      .sort(),
    range: header('Content-Range'),
    allowOrigin: header('Access-Control-Allow-Origin'),
    allowMethods: header('Access-Control-Allow-Methods'),
    allowHeaders: header('Access-Control-Allow-Headers'),
    etagQuoted: header('ETag')?.startsWith('"') ?? null,
  }
}

async function replay(
  name: 's3' | 'local',
  before: (
    exchange: Exchange,
    at: number,
    player: Replay,
    sandbox: Awaited<ReturnType<typeof startSandbox>>,
  ) => Promise<void>,
) {
  const exchanges = recordings(name)
  let now = 0
  const sandbox = await startSandbox({
    dir: await folder(),
    store: name,
    now: () => now,
    seeded: false,
    settings: { protectionSeconds: 5 },
  })
  onTestFinished(() => sandbox.close())
  const player = new Replay(sandbox)
  const wrong: unknown[] = []
  const skipped: string[] = []
  for (const [at, exchange] of exchanges.entries()) {
    if (SKIPPED[name]?.[exchange.name]) {
      skipped.push(exchange.name)
      continue
    }
    // The sandbox lives at the recorded second, so that sessions, URLs and rules age as they did.
    now = Date.parse(exchange.response.headers.Date ?? '') + 999
    await before(exchange, at, player, sandbox)
    const got = await player.play(exchange)
    const cut = typeof exchange.response.body === 'string' && !exchange.response.body.startsWith('<?xml')
    const [expected, actual] = [face(exchange.response, cut), face(got, cut)]
    // One refused part was recorded without CORS headers; a page could not read that, so the sandbox sends them.
    if (expected.allowOrigin === null) actual.allowOrigin = null
    try {
      expect(actual).toEqual(expected)
    } catch {
      wrong.push({ at, name: exchange.name, expected, actual, body: got.body })
    }
  }
  return { wrong, skipped }
}

describe('the sandbox answers as lakeFS did', () => {
  test('on S3', async () => {
    const { wrong, skipped } = await replay('s3', async ({ name, request }, at, player, sandbox) => {
      if (at === 3) await player.login()
      // Made before the recording: its creation is then refused as a repeat.
      if (name === 'create repository (read-only)' && (request.body as { name: string }).name === 'rorepo') {
        await player.unrecorded('POST', '/repositories', request.body)
      }
      // These came from a server configured so, with the same repository.
      const short = request.url.includes(':8001')
      sandbox.settings.sessionSeconds = short ? 4 : 7 * 24 * 3600
      sandbox.settings.urlSeconds = short ? 2 : 900
      if (name === 'create multipart on a protected branch') {
        await player.login()
        await player.unrecorded('PUT', '/repositories/demo/settings/branch_protection', [{ pattern: 'main' }])
      }
      if (name.startsWith('complete multipart on a protected branch')) await player.sendParts(request)
      if (name.startsWith('recover: link the completed')) {
        await player.unrecorded('PUT', '/repositories/demo/settings/branch_protection', [])
      }
    })
    expect(wrong).toEqual([])
    expect(skipped).toEqual(Object.keys(SKIPPED.s3 ?? {}))
  })

  test('on a local store', async () => {
    const { wrong, skipped } = await replay('local', async ({ name }, at, player) => {
      if (at === 0) await player.login()
      if (name === 'stage_allowed on a protected branch') {
        await player.unrecorded('PUT', '/repositories/demo/settings/branch_protection', [{ pattern: 'main' }])
      }
      if (name === 'upload, raw body, 64 MiB') {
        await player.unrecorded('PUT', '/repositories/demo/settings/branch_protection', [])
      }
    })
    expect(wrong).toEqual([])
    expect(skipped).toEqual(Object.keys(SKIPPED.local ?? {}))
  })
})
