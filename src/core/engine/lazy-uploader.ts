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
import type { Added, FilesOfUpload, ResumeUnfinished, Uploader } from '../uploader.ts'
import { Addition, Additions } from './adding/addition.ts'

/** Engine with the method that only {@link LazyUploader} calls. */
export interface StartedEngine extends Uploader {
  /** Adds files that were already read out of their drop event. */
  take(collected: Promise<CollectedFiles>, addition: Addition): Promise<Added>
}

/**
 * Uploader whose engine is loaded by the first listener, or at the latest by the first files. Until then it has no
 * files, so every call has a fixed answer.
 */
export class LazyUploader implements Uploader {
  readonly #start: (options: UploaderOptions) => Promise<StartedEngine>
  readonly #listeners = new Set<() => void>()
  /** Options until the engine has them. */
  #options: UploaderOptions
  #engine: StartedEngine | undefined
  #starting: Promise<StartedEngine> | undefined
  /** Additions that wait for the engine, which takes them over once it is loaded. */
  readonly #waiting = new Additions(() => this.#changed())
  /** Number of stops. Additions that began before a stop and still wait for the engine are not started. */
  #stops = 0
  #idle: Snapshot | undefined

  constructor(options: UploaderOptions, start: (options: UploaderOptions) => Promise<StartedEngine>) {
    this.#options = options
    this.#start = start
  }

  async add(input: AddInput): Promise<Added> {
    const addition = this.#waiting.begin(new Addition())
    // Read before the first await, because browsers empty a drop after its event.
    const collected = collect(input, undefined, addition.signal)
    collected.catch(() => {})
    const life = this.#stops
    try {
      const engine = await this.#started()
      this.#waiting.leave(addition)
      return life === this.#stops ? await engine.take(collected, addition) : { ids: [], rejections: NO_REJECTIONS }
    } finally {
      this.#waiting.end(addition)
    }
  }

  pause(files?: string | FilesOfUpload): void {
    if (files === undefined) this.#waiting.pause()
    this.#engine?.pause(files)
  }

  resume(files?: string | FilesOfUpload): void {
    if (files === undefined) this.#waiting.resume()
    this.#engine?.resume(files)
  }

  cancel(files?: string | FilesOfUpload): void {
    if (files === undefined) void this.#waiting.cancel()
    this.#engine?.cancel(files)
  }

  async cancelAdding(branch?: BranchRef): Promise<void> {
    await Promise.all([this.#waiting.cancel(), this.#engine?.cancelAdding(branch)])
  }

  retry(files?: string | FilesOfUpload): void {
    this.#engine?.retry(files)
  }

  sendThroughLakeFS(id?: string): void {
    this.#engine?.sendThroughLakeFS(id)
  }

  remove(files?: string | FilesOfUpload): void {
    this.#engine?.remove(files)
  }

  dismissUpload(upload: string): void {
    this.#engine?.dismissUpload(upload)
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

  addVersionControl(): void {
    this.#engine?.addVersionControl()
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
    // A page that shows the uploader will probably upload, so the engine is loaded now and is there if the network
    // fails later.
    this.#started().catch(() => {
      // The first `add` loads it again and rejects with the error.
    })
    return () => this.#listeners.delete(listener)
  }

  getSnapshot(): Snapshot {
    if (this.#engine) return this.#engine.getSnapshot()
    this.#idle ??= {
      files: [],
      ids: [],
      uploads: [],
      totals: {
        files: 0,
        counts: Object.fromEntries(STATUSES.map((status) => [status, 0])) as Record<FileStatus, number>,
        bytes: 0,
        sent: 0,
        uploaded: 0,
        failed: 0,
        cancelled: 0,
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

  get persists(): boolean {
    return this.#engine?.persists ?? this.#options.persist !== false
  }

  get isBusy(): boolean {
    return this.#engine?.isBusy ?? this.#waiting.size > 0
  }

  stop(): void {
    this.#stops += 1
    void this.#waiting.cancel()
    this.#engine?.stop()
  }

  #started(): Promise<StartedEngine> {
    this.#starting ??= this.#start(this.#options).then(
      (engine) => {
        this.#engine = engine
        engine.setOptions(this.#options)
        engine.subscribe(() => this.#notify())
        return engine
      },
      (thrown: unknown) => {
        this.#starting = undefined
        throw thrown
      },
    )
    return this.#starting
  }

  /** Discards the snapshot that is shown without an engine. */
  #changed(): void {
    this.#idle = undefined
    if (!this.#engine) this.#notify()
  }

  #notify(): void {
    for (const listener of [...this.#listeners]) guarded(listener)
  }
}
