import { describe, expect, it } from 'vitest'
import { createLakeFS, type LakeFS } from '../../lakefs/client.ts'
import { ResponseError } from '../../request/response-error.ts'
import type { Store } from '../../store/storage.ts'
import { TestClock } from '../../testing/clock.ts'
import { md5, say, TestLake, type Twist } from '../../testing/lake.ts'
import { TestBrowser } from '../../testing/records.ts'
import { rig } from '../../testing/rig.ts'

const MIB = 2 ** 20
const FILES = 60
const BIG = 2

/** The same numbers for the same seed (mulberry32). */
function chance(seed: number) {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

/** Every seventh answer or so is none, wrong, late or lost. */
function faultsOf(lake: TestLake, random: () => number): Twist {
  const silence = new ResponseError({ side: 'storage', status: 0 })
  const store: (() => ReturnType<Twist>)[] = [
    () => silence,
    () => 'lost',
    () => 'damaged',
    () => new Response('<Error><Code>InternalError</Code></Error>', { status: 500 }),
    () => new Response('<Error><Code>SlowDown</Code></Error>', { status: 503, headers: { 'Retry-After': '2' } }),
    () =>
      new Response('<Error><Code>AccessDenied</Code><Message>Request has expired</Message></Error>', { status: 403 }),
  ]
  const api: (() => ReturnType<Twist>)[] = [
    () => new ResponseError({ side: 'lakefs', status: 0 }),
    () => 'lost',
    () => say(429, 'Too many attempts, try again later', { 'Retry-After': '1' }),
    () => say(503, 'throttled'),
    () => say(500, 'branch is currently locked, try again later'),
    () => say(401, 'error authenticating request'),
    () => new Response('{"physical_address": "s3://b', { status: 200 }),
  ]
  return ({ route }) => {
    if (route === 'user' || random() > 0.15) return undefined
    if (route === 'put' || route === 'part') return store[Math.floor(random() * store.length)]?.()
    if (route === 'link' && random() < 0.3) {
      return random() < 0.5
        ? new Response(JSON.stringify(lake.location(random() < 0.5)), { status: 409 })
        : say(409, 'conflict')
    }
    const fault = api[Math.floor(random() * api.length)]?.()
    // Whoever loses the answer to a create cannot know the upload it began: nobody could take it back.
    return route === 'create' && fault === 'lost' ? undefined : fault
  }
}

/** What a fault in the engine would look like. */
type Mutation = 'status check' | 'checksum compare' | 'single-link guard'

/** How each of them shows: a trial that fails for another reason proves nothing. */
const SYMPTOM: Record<Mutation, RegExp> = {
  'status check': /was never stored/,
  'checksum compare': /differs/,
  'single-link guard': /was linked \d+ times|ended as/,
}

async function soak(seed: number, mutation?: Mutation): Promise<string[]> {
  const random = chance(seed)
  const clock = new TestClock()
  clock.random = random
  const lake = new TestLake()
  const browser = new TestBrowser()
  const files = Array.from({ length: FILES }, (_, index) => {
    const size = index < BIG ? 10 * MIB + Math.floor(random() * 4 * MIB) : Math.floor(random() * 2000)
    const bytes = Buffer.alloc(
      size,
      Uint8Array.from({ length: 251 }, (_, at) => (at * 7 + index) % 251),
    )
    return {
      file: new File([bytes], `f${index}`, { lastModified: index }),
      path: `d${index % 7}/f${index}`,
      sum: md5(bytes),
    }
  })
  const links = new Map<string, number>()
  const faults = faultsOf(lake, random)
  lake.twist = (seen, count) => {
    const fault = online ? faults(seen, count) : new ResponseError({ side: 'lakefs', status: 0 })
    const done = fault === undefined || fault === 'lost'
    if (seen.route === 'link' && done) {
      const { physical_address } = (seen.body as { staging: { physical_address: string } }).staging
      links.set(physical_address, (links.get(physical_address) ?? 0) + 1)
    }
    return fault
  }
  let online = true
  const ports = {
    resumeStore: { open: browser.open, locks: browser.locks, endpoint: 'http://lakefs.test/api/v1' },
    ...(mutation === 'status check' ? { store: blind(lake.store) } : {}),
    ...(mutation === 'single-link guard' ? { lakefs: forgetful(lake, clock) } : {}),
  }
  const options = { partSize: 5 * MIB, ...(mutation === 'checksum compare' ? { verifyChecksums: false } : {}) }

  let page = rig(options, ports, { clock, lake })
  for (let visit = 0; ; visit += 1) {
    await clock.run(page.engine.add(files.map(({ file, path }) => ({ file, path }))))
    if (visit < 3) {
      // A reload in the middle, twice after a spell without a network.
      await clock.advance(Math.floor(random() * 500))
      if (visit < 2) {
        online = page.network.online = false
        await clock.advance(Math.floor(random() * 40_000))
        online = page.network.online = true
        page.network.back()
      }
      await clock.advance(Math.floor(random() * 500))
      page.engine.stop()
      await clock.advance(1000)
      browser.crash()
      page = rig(options, ports, { clock, lake })
      continue
    }
    let summary = await clock.run(page.engine.finished(), 24 * 3_600_000)
    for (let round = 0; summary.failed > 0 && round < 20; round += 1) {
      page.engine.retry()
      summary = await clock.run(page.engine.finished(), 24 * 3_600_000)
    }
    break
  }
  await clock.advance(60_000)

  const problems: string[] = []
  const { counts } = page.engine.getSnapshot().totals
  if (counts.uploaded + counts.skipped !== FILES) problems.push(`ended as ${JSON.stringify(counts)}`)
  for (const { path, sum } of files) {
    const object = lake.objects.get(path)
    const stored = lake.stored.get(object?.physical_address ?? '')
    if (!object) problems.push(`${path} is missing`)
    else if (!stored) problems.push(`${path} was never stored`)
    else if (md5(stored) !== sum) problems.push(`${path} differs`)
  }
  if (lake.objects.size !== FILES) problems.push(`${lake.objects.size} objects`)
  for (const [address, count] of links) if (count > 1) problems.push(`${address} was linked ${count} times`)
  if (lake.multiparts.size > 0) problems.push(`${lake.multiparts.size} multipart uploads are open`)
  if (browser.files.size > 0) problems.push(`${browser.files.size} records are left`)
  return problems
}

/** A door to the store that takes every answer for a good one. */
const blind = (store: Store): Store => ({
  async send(request) {
    try {
      return await store.send(request)
    } catch (thrown) {
      if (!(thrown instanceof ResponseError) || thrown.status < 400) throw thrown
      const etag = md5(new Uint8Array(await (request.body as Blob).arrayBuffer()))
      return { status: thrown.status, header: (name) => (name === 'etag' ? `"${etag}"` : undefined), text: '' }
    }
  },
})

/** A lakeFS that never tells that a path has our object already. */
function forgetful(lake: TestLake, clock: TestClock): LakeFS {
  const lakefs = createLakeFS({ endpoint: 'http://lakefs.test/api/v1', fetch: lake.fetch, now: clock.now })
  return Object.assign(Object.create(lakefs, {}), { stat: async () => undefined })
}

describe('sixty files through faults, lost answers, three reloads and two offline spells', { timeout: 60_000 }, () => {
  it.each([1, 2, 3])('all land once and whole (seed %i)', async (seed) => {
    expect(await soak(seed)).toEqual([])
  })

  it.each(['status check', 'checksum compare', 'single-link guard'] as const)(
    'would not without the %s',
    async (part) => {
      const problems = (await Promise.all([1, 2, 3].map((seed) => soak(seed, part)))).flat()
      expect(problems).toContainEqual(expect.stringMatching(SYMPTOM[part]))
    },
  )
})
