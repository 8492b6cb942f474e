import { UploadError } from '../errors.ts'
import { createJob, fullPath, isLarge, type Job } from '../file/job.ts'
import { ENDED } from '../file/state.ts'
import type { CollectedFiles, PickedFile } from '../intake/collect.ts'
import { filterFiles } from '../intake/filter.ts'
import { NO_REJECTIONS, type Rejection } from '../intake/input.ts'
import type { Destination } from '../lakefs/wire.ts'
import type { Clock } from '../request/clock.ts'
import { guarded } from '../request/host-callback.ts'
import { Slices } from '../request/slices.ts'
import type { FileRecord } from '../resume/database.ts'
import { carryOver, type ResumeMatch, type UnfinishedUploads } from '../resume/unfinished.ts'
import { type Added, policyOf, type Unfinished } from '../uploader.ts'
import type { Addition } from './addition.ts'
import { keyOf } from './file-store.ts'
import { jobFromFile } from './job-from-file.ts'
import type { FileLifecycle, Parts } from './lifecycle.ts'
import { type PreparedFiles, prepareFiles } from './prepare-files.ts'

/** Ms that adding files waits for the records of earlier visits. */
const LONGEST_RECALL = 1000
/** Files compared with the records of earlier visits together. */
const MATCHED = 200
/** Ms of taking files in before the first ones start. */
const GATHER = 250

export interface FileAdderParts extends Parts {
  readonly clock: Clock
  readonly breathe: () => Promise<void>
  readonly earlier: UnfinishedUploads | undefined
  readonly lifecycle: FileLifecycle
  /** Something shows that did not. */
  readonly changed: () => void
  /** There are files that may start. */
  readonly pump: () => void
}

/** What the files of one drop share. */
interface AddedTogether {
  /** Absent where all of them join at once. */
  addition?: Addition
  undecided?: boolean | undefined
  destination: Destination
  upload?: string | undefined
  /** Where the person sent them. */
  asked: Destination
  /** Ids of the same drop: the same file dropped twice later is no second source. */
  ids?: Set<string>
  failed?: Map<string, Job> | undefined
}

/** Where files come in: from drops, from what was set aside, and from earlier visits. */
export class FileAdder {
  readonly #parts: FileAdderParts
  #rejections = NO_REJECTIONS
  #setAside: { picked: PickedFile; destination: Destination }[] = []
  #nextId = 1
  /** Failed files that are on their way to another destination. */
  readonly #moving = new Set<Job>()

  constructor(parts: FileAdderParts) {
    this.#parts = parts
  }

  get rejections(): readonly Rejection[] {
    return this.#rejections
  }

