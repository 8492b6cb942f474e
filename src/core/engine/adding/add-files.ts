import type { Job } from '../../file/job.ts'
import type { CollectedFiles, PickedFile } from '../../intake/collect.ts'
import { filterFiles, includingLeftOut, type LeftOutCode, UNREADABLE } from '../../intake/filter.ts'
import { NO_REJECTIONS, type Rejection } from '../../intake/input.ts'
import { claimKey } from '../../intake/paths.ts'
import type { LakeFSClient } from '../../lakefs/retrying-client.ts'
import type { Destination } from '../../lakefs/wire.ts'
import type { Configuration } from '../../options.ts'
import { Slices } from '../../request/slices.ts'
import type { ResumeMatch } from '../../resume/unfinished.ts'
import type { Ports } from '../../transfer/transfer-manager.ts'
import type { Added } from '../../uploader.ts'
import type { FileStore } from '../file-store.ts'
import type { HostCallbacks } from '../host-callbacks.ts'
import type { FileLifecycle } from '../lifecycle.ts'
import type { Addition } from './addition.ts'
import type { AddedTogether, FileJoiner } from './join-files.ts'
import { type PreparedFiles, prepareFiles } from './prepare-files.ts'
import type { FileResumer } from './resume-files.ts'

/** Number of files that are compared with the records of earlier visits at once. */
const MATCH_BATCH_SIZE = 200
/** Ms during which files are added before the first ones start. */
const START_INTERVAL_MS = 250

/** Files of one addition that were left out for one reason. */
interface LeftOutTogether {
  code: LeftOutCode
  files: PickedFile[]
  rejections: readonly Rejection[]
  destination: Destination
}

/** Adds files: filters them, lets the host and the user prepare them, and adds them to the list. */
export class FileAdder {
  readonly #options: () => Configuration
  readonly #ports: Pick<Ports, 'clock' | 'breathe'>
  readonly #fileStore: FileStore
  readonly #lakefs: LakeFSClient
  readonly #lifecycle: FileLifecycle
  readonly #joiner: FileJoiner
  readonly #resumer: FileResumer | undefined
  readonly #host: HostCallbacks
  readonly #onChange: () => void
  readonly #pump: () => void
  #rejections = NO_REJECTIONS
  #setAside: LeftOutTogether[] = []
  /** Failed files that are being added again. */
  readonly #moving = new Set<Job>()

  /**
   * @param onChange is called when the snapshot has changed.
   * @param pump is called when files may start.
   */
  constructor(
    options: () => Configuration,
    ports: Pick<Ports, 'clock' | 'breathe'>,
    fileStore: FileStore,
    lakefs: LakeFSClient,
    lifecycle: FileLifecycle,
    joiner: FileJoiner,
    resumer: FileResumer | undefined,
    host: HostCallbacks,
    onChange: () => void,
    pump: () => void,
  ) {
    this.#options = options
    this.#ports = ports
    this.#fileStore = fileStore
    this.#lakefs = lakefs
    this.#lifecycle = lifecycle
    this.#joiner = joiner
    this.#resumer = resumer
    this.#host = host
    this.#onChange = onChange
    this.#pump = pump
  }

  get rejections(): readonly Rejection[] {
    return this.#rejections
  }

  /** Filters, prepares and adds collected files. */
  async add(pending: Promise<CollectedFiles>, destination: Destination, addition: Addition): Promise<Added> {
    const collected = await pending
    addition.left = collected.files.length
    this.#onChange()
    if (!addition.isCancelled) await this.#resumer?.recall(destination.repository, false, addition.signal)
    return await this.#addFiltered(collected, this.#options(), destination, addition)
  }

