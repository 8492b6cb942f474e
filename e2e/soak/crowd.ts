import { setTimeout as wait } from 'node:timers/promises'
import type { Sandbox } from '../../server/sandbox/index.ts'
import { historyOf, leftOpen, readBranch, unwritten } from './branch.ts'
import { chance } from './chance.ts'
import { Claims, differencesOf } from './claims.ts'
import { Client, REPOSITORY } from './client.ts'
import { PARTS_FROM, type Plan, planOf } from './files.ts'
import type { Mutation } from './mutations.ts'
import type { Row, Setup, Soak } from './page.ts'
import { committer, Neighbour } from './people.ts'
import type { Acts } from './person.ts'
import { openRelay, type Relay } from './relay.ts'
import { lateParts, openStage, racingCommits, type Stage, type Trial } from './stage.ts'
import { openVisit, type Visit } from './visit.ts'

export interface CrowdOptions {
  pageDir: string
  seed: number
  files: number
  /** Ms after which what is not done counts as failed. */
  limit: number
  mutation: Mutation | undefined
}

const PREFIX = 'people/'
/** One file in so many goes in parts. */
const EVERY = 25
/** Shares of the files added first at which the store is full, and at which the browser is killed. */
const FULL_AT = 0.03
const DEATHS_AT = [0.25, 0.5] as const
/** Ms that uploads are waited for which nobody is going to give up. */
const LOST_MS = 15_000
/** How often failed files are tried again, as a person would. */
const RETRIES = 8
/** Share of the files that somebody at the page cancels at any moment. */
const CANCELLED = 0.04
/** How many files are cancelled at once while parts of theirs are on their way. */
const IN_PARTS = 3
/** How often somebody pauses, for one file. */
const PAUSES = 0.5
/** Ms that a moment is waited for before the browser is killed at any. */
const MOMENT_MS = 10_000

declare const soak: Soak

/** The page among people: a committer, a second uploader, and a person who pauses and cancels; see the options. */
export async function runCrowd(options: CrowdOptions): Promise<Trial> {
  const { pageDir, seed } = options
  const stage = await openStage(pageDir, { ...racingCommits, ...lateParts })
  const relay = await openRelay(stage.sandbox.storeUrl, chance(seed + 2))
  const crowd = new Crowd(options, stage, relay)
  try {
    return await crowd.run()
  } finally {
    await crowd.end()
    await relay.close()
    await stage.close()
  }
}

class Crowd {
  readonly #options: CrowdOptions
  readonly #stage: Stage
  readonly #sandbox: Sandbox
  readonly #relay: Relay
  readonly #random: () => number
  readonly #setup: Setup
  readonly #plans: Plan[]
  readonly #claims = new Claims()
  readonly #problems: string[] = []
  /** Uploads that a browser was asked to put down at the moment of its death. */
  readonly #unwritten = new Set<string>()
  /** Ms since 1970. */
  readonly #diedAt: number[] = []
  #visit: Visit | undefined
  readonly #acts: Acts = { cancels: 0, pauses: 0 }
  /** Files that were cancelled while parts of theirs were on their way. */
  #inParts = 0
  #refusals = 0

