import { type ConflictAnswer, type FileStatus, STATUSES } from '../file/state.ts'
import type { FileDetails, UploadFile } from '../file/upload-file.ts'
import { type CollectedFiles, collect } from '../intake/collect.ts'
import { type AddInput, NO_REJECTIONS } from '../intake/input.ts'
import { destinationOf } from '../intake/paths.ts'
import type { LakeFSClient } from '../lakefs/retrying-client.ts'
import type { BranchRef } from '../lakefs/wire.ts'
import type { Configuration, UploaderOptions } from '../options.ts'
import { guarded } from '../request/host-callback.ts'
import type { Snapshot, Summary, Unfinished } from '../snapshot.ts'
import type { Added, ResumeUnfinished, Uploader } from '../uploader.ts'
import { Addition, Additions } from './adding/addition.ts'

/** The engine as it is reached through its face. */
export interface Started extends Uploader {
  /** Like `add`, for a drop that was taken out of its event already. */
  take(collected: Promise<CollectedFiles>, addition: Addition): Promise<Added>
}

/**
 * An uploader whose engine is loaded when somebody begins to listen, or at the latest when files come. Until
 * then it has no files, so everything one may ask of it has a plain answer.
 */
export class LazyUploader implements Uploader {
  readonly #start: (options: UploaderOptions) => Promise<Started>
  readonly #listeners = new Set<() => void>()
  /** As they are until the engine has them. */
  #options: UploaderOptions
  #engine: Started | undefined
  #starting: Promise<Started> | undefined
  /** Those that wait for the engine; it looks after them itself once it is there. */
  readonly #waiting = new Additions(() => this.#changed())
  /** Grows when it is stopped: what came before and waits for the engine is not begun. */
  #life = 0
  #idle: Snapshot | undefined

  constructor(options: UploaderOptions, start: (options: UploaderOptions) => Promise<Started>) {
    this.#options = options
    this.#start = start
  }

  async add(input: AddInput): Promise<Added> {
    const addition = this.#waiting.begin(new Addition())
    // Taken before the first await: browsers empty a drop after its event.
    const collected = collect(input, undefined, addition.signal)
    collected.catch(() => {})
    const life = this.#life
    try {
      const engine = await this.#started()
      this.#waiting.leave(addition)
      return life === this.#life ? await engine.take(collected, addition) : { ids: [], rejections: NO_REJECTIONS }
    } finally {
      this.#waiting.end(addition)
    }
  }

  pause(id?: string): void {
    if (id === undefined) this.#waiting.pause()
    this.#engine?.pause(id)
  }

  resume(id?: string): void {
    if (id === undefined) this.#waiting.resume()
    this.#engine?.resume(id)
  }

  cancel(id?: string): void {
    if (id === undefined) void this.#waiting.cancel()
    this.#engine?.cancel(id)
  }

  async cancelAdding(branch?: BranchRef): Promise<void> {
    await Promise.all([this.#waiting.cancel(), this.#engine?.cancelAdding(branch)])
  }

  retry(id?: string): void {
    this.#engine?.retry(id)
  }

  remove(id?: string): void {
    this.#engine?.remove(id)
  }

  rename(id: string, path: string): void {
    this.#engine?.rename(id, path)
  }

  resolveConflict(id: string, answer: ConflictAnswer, options?: { forAll?: boolean }): void {
    this.#engine?.resolveConflict(id, answer, options)
  }

  sessionRenewed(): void {
    this.#engine?.sessionRenewed()
  }

  setOptions(options: Partial<Configuration>): void {
    if (this.#engine) this.#engine.setOptions(options)
    else {
      this.#options = { ...this.#options, ...options }
      this.#changed()
    }
  }

  addSystemFiles(): void {
    this.#engine?.addSystemFiles()
  }

  dismissRejections(): void {
    this.#engine?.dismissRejections()
  }

  async findUnfinished(): Promise<Unfinished> {
    return await (await this.#started()).findUnfinished()
  }

  async resumeUnfinished(which?: ResumeUnfinished): Promise<Added> {
    return await (await this.#started()).resumeUnfinished(which)
  }

  async discardUnfinished(): Promise<void> {
    await (await this.#started()).discardUnfinished()
  }

  getReport(id?: string): string {
    return this.#engine?.getReport(id) ?? ''
  }

  getFile(id: string): UploadFile | undefined {
    return this.#engine?.getFile(id)
  }

  getDetails(id: string): FileDetails | undefined {
    return this.#engine?.getDetails(id)
  }

  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener)
    // Whoever shows files is going to have some: fetched ahead, they find the engine there, also without a network.
    this.#started().catch(() => {
      // Tried again with the first files, whose `add` then says what is wrong.
    })
    return () => this.#listeners.delete(listener)
  }

  getSnapshot(): Snapshot {
    if (this.#engine) return this.#engine.getSnapshot()
    this.#idle ??= {
      files: [],
      ids: [],
      totals: {
        files: 0,
        counts: Object.fromEntries(STATUSES.map((status) => [status, 0])) as Record<FileStatus, number>,
        bytes: 0,
        sent: 0,
        uploaded: 0,
        failed: 0,
      },
      status: 'idle',
      sessionExpired: false,
      destination: destinationOf(this.#options),
      rejections: NO_REJECTIONS,
      adding: this.#waiting.view,
    }
    return this.#idle
  }

  async client(): Promise<LakeFSClient> {
    return await (await this.#started()).client()
  }

  async finished(): Promise<Summary> {
    return await (await this.#started()).finished()
  }

  get isBusy(): boolean {
    return this.#engine?.isBusy ?? this.#waiting.size > 0
  }

  stop(): void {
    this.#life += 1
    void this.#waiting.cancel()
    this.#engine?.stop()
  }

  #started(): Promise<Started> {
    this.#starting ??= this.#start(this.#options).then(
      (engine) => {
        this.#engine = engine
        engine.setOptions(this.#options)
        engine.subscribe(() => this.#tell())
        return engine
      },
      (thrown: unknown) => {
        this.#starting = undefined
        throw thrown
      },
    )
    return this.#starting
  }

  /** What is shown as long as there is no engine. */
  #changed(): void {
    this.#idle = undefined
    if (!this.#engine) this.#tell()
  }

  #tell(): void {
    for (const listener of [...this.#listeners]) guarded(listener)
  }
}