  /**
   * Takes the files that were left out for this reason so far, to add them: one group for each destination. Those that
   * cannot be read stay listed.
   */
  takeLeftOut(code: LeftOutCode): LeftOutTogether[] {
    const groups = new Map<string, LeftOutTogether>()
    for (const one of this.#setAside) {
      if (one.code !== code) continue
      const key = claimKey(one.destination, one.destination.prefix)
      const { files = [], rejections = [] } = groups.get(key) ?? {}
      groups.set(key, { ...one, files: [...files, ...one.files], rejections: [...rejections, ...one.rejections] })
    }
    this.#setAside = this.#setAside.filter((one) => one.code !== code)
    this.#setRejections(
      this.#rejections.flatMap((one) => {
        if (one.code !== code) return [one]
        return one.error ? [{ path: one.path, ...UNREADABLE, error: one.error }] : []
      }),
    )
    return [...groups.values()]
  }

  /** Adds files of {@link takeLeftOut}. When they cannot be prepared, they are left out as before. */
  async addLeftOut(group: LeftOutTogether, addition: Addition): Promise<void> {
    const { files, destination } = group
    try {
      const limits = includingLeftOut(this.#options())
      await this.#addFiltered({ files, emptyFolders: [], unreadable: [] }, limits, destination, addition)
    } catch (thrown) {
      this.#setAside.push(group)
      this.#setRejections([...this.#rejections, ...group.rejections])
      throw thrown
    }
  }

  async #addFiltered(
    collected: CollectedFiles,
    limits: Parameters<typeof filterFiles>[1],
    destination: Destination,
    addition: Addition,
  ): Promise<Added> {
    addition.left = collected.files.length
    const { files, systemFiles, versionControl, rejections } = await filterFiles(
      collected,
      limits,
      this.#fileStore.ids.length,
      this.#slices(),
    )
    const setAside = (code: LeftOutCode, files: PickedFile[]) => {
      const theirs = rejections.filter((one) => one.code === code && !one.error)
      if (files.length > 0) this.#setAside.push({ code, files, rejections: theirs, destination })
    }
    setAside('system-file', systemFiles)
    setAside('version-control', versionControl)
    if (rejections.length > 0) this.#setRejections([...this.#rejections, ...rejections])
    this.#host.rejected(rejections)
    this.#onChange()
    addition.upload = this.#fileStore.uploads.newId(destination)
    const prepared = await this.#prepare({ files, destination, rejections }, addition)
    return { ids: await this.#joinAll(prepared, destination, addition), rejections }
  }

  /**
   * Adds the files of failed or cancelled rows again, as an upload of their own. Their old rows are removed when the
   * files have joined, and stay when the addition is cancelled before.
   */
  async addAgain(jobs: readonly Job[], destination: Destination, addition: Addition): Promise<void> {
    const mine = jobs.filter((job) => !this.#moving.has(job))
    for (const job of mine) this.#moving.add(job)
    try {
      addition.upload = this.#fileStore.uploads.newId(destination)
      const given = { files: mine.flatMap(pickedFrom), destination, rejections: NO_REJECTIONS }
      const prepared = await this.#prepare(given, addition)
      if (prepared.undecided) return
      await this.#joinAll(prepared, destination, addition)
      const taken = new Set(prepared.files.map(({ path }) => path))
      for (const job of mine) {
        const old = job.state.status === 'failed' || (job.state.status === 'cancelled' && job.undecided)
        if (old && taken.has(job.path)) this.#lifecycle.remove(job)
      }
    } finally {
      for (const job of mine) this.#moving.delete(job)
    }
  }

  /** Clears the rejections so far. */
  dismiss(): void {
    this.#setAside = []
    this.#setRejections(NO_REJECTIONS)
  }

  #setRejections(rejections: readonly Rejection[]): void {
    this.#rejections = rejections.length > 0 ? rejections : NO_REJECTIONS
    this.#onChange()
  }

  #prepare(given: PreparedFiles, addition: Addition): Promise<PreparedFiles> {
    return prepareFiles(given, addition, this.#options, this.#lakefs)
  }

  #slices(): Slices {
    return new Slices(this.#ports.clock, this.#ports.breathe)
  }

  async #joinAll(prepared: PreparedFiles, asked: Destination, addition: Addition): Promise<string[]> {
    const { files, destination, undecided } = prepared
    const together: AddedTogether = {
      destination,
      named: prepared.upload,
      asked,
      addition,
      undecided,
      ids: new Set(),
      failed: this.#joiner.failed(),
    }
    const { clock } = this.#ports
    const ids: string[] = []
    const slices = this.#slices()
    // One page of a listing covers many files, so most are looked up before the first file starts.
    let pumpAt = clock.now() + START_INTERVAL_MS
    let matches: ReadonlyMap<PickedFile, ResumeMatch> | undefined
    addition.join(files.length)
    for (const [index, picked] of files.entries()) {
      // A cancelled addition leaves the records of earlier visits as they are.
      if (index % MATCH_BATCH_SIZE === 0 && !addition.isCancelled) {
        matches = await this.#resumer?.match(files.slice(index, index + MATCH_BATCH_SIZE), destination)
      }
      together.upload ??=
        prepared.upload ?? uploadOf(matches) ?? this.#fileStore.uploads.running(destination) ?? addition.upload
      addition.upload = together.upload
      ids.push(this.#joiner.join(picked, together, matches?.get(picked)))
      addition.left -= 1
      if (!slices.isOver) continue
      this.#onChange()
      if (clock.now() >= pumpAt) {
        this.#pump()
        pumpAt = clock.now() + START_INTERVAL_MS
      }
      await slices.rest()
    }
    this.#onChange()
    this.#pump()
    return ids
  }
}

/** Returns the upload of an earlier visit that the first of these files belongs to. */
function uploadOf(matches: ReadonlyMap<PickedFile, ResumeMatch> | undefined): string | undefined {
  for (const { record } of matches?.values() ?? []) if (record.upload !== undefined) return record.upload
  return undefined
}

/**
 * Returns a failed file as a picked one. Its folder is kept as long as the path inside it is the same, so that a later
 * visit can find the file.
 */
function pickedFrom({ file, path, contentType, metadata, handle, source }: Job): PickedFile[] {
  if (!file) return []
  const found = source?.inside.join('/') === path.split('/').slice(1).join('/') ? source.root : undefined
  return [{ file, path, contentType, metadata, handle, root: found && Promise.resolve(found) }]
}