  constructor(options: CrowdOptions, stage: Stage, relay: Relay) {
    const { seed, files, mutation } = options
    this.#options = options
    this.#stage = stage
    this.#sandbox = stage.sandbox
    this.#relay = relay
    this.#random = chance(seed + 3)
    this.#plans = planOf(seed, files, EVERY)
    // Nothing of others may change: what is there, stays.
    this.#setup = {
      ...{ repository: REPOSITORY, branch: 'main', prefix: PREFIX, onConflict: 'skip', mutation },
      relay: { store: stage.sandbox.storeUrl, url: relay.url },
    }
  }

  async run(): Promise<Trial> {
    const { seed, limit, files } = this.#options
    const until = Date.now() + limit
    const client = new Client(this.#sandbox)
    const neighbour = new Neighbour(client, 'main', chance(seed + 4))
    // Complete knows no condition: a file in parts is looked for just before, and what comes in between is written over.
    const small = this.#plans.filter(({ size }) => size < PARTS_FROM).map(({ path }) => PREFIX + path)
    const shared = small.filter(() => this.#random() < 0.15)
    const own = Array.from({ length: 20 }, (_, index) => `${PREFIX}theirs/${index}`)
    for (const path of [...small.filter(() => this.#random() < 0.03), ...own.slice(0, 10)]) await neighbour.put(path)
    const people = [committer(client, 'main', chance(seed + 5)), neighbour.work(shared, own, 200)]
    await this.#open()
    await this.#drive(until)
    for (const person of people) await person.stop()
    await this.#count()
    const rows = await this.#rows()
    for (const path of small.filter(() => this.#random() < 0.03)) await neighbour.put(path)
    await client.commit('main', 'the last commit')
    await moment(() => this.#relay.busy === 0, MOMENT_MS)
    const open = await leftOpen(
      this.#sandbox,
      (upload) => !this.#unwritten.has(upload),
      this.#options.mutation ? LOST_MS : undefined,
    )
    if (open.length > 0)
      this.#problems.push(
        `${open.length} multipart uploads are open: ${open.map((one) => historyOf(this.#sandbox, one, this.#diedAt)).join('; ')}`,
      )
    const branch = await readBranch(this.#sandbox, 'main', PREFIX)
    const evidence = { prefix: PREFIX, plans: this.#plans, claims: this.#claims, rows, branch }
    const differences = differencesOf({ ...evidence, others: neighbour.objects, attempts: neighbour.attempts })
    const [commits, puts] = people.map(({ times }) => times)
    const parts = this.#plans.filter(({ size }) => size > PARTS_FROM).length
    const figures = [
      `${files} files (${parts} by parts)`,
      `${commits} commits, ${puts} objects of a neighbour, ${this.#acts.cancels + this.#inParts} cancels (${this.#inParts} in parts), ${this.#acts.pauses} pauses`,
      `${this.#refusals} refusals of a full store, ${this.#diedAt.length} deaths`,
      `${this.#claims.uploaded.size} told as uploaded, ${this.#claims.cancelled.size} as cancelled, ${branch.size} on the branch`,
      `${differences.length} differences, ${open.length} multiparts open`,
    ]
    return { figures, problems: [...this.#problems, ...differences] }
  }

  async end(): Promise<void> {
    await this.#visit?.kill()
  }

  /** Files that are added: what a page has told is put right by the next one, so some only come once nobody dies any more. */
  get #mortal(): readonly Plan[] {
    const more = !this.#options.mutation && this.#diedAt.length < DEATHS_AT.length
    return more ? this.#plans.filter((_, index) => index % EVERY < EVERY / 2) : this.#plans
  }

  /** Opens the page and adds the files that nobody has cancelled. */
  async #open(): Promise<void> {
    const visit = await openVisit(this.#stage, this.#claims.hear, this.#problems)
    const plans = this.#mortal.filter(({ path }) => !this.#claims.cancelled.has(PREFIX + path))
    const left = (name: keyof Acts, share: number) =>
      Math.max(0, Math.ceil(share * this.#plans.length) - this.#acts[name])
    const most = { cancels: left('cancels', CANCELLED), pauses: left('pauses', PAUSES) }
    const seed = this.#options.seed + this.#diedAt.length
    await visit.page.evaluate((given) => soak.attend(...given), [this.#setup, plans, seed, most] as const)
    this.#visit = visit
  }

  /** Puts down what the person at the page has done, before it is gone. */
  async #count(): Promise<void> {
    const acts = await this.#visit?.page.evaluate(() => soak.acts())
    for (const name of ['cancels', 'pauses'] as const) this.#acts[name] += acts?.[name] ?? 0
  }

  async #rows(): Promise<Row[]> {
    const visit = this.#visit
    try {
      return (await visit?.page.evaluate(() => soak.rows())) ?? []
    } catch (thrown) {
      // It died over the question.
      if (visit !== this.#visit) return []
      throw thrown
    }
  }

  /** What befalls the page once a share of the files is on the branch. The engine with a part missing is spared most of it. */
  async #befall(): Promise<void> {
    if (this.#options.mutation) return await this.#cancelInParts()
    const share = (part: number) => this.#claims.reached(Math.floor(part * this.#mortal.length))
    await share(FULL_AT)
    await this.#fillStore()
    await this.#cancelInParts()
    await share(DEATHS_AT[0])
    await this.#dieInParts()
    await this.#cancelInParts()
    await share(DEATHS_AT[1])
    await this.#dieUnlinked()
  }

  /** Looks after the page until every file has ended. */
  async #drive(until: number): Promise<void> {
    let [befallen, retries] = [false, 0]
    const befalling = this.#befall().then(() => {
      befallen = true
    })
    for (; Date.now() < until; await Promise.race([befallen ? wait(200) : befalling, wait(200)])) {
      const rows = await this.#rows()
      if (rows.length === 0 || rows.some(({ status }) => !ENDED.has(status))) continue
      if (!befallen) {
        this.#claims.complete()
        await befalling
        continue
      }
      const failed = rows.filter(({ status }) => status === 'failed')
      for (const { path, code } of failed) {
        if (code === 'exists') this.#problems.push(`failed as taken, where what is there is left: ${path}`)
        else if (retries === RETRIES) this.#problems.push(`failed: ${path}: ${code}`)
      }
      if (failed.length === 0 || retries === RETRIES) {
        await this.#visit?.page.evaluate(() => soak.finished())
        return
      }
      retries += 1
      await this.#visit?.page.evaluate(() => soak.retry())
    }
    // Whoever dies yet comes back before what is there is looked at.
    this.#claims.complete()
    await befalling
    const counts = (await this.#visit?.page.evaluate(() => soak.state()))?.counts
    this.#problems.push(`not done in time: ${JSON.stringify(counts)}`)
  }

  /** The store has no room for a while. */
  async #fillStore(): Promise<void> {
    const body =
      '<Error><Code>XMinioStorageFull</Code><Message>Storage backend has reached its minimum free drive threshold.</Message></Error>'
    const fault = { kind: 'status', status: 507, body, headers: { 'Content-Type': 'application/xml' } } as const
    this.#sandbox.faults.add({ route: 'store-put', fault, times: 0 }, { route: 'store-part', fault, times: 0 })
    const struck = () => this.#sandbox.faults.list().reduce((sum, rule) => sum + rule.struck, 0)
    await moment(() => struck() >= 15, MOMENT_MS)
    this.#refusals = struck()
    this.#sandbox.faults.clear()
    await this.#visit?.page.evaluate(() => soak.retry())
  }

  /**
   * Some files are cancelled while parts of theirs have left the page and lie before the store, which gets them once it
   * has taken the abort, however slow the machine is.
   */
  async #cancelInParts(): Promise<void> {
    const aborts = () =>
      this.#sandbox.requests('api').filter(({ route, status }) => route === 'abort-multipart' && status > 0).length
    for (let cancelled = 0; cancelled < IN_PARTS; ) {
      this.#relay.freeze()
      const paths = await this.#partsOnTheirWay()
      if (!paths) break
      const before = aborts()
      // Parts of a file that was cancelled before may still lie there.
      if (await this.#visit?.page.evaluate((held) => soak.cancelAt(held), paths)) {
        cancelled += 1
        this.#inParts += 1
        await moment(() => aborts() > before, MOMENT_MS)
      }
      this.#relay.thaw()
      await wait(20)
    }
    this.#relay.thaw()
  }

  /** Where parts go that the relay holds, once it holds some; undefined where no file in parts is left. */
  async #partsOnTheirWay(): Promise<readonly string[] | undefined> {
    for (; this.#relay.partsHeld.length === 0; await wait(20)) {
      const large = (await this.#rows()).filter(({ size }) => size > PARTS_FROM)
      if (large.length > 0 && large.every(({ status }) => ENDED.has(status))) return undefined
    }
    return this.#relay.partsHeld
  }

  /** The browser is killed while parts of a file are at the store and others on their way. */
  async #dieInParts(): Promise<void> {
    await moment(() => this.#sandbox.multiparts().some(({ heard, parts }) => heard && parts.length > 0), MOMENT_MS)
    this.#relay.freeze()
    await moment(() => this.#relay.partsHeld.length > 0, MOMENT_MS)
    await this.#die(() => this.#relay.thaw())
  }

  /** The browser is killed while lakeFS has been asked to link files and has not answered. */
  async #dieUnlinked(): Promise<void> {
    const at = this.#random() < 0.5 ? 'request' : 'answer'
    this.#sandbox.faults.add({ route: 'link', fault: { kind: 'hold', at }, times: 0 })
    await moment(() => (this.#sandbox.faults.list()[0]?.struck ?? 0) >= 3, MOMENT_MS)
    await this.#die(() => this.#sandbox.faults.clear())
  }

  async #die(then: () => void): Promise<void> {
    await this.#count()
    const visit = this.#visit
    this.#visit = undefined
    await visit?.kill()
    this.#diedAt.push(Date.now())
    for (const upload of unwritten(this.#sandbox, Date.now())) this.#unwritten.add(upload)
    then()
    await this.#open()
  }
}

const ENDED: ReadonlySet<string> = new Set(['uploaded', 'skipped', 'failed', 'cancelled'])

/** Waits until something is so, but not for ever. */
async function moment(isSo: () => boolean, ms: number): Promise<void> {
  for (const end = Date.now() + ms; !isSo() && Date.now() < end; ) await wait(10)
}