  async take(pending: Promise<CollectedFiles>, destination: Destination, addition: Addition): Promise<Added> {
    const { options, fileStore, changed } = this.#parts
    const collected = await pending
    addition.left = collected.files.length
    changed()
    if (!addition.isCancelled) await this.#recall(destination.repository, false, addition.signal)
    const { files, systemFiles, rejections } = await filterFiles(
      collected,
      options(),
      fileStore.ids.length,
      this.#slices(),
    )
    this.#setAside.push(...systemFiles.map((picked) => ({ picked, destination })))
    if (rejections.length > 0) {
      this.#rejections = [...this.#rejections, ...rejections]
      guarded(() => options().onRejected?.(rejections))
    }
    changed()
    const prepared = await this.#prepare({ files, destination, rejections }, addition)
    return { ids: await this.#joinAll(prepared, destination, addition), rejections }
  }

  /**
   * Files of failed or cancelled rows once more, as a drop of their own; their old rows go once they have joined, and stay
   * as they are where it is cancelled before that.
   */
  async again(jobs: readonly Job[], destination: Destination, addition: Addition): Promise<void> {
    const mine = jobs.filter((job) => !this.#moving.has(job))
    for (const job of mine) this.#moving.add(job)
    try {
      const drop = { files: mine.flatMap(pickedAgain), destination, rejections: NO_REJECTIONS }
      const prepared = await this.#prepare(drop, addition)
      if (prepared.undecided) return
      await this.#joinAll(prepared, destination, addition)
      const taken = new Set(prepared.files.map(({ path }) => path))
      for (const job of mine) {
        const old = job.state.status === 'failed' || (job.state.status === 'cancelled' && job.undecided)
        if (old && taken.has(job.path)) this.#parts.lifecycle.remove(job)
      }
    } finally {
      for (const job of mine) this.#moving.delete(job)
    }
  }

  addSystemFiles(): void {
    const groups = this.#setAside
    this.#setAside = []
    const left = this.#rejections.filter(({ code }) => code !== 'system-file')
    if (left.length < this.#rejections.length) this.#rejections = left.length > 0 ? left : NO_REJECTIONS
    for (const { picked, destination } of groups) this.#admit(picked, { destination, asked: destination })
    this.#parts.changed()
    this.#parts.pump()
  }

  dismiss(): void {
    this.#rejections = NO_REJECTIONS
    this.#setAside = []
    this.#parts.changed()
  }

  async findUnfinished(repository: string): Promise<Unfinished> {
    this.#parts.transfers.aborts.resume()
    await this.#recall(repository, true)
    return this.#parts.earlier?.unfinished ?? { files: [], bytesLeft: 0, landed: 0 }
  }

  /** @param automatic where to, if only those are meant that need nobody. */
  async resumeUnfinished(addition: Addition, automatic?: Destination): Promise<Added> {
    const { earlier, fileStore, resumeStore, pump } = this.#parts
    const ids: string[] = []
    const superseded: ResumeMatch[] = []
    for (const { record, match, picked } of (await earlier?.resume(addition.signal, automatic)) ?? []) {
      const job = picked
        ? this.#jobOf(picked, destinationOf(record))
        : jobWithoutFile({ ...record, id: `f${this.#nextId++}` })
      // Given again before the records had been read: that one is sent, and not two to one path.
      if (fileStore.ownerOfPath(job)) superseded.push(match)
      else ids.push(this.#join(job, match, addition))
    }
    pump()
    this.#takeBack(superseded)
    await resumeStore?.delete(superseded.map(({ record }) => record))
    return { ids, rejections: NO_REJECTIONS }
  }

  async discardUnfinished(): Promise<void> {
    this.#takeBack((await this.#parts.earlier?.discard()) ?? [])
  }

  /** What earlier visits have left. An upload waits for it a moment and never fails by it. */
  async #recall(repository: string, again = false, signal?: AbortSignal): Promise<void> {
    const { clock, earlier } = this.#parts
    if (!earlier) return
    const lookAgain = () => void this.#recall(repository, true)
    const found = earlier.find(repository, again, lookAgain).catch((thrown: unknown) => {
      this.#unread(thrown)
    })
    void found.then(() => this.#tidy(earlier))
    await new Promise<void>((resolve) => {
      const cancel = clock.after(LONGEST_RECALL, resolve)
      const done = () => {
        cancel()
        resolve()
      }
      void found.then(done)
      signal?.addEventListener('abort', done, { once: true })
    })
  }

  /** Gives up at the store what a visit before had no time to give up. */
  async #tidy(earlier: UnfinishedUploads): Promise<void> {
    try {
      for (const { record, multipart, forget } of await earlier.abandoned()) {
        // The record stays until it is gone, as old as it is: a store that never says so is asked for a day at most.
        const done = () => void forget().catch((thrown: unknown) => this.#unread(thrown))
        this.#parts.transfers.abortUpload(jobWithoutFile(record), multipart, { since: record.touched, done })
      }
    } catch (thrown) {
      this.#unread(thrown)
    }
  }

  #unread(thrown: unknown): void {
    this.#parts.log.add({ what: 'records cannot be read', detail: String(thrown) })
  }

  #takeBack(matches: readonly ResumeMatch[]): void {
    for (const { record, resumePoint, spent } of matches) {
      const job = jobWithoutFile(record)
      job.resumePoint = spent ? { multipart: spent } : resumePoint
      this.#parts.lifecycle.abortUpload(job)
    }
  }

  #prepare(drop: PreparedFiles, addition: Addition): Promise<PreparedFiles> {
    const { options, transfers } = this.#parts
    return prepareFiles(drop, addition, options, transfers.lakefs)
  }

  #slices(): Slices {
    return new Slices(this.#parts.clock, this.#parts.breathe)
  }

  async #joinAll(ready: PreparedFiles, asked: Destination, addition: Addition): Promise<string[]> {
    const { clock, earlier, changed, pump } = this.#parts
    const { files, destination, undecided, upload } = ready
    const batch: AddedTogether = {
      destination,
      upload,
      asked,
      addition,
      undecided,
      ids: new Set(),
      failed: this.#failed(),
    }
    const ids: string[] = []
    const slices = this.#slices()
    // A long drop is looked up on the branch in few pages, so most of it is known before the first file asks.
    let pumpAt = clock.now() + GATHER
    let matches: Awaited<ReturnType<UnfinishedUploads['match']>> | undefined
    addition.join(files.length)
    for (const [index, picked] of files.entries()) {
      // What is cancelled leaves the records of earlier visits where they are.
      if (index % MATCHED === 0 && !addition.isCancelled) {
        matches = await earlier?.match(files.slice(index, index + MATCHED), destination)
      }
      ids.push(this.#admit(picked, batch, matches?.get(picked)))
      addition.left -= 1
      if (!slices.isOver) continue
      changed()
      if (clock.now() >= pumpAt) {
        pump()
        pumpAt = clock.now() + GATHER
      }
      await slices.rest()
    }
    changed()
    pump()
    return ids
  }

  #admit(picked: PickedFile, batch: AddedTogether, match?: ResumeMatch): string {
    const job = this.#jobOf(picked, batch.destination)
    job.requestedDestination = batch.asked
    job.upload = batch.upload
    const { fileStore, lifecycle } = this.#parts
    if (job.state.status === 'queued' && batch.addition?.isCancelled) {
      job.state = { status: 'cancelled' }
      job.undecided = batch.undecided ?? false
    }
    const holder = fileStore.ownerOfPath(job)
    if (holder && job.state.status === 'queued') {
      const same = holder.size === job.size && holder.lastModified === job.lastModified
      if (same && !batch.ids?.has(holder.id)) return holder.id
      const error = new UploadError('path-twice', { facts: { path: job.path } })
      job.state = { status: 'failed', error, sent: 0 }
    }
    batch.ids?.add(job.id)
    this.#join(job, match, batch.addition)
    // Given again, as its row has asked for: what has failed before is no longer news.
    const isNews = job.state.status !== 'failed' && job.state.status !== 'cancelled'
    const before = isNews ? batch.failed?.get(keyOf(job)) : undefined
    if (before?.state.status === 'failed') lifecycle.remove(before)
    return job.id
  }

