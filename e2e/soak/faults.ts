import type { Fault, FaultRule } from '../../server/sandbox/faults.ts'
import { chance } from './chance.ts'

const API: readonly Fault[] = [
  { kind: 'status', status: 500, message: 'branch is currently locked, try again later' },
  { kind: 'status', status: 502, body: '<html>bad gateway</html>' },
  { kind: 'status', status: 503, message: 'throttled', headers: { 'Retry-After': '1' } },
  { kind: 'status', status: 429, message: 'Too many attempts, try again later' },
  { kind: 'reset' },
  { kind: 'unauthorized' },
  { kind: 'session-expired' },
  { kind: 'delay', ms: 700 },
]
/** Done, and the page does not hear of it. */
const UNHEARD: readonly Fault[] = [{ kind: 'lost' }, { kind: 'truncate' }]
const LINK: readonly Fault[] = [
  { kind: 'conflict', hint: 'location' },
  { kind: 'conflict', hint: 'no-url' },
  { kind: 'conflict', hint: 'error' },
]
const STORE: readonly Fault[] = [
  { kind: 'status', status: 500, body: '<Error><Code>InternalError</Code></Error>' },
  { kind: 'status', status: 503, body: '<Error><Code>SlowDown</Code></Error>' },
  { kind: 'reset' },
  { kind: 'reset', bytes: 3000 },
  { kind: 'stall', at: 'request' },
  { kind: 'stall', at: 'answer' },
  { kind: 'lost' },
  { kind: 'expired' },
  { kind: 'corrupt' },
  { kind: 'corrupt' },
]

/** How many requests of a route a file makes, in how many of them something goes wrong, and what. */
const SCRIPT: readonly [route: string, perFile: number, share: number, faults: readonly Fault[]][] = [
  ['address', 1, 0.03, [...API, ...UNHEARD]],
  ['link', 1, 0.06, [...API, ...UNHEARD, ...UNHEARD, ...LINK]],
  ['stat', 0.1, 0.1, [...API, ...UNHEARD]],
  // Whoever loses the answer to a create cannot know which upload it began; see the check of open uploads.
  ['create-multipart', 0.01, 0.2, API],
  ['sign-part', 0.04, 0.1, [...API, ...UNHEARD]],
  ['complete-multipart', 0.01, 0.4, [...API, ...UNHEARD, ...LINK]],
  ['store-put', 1, 0.05, STORE],
  ['store-part', 0.04, 0.2, STORE],
]

/** A script of what goes wrong, drawn from the seed: which request of a route, and what. */
export function scriptOf(seed: number, files: number): FaultRule[] {
  const random = chance(seed + 1)
  return SCRIPT.flatMap(([route, perFile, share, faults]) => {
    const expected = Math.ceil(files * perFile)
    return Array.from({ length: Math.ceil(expected * share) }, () => ({
      route,
      after: Math.floor(random() * expected),
      fault: faults[Math.floor(random() * faults.length)] as Fault,
    }))
  })
}
