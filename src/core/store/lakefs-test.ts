import type { ErrorFacts } from '../error-codes.ts'
import { isUploadError } from '../errors.ts'
import type { LakeFS } from '../lakefs/client.ts'
import type { BranchRef } from '../lakefs/wire.ts'
import { Alarm, type Clock, unlessAborted } from '../request/clock.ts'
import { ResponseError } from '../request/response-error.ts'
import { within } from '../request/within.ts'
import type { BrowserProbes, NetworkPermission } from './browser-probes.ts'
import { hostKind, isTrustworthy } from './host-kind.ts'

/** Dependencies of the test. */
export interface LakeFSTools {
  lakefs: LakeFS
  /** Absolute URL of the API. */
  endpoint: string
  /** Origin of the page. */
  page: string
  /** Returns whether the host of a URL answers at all, without CORS. */
  reach: (url: string) => Promise<boolean>
  probes?: BrowserProbes | undefined
  clock: Clock
}

/** Name that nothing in a browser or in between has a reason to stop. */
export const NEUTRAL = 'lakefs-uploader-check'
/** Times that a request with a name is compared with one without it, and ms between two of them. */
const ROUNDS = 3
const ROUND_PAUSE_MS = 400
const TIMEOUT_MS = 20_000

/**
 * Finds out why a request to lakeFS got no answer: what of the page or the browser stops all of them. Returns undefined
 * where lakeFS answers this page.
 */
export async function testLakeFS(tools: LakeFSTools, signal: AbortSignal): Promise<ErrorFacts | undefined> {
  const { lakefs, endpoint, clock, probes, page } = tools
  const url = new URL(endpoint)
  const { origin } = url
  const policy = () => {
    const block = probes?.policy(origin)
    return block && { check: 'policy', origin, directive: block.directive, rule: block.rule }
  }
  const look = async (own: AbortSignal): Promise<ErrorFacts | 'answers'> => {
    if (await answers(() => lakefs.config(own), own)) return 'answers'
    const reached = await unlessAborted(tools.reach(lakefs.url('config')), own)
    const blocked = policy()
    if (blocked) return blocked
    if (page.startsWith('https:') && !isTrustworthy(url)) return { check: 'mixed-content', origin }
    if (reached && origin !== page) return { check: 'lakefs-cors', origin }
    return { check: 'network', origin }
  }
  const found = (await within(TIMEOUT_MS, clock, signal, look)) ?? policy() ?? { check: 'network', origin }
  if (found === 'answers') {
    probes?.reached(origin)
    return undefined
  }
  return found.check === 'network' ? await withPermission(found, url, tools) : found
}

async function withPermission(
  found: ErrorFacts,
  url: URL,
  { probes, page }: Pick<LakeFSTools, 'probes' | 'page'>,
): Promise<ErrorFacts> {
  const kind = hostKind(url)
  const permission: NetworkPermission = kind === 'loopback' ? 'loopback-network' : 'local-network'
  const state = await probes?.permission(permission)
  if (state === 'denied' && url.origin !== page)
    return { ...found, check: kind === 'any' ? 'network' : 'permission', permission }
  // A page of the same origin has got here already.
  return state === 'prompt' && kind !== 'any' && url.origin !== page ? { ...found, permission } : found
}

/**
 * Looks for a name that stops requests: those with it get no answer, and those without it do, each time. Returns the
 * name; undefined when there is none.
 */
export async function blockedName(
  { lakefs, clock }: Pick<LakeFSTools, 'lakefs' | 'clock'>,
  at: BranchRef,
  path: string,
  signal: AbortSignal,
): Promise<string | undefined> {
  const look = async (own: AbortSignal) => {
    const { repository, branch } = at
    const config = () => lakefs.config(own)
    const compared: readonly [name: string, withIt: () => Promise<unknown>, without: () => Promise<unknown>][] = [
      [repository, () => lakefs.repository(repository, own), config],
      [branch, () => lakefs.branch(at, own), config],
      [path, () => lakefs.stat(at, path, own), () => lakefs.stat(at, NEUTRAL, own)],
      [path, () => lakefs.address(at, path, own), () => lakefs.address(at, NEUTRAL, own)],
    ]
    for (const [name, withIt, without] of compared) {
      if (await isAlwaysSilent(withIt, without, clock, own)) return name
    }
    return undefined
  }
  return await within(TIMEOUT_MS, clock, signal, look)
}

async function isAlwaysSilent(
  withIt: () => Promise<unknown>,
  without: () => Promise<unknown>,
  clock: Clock,
  signal: AbortSignal,
): Promise<boolean> {
  for (let round = 0; round < ROUNDS; round += 1) {
    // Apart, so that one fault of the network does not decide.
    if (round > 0) await new Alarm().sleep(ROUND_PAUSE_MS, clock, signal)
    if (await answers(withIt, signal)) return false
    if (!(await answers(without, signal))) return false
  }
  return true
}

/** Returns whether a call gets any answer, also a refusal. Rejects at the signal. */
async function answers(call: () => Promise<unknown>, signal: AbortSignal): Promise<boolean> {
  try {
    await call()
    return true
  } catch (thrown) {
    if (signal.aborted) throw thrown
    if (thrown instanceof ResponseError) return thrown.status > 0
    return isUploadError(thrown)
  }
}