  /** Files that have failed, by the path they were meant for; but those that another file was in the way of. */
  #failed(): Map<string, Job> | undefined {
    const { fileStore } = this.#parts
    if (fileStore.counter.count('failed') === 0) return undefined
    const failed = fileStore.all().filter(({ state }) => state.status === 'failed' && state.error.code !== 'path-twice')
    return new Map(failed.map((job) => [keyOf(job), job]))
  }

  #jobOf(picked: PickedFile, destination: Destination): Job {
    const { options, resumeStore } = this.#parts
    const job = jobFromFile(picked, `f${this.#nextId++}`, destination, options().metadata ?? {})
    job.handle = picked.handle
    void picked.root?.then((root) => {
      if (!root) return
      job.source = { root, inside: picked.path.split('/').slice(1) }
      if (!ENDED.has(job.state.status)) resumeStore?.save(job)
    })
    return job
  }

  /** Puts a file on the list, and in the queue unless its addition is paused or cancelled. */
  #join(job: Job, match: ResumeMatch | undefined, addition: Addition | undefined): string {
    const { run, fileStore } = this.#parts
    if (addition?.isCancelled && job.state.status === 'queued') job.state = { status: 'cancelled' }
    if (match) this.#carryOver(job, match)
    const open = job.state.status === 'queued'
    if (open && addition?.isPaused) job.state = { status: 'paused', sent: job.maxSentShown }
    run.join(job)
    fileStore.add(job)
    if (open) this.#open(job)
    this.#parts.tellFailed(job)
    return job.id
  }

  /** What an earlier visit has done of it. */
  #carryOver(job: Job, match: ResumeMatch): void {
    const { resumeStore, lifecycle, transfers } = this.#parts
    const { status } = job.state
    job.upload ??= match.record.upload
    if (status !== 'queued' && status !== 'cancelled') return
    if (status === 'queued') carryOver(job, match)
    resumeStore?.adopt(job, match.record)
    if (match.spent) transfers.abortUpload(job, match.spent)
    if (status === 'queued' && match.kind !== 'changed') return
    // Another file than the one that was begun, or one that is cancelled: what the store has is given up.
    job.resumePoint = match.resumePoint
    lifecycle.abortUpload(job)
  }

  /** It is going to be sent. */
  #open(job: Job): void {
    const { resumeStore, fileStore, queue, transfers, options } = this.#parts
    fileStore.claim(job)
    if (job.state.status === 'queued') queue.add(job.id, isLarge(job.size))
    resumeStore?.save(job)
    const asks = policyOf(options().onConflict) !== 'overwrite' || job.resumePoint.landed !== undefined
    if (asks && !job.resumePoint.stored) transfers.prefetch(job.destination, fullPath(job))
  }
}

/** A failed file, to be sent once more; where a later visit finds it is known as long as its path is the drop's own. */
function pickedAgain({ file, path, contentType, metadata, handle, source }: Job): PickedFile[] {
  if (!file) return []
  const found = source?.inside.join('/') === path.split('/').slice(1).join('/') ? source.root : undefined
  return [{ file, path, contentType, metadata, handle, root: found && Promise.resolve(found) }]
}

function destinationOf({ repository, branch, prefix }: FileRecord): Destination {
  return { repository, branch, prefix }
}

/** What an earlier visit had begun and this one has no file of. */
function jobWithoutFile(record: FileRecord): Job {
  return createJob({ ...record, destination: destinationOf(record), file: undefined })
}
