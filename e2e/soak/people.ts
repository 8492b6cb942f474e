import { setTimeout as wait } from 'node:timers/promises'
import { md5 } from './branch.ts'
import type { Client } from './client.ts'

/** Somebody who works beside the page until told to stop. */
export interface Person {
  /** How often they have done it. */
  readonly times: number
  /** Resolves once what they were at is done; rejects with what went wrong for them. */
  stop(): Promise<void>
}

/** Does the same again and again with pauses by chance of up to so many ms. */
function busy(random: () => number, pauseMs: number, act: () => Promise<boolean>): Person {
  let [times, stopped] = [0, false]
  const work = async () => {
    while (!stopped) {
      if (await act()) times += 1
      await wait(random() * pauseMs)
    }
  }
  const done = work()
  // Told at the stop.
  done.catch(() => undefined)
  return {
    get times() {
      return times
    },
    async stop() {
      stopped = true
      await done
    },
  }
}

/** Commits the branch, mostly back to back. */
export function committer(client: Client, branch: string, random: () => number): Person {
  let commits = 0
  const pause = () => (random() < 0.8 ? 0 : random())
  return busy(pause, 150, () => client.commit(branch, `commit ${++commits} of the committer`))
}

/** What a second uploader has put on a branch, by path: what must be there at the end. */
export class Neighbour {
  readonly #client: Client
  readonly #branch: string
  readonly #random: () => number
  #written = 0
  /** MD5 of what lakeFS has acknowledged last, and when (ms since 1970). */
  readonly objects = new Map<string, { md5: string; at: number }>()
  /** MD5s of all they have tried to put: what lakeFS refuses beside a commit may be there all the same. */
  readonly attempts = new Map<string, Set<string>>()

  constructor(client: Client, branch: string, random: () => number) {
    this.#client = client
    this.#branch = branch
    this.#random = random
  }

  /** Puts bytes of their own, or these; with `absent` only where there is nothing. */
  async put(path: string, { absent = false, bytes = this.#bytes() } = {}): Promise<boolean> {
    this.attempts.set(path, (this.attempts.get(path) ?? new Set()).add(md5(bytes)))
    const taken = await this.#client.put(this.#branch, path, bytes, absent)
    if (taken) this.objects.set(path, { md5: md5(bytes), at: Date.now() })
    return taken
  }

  /** Goes on putting: at shared paths where there is nothing yet, and at paths of their own over and over. */
  work(shared: readonly string[], own: readonly string[], pauseMs: number): Person {
    const pick = (paths: readonly string[]) => paths[Math.floor(this.#random() * paths.length)] as string
    return busy(this.#random, pauseMs, () =>
      this.#random() < 0.5 && shared.length > 0 ? this.put(pick(shared), { absent: true }) : this.put(pick(own)),
    )
  }

  #bytes(): Uint8Array<ArrayBuffer> {
    this.#written += 1
    return new TextEncoder().encode(`the neighbour's object ${this.#written} ${this.#random()}`)
  }
}
