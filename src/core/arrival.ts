import type { Clock } from './clock.ts'
import { claimKey } from './enroll.ts'
import { UploadError } from './errors.ts'
import { fullPath, type Job } from './job.ts'
import type { LakeFS } from './lakefs.ts'
import type { Log } from './log.ts'
import { byBytes, listingOf, Presence } from './presence.ts'
import { isAbort, Refusal, toUploadError } from './refusal.ts'
import type { Roster } from './roster.ts'
import type { ObjectStats } from './state.ts'
import { type BranchRef, isSameAddress } from './wire.ts'

/** Up to this many objects of one branch are asked for one by one; more are found in listings. */
const FEW = 3

export interface ArrivalPorts {
  readonly lakefs: LakeFS
  readonly clock: Clock
  readonly log: Log
  readonly roster: Roster
  /** Repeats a call as long as somebody who looks at the end of an upload would wait. @throws Refusal, AbortError. */
  ask<T>(call: () => Promise<T>): Promise<T>
  /** Links an object once more, or puts it back by its address. @throws Refusal where lakeFS does not take it. */
  putBack(job: Job, object: ObjectStats): Promise<ObjectStats>
  readonly signal: AbortSignal
}

/**
 * Compares what was put on a branch with what the branch has, before anybody says that it arrived. lakeFS may answer a
 * link with a yes and lose the entry to a commit that runs beside it. What is missing is put back by its address, its
 * bytes being at the store; what cannot be put back has failed.
 */
export class ArrivalCheck {
  readonly #ports: ArrivalPorts
  #due = new Set<Job>()
  #running: Promise<void> | undefined
  #unread = false

  constructor(ports: ArrivalPorts) {
    this.#ports = ports
  }

  /** Notes a file whose object is to be looked for at the end. */
  add(job: Job): void {
    this.#due.add(job)
  }

  /** True while something was not compared yet, or is being compared. */
  get isDue(): boolean {
    return this.#due.size > 0 || this.#running !== undefined
  }

  /** True once a branch could not be read since the last {@link reset}. */
  get wasUnread(): boolean {
    return this.#unread
  }

  reset(): void {
    this.#unread = false
  }

  /** Compares what is due. Never rejects; files that are not on their branch have failed afterwards. */
  run(): Promise<void> {
    this.#running ??= this.#compareAll().finally(() => {
      this.#running = undefined
    })
    return this.#running
  }

  async #compareAll(): Promise<void> {
    const jobs = [...this.#due]
    this.#due = new Set()
    // In the order of listings, so that each page tells about as many of them as it can.
    jobs.sort((a, b) => byBytes(fullPath(a), fullPath(b)))
    for (const group of groupBy(jobs, ({ destination }) => claimKey(destination, destination.prefix)).values()) {
      const [first] = group
      if (!first) continue
      try {
        await this.#compare(group, first.destination, first.destination.prefix)
      } catch (thrown) {
        if (isAbort(thrown)) return
        // Nothing is known against these files; the summary says that they were not looked for.
        this.#unread = true
        this.#ports.log.add({ what: 'the branch cannot be read at the end', detail: String(thrown) })
      }
    }
  }

  async #compare(jobs: readonly Job[], { repository, branch }: BranchRef, prefix: string): Promise<void> {
    const at = { repository, branch }
    const { lakefs, signal, ask } = this.#ports
    const presence = new Presence(listingOf(lakefs, at, prefix, signal))
    const few = jobs.length <= FEW
    if (!few) for (const job of jobs) presence.announce(fullPath(job))
    for (const job of jobs) {
      const path = fullPath(job)
      const there = await ask(() => (few ? lakefs.stat(at, path, signal) : presence.at(path)))
      await this.#judge(job, there)
    }
  }

  async #judge(job: Job, there: ObjectStats | undefined): Promise<void> {
    const { state } = job
    if (state.status !== 'uploaded') return
    const { object } = state
    if (there && isSame(there, object)) return
    if (there) return this.#ports.roster.notice(job, { type: 'replaced' })
    const { log, roster, putBack } = this.#ports
    log.add({ what: 'not on the branch at the end', path: fullPath(job) })
    try {
      await putBack(job, object)
      log.add({ what: 'put back on the branch', path: fullPath(job) })
    } catch (thrown) {
      if (isAbort(thrown)) throw thrown
      if (thrown instanceof Refusal && thrown.status === 412) return roster.notice(job, { type: 'replaced' })
      const { code, status, detail, requestId } = toUploadError(thrown)
      const facts = { path: job.path, branch: job.destination.branch }
      const error = new UploadError('not-on-branch', { status, detail: detail ?? code, requestId, facts })
      roster.emit(job, { type: 'lost', error })
      // Cleared away as uploaded before: it comes back, for that is not so.
      if (!roster.get(job.id)) roster.add(job)
    }
  }
}

/** Whether the branch has the object that was put there, or one of the same bytes. */
function isSame(there: ObjectStats, object: ObjectStats): boolean {
  if (isSameAddress(there.physical_address, object.physical_address)) return true
  return there.checksum === object.checksum && there.size_bytes === object.size_bytes
}

function groupBy<T>(items: readonly T[], keyOf: (item: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>()
  for (const item of items) {
    const key = keyOf(item)
    const group = groups.get(key)
    if (group) group.push(item)
    else groups.set(key, [item])
  }
  return groups
}
