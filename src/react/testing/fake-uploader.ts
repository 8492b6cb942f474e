import { allows, type FileAction } from '../../core/file/actions.ts'
import { isStoppedByStore } from '../../core/file/stopped-by-store.ts'
import {
  type ConflictAnswer,
  type FileState,
  type FileStatus,
  type FilesOfUpload,
  type LakeFSClient,
  type Rejection,
  type Snapshot,
  STATUSES,
  type Totals,
  type Uploader,
  type UploaderStatus,
  type UploadFile,
} from '../../core/index.ts'
import type { PanelScene } from '../../gallery/panels.ts'
import { lakefsOn } from '../../gallery/scene-lakefs.ts'
import { DESTINATION, type Scene } from './scenes.ts'

/** All files of a scene are one upload. */
const UPLOAD = 'upload'
const SINCE = Date.UTC(2026, 10, 29, 15, 4)
const DURATION_MS = 68_000

type Meant = string | FilesOfUpload

/** One array for all snapshots, as in the engine. */
const NONE: readonly Rejection[] = []

/** Uploader without an engine: shows a scene and changes it by its methods, for the gallery and for tests. */
export class FakeUploader implements Uploader {
  readonly #files = new Map<string, UploadFile>()
  readonly #listeners = new Set<() => void>()
  #scene: Scene
  #snapshot: Snapshot | undefined
  #lakefs: LakeFSClient | undefined
  #dropped = false

  /** @param panels the same scene, when it has panels of a versioned store. */
  constructor(
    scene: Scene,
    readonly panels?: PanelScene,
  ) {
    this.#scene = scene
    if (!panels?.drop) for (const file of scene.files) this.#files.set(file.id, file)
  }

  /** Puts one file into another state. */
  set(id: string, state: FileState): void {
    const file = this.#files.get(id)
    if (!file) return
    const { path, destination, size, lastModified, contentType, metadata } = file
    this.#files.set(id, { id, path, destination, size, lastModified, contentType, metadata, ...state })
    this.changed()
  }

  /** Replaces the scene. */
  show(scene: Scene): void {
    this.#scene = scene
    this.#files.clear()
    for (const file of scene.files) this.#files.set(file.id, file)
    this.changed()
  }

  changed(): void {
    this.#snapshot = undefined
    for (const listener of [...this.#listeners]) listener()
  }

  add: Uploader['add'] = async () => ({ ids: [], rejections: [] })
  pause = (id?: Meant) => this.#each(id, 'pause', { status: 'paused', sent: 0 })
  resume = (id?: Meant) => this.#each(id, 'resume', { status: 'queued' })
  cancel = (id?: Meant) => this.#each(id, 'cancel', { status: 'cancelled' })
  cancelAdding: Uploader['cancelAdding'] = async () => {}
  retry = (id?: Meant) => this.#each(id, 'retry', { status: 'queued' })
  sendThroughLakeFS: Uploader['sendThroughLakeFS'] = (id) => this.retry(id)
  rename = (id: string, path: string) => {
    const file = this.#files.get(id)
    if (file) this.#files.set(id, { ...file, path })
    this.changed()
  }
  remove = (id?: Meant) => {
    const gone = typeof id === 'string' ? [id] : this.#withStatus(['uploaded', 'skipped', 'cancelled'])
    for (const one of gone) this.#files.delete(one)
    this.changed()
  }
  dismissUpload = () => {
    this.#files.clear()
    this.changed()
  }
  resolveConflict = (id: string, answer: ConflictAnswer, { forAll = false } = {}) =>
    this.#each(
      forAll ? undefined : id,
      'answer',
      answer === 'skip' ? { status: 'skipped', reason: 'exists' } : { status: 'queued' },
    )
  sessionRenewed = () => {
    this.#scene = { ...this.#scene, sessionExpired: false }
    this.changed()
  }
  setOptions: Uploader['setOptions'] = ({ agree }) => {
    const { drop } = this.panels ?? {}
    if (!agree || !drop || this.#dropped) return
    this.#dropped = true
    void this.client().then((lakefs) =>
      agree({ files: drop, destination: DESTINATION, rejections: this.panels?.rejections }, lakefs, DESTINATION).then(
        (prepared) => {
          // The files of the scene are those that the drop became.
          const destination = prepared?.destination ?? DESTINATION
          for (const file of prepared ? (this.panels?.files ?? []) : [])
            this.#files.set(file.id, { ...file, destination })
          this.changed()
        },
      ),
    )
  }
  addSystemFiles = () => this.dismissRejections()
  addVersionControl = () => this.dismissRejections()
  dismissRejections = () => {
    this.#scene = { ...this.#scene, rejections: [] }
    this.changed()
  }
  getFile = (id: string) => this.#files.get(id)
  findUnfinished: Uploader['findUnfinished'] = async () =>
    this.#scene.unfinished ?? { files: [], bytesLeft: 0, landed: 0 }
  resumeUnfinished: Uploader['resumeUnfinished'] = async () => ({ ids: [], rejections: [] })
  discardUnfinished = async () => {
    this.#scene = { ...this.#scene, unfinished: undefined }
    this.changed()
  }
  getReport = () => ''
  getDetails: Uploader['getDetails'] = (id) => {
    const file = this.#files.get(id)
    if (!file) return undefined
    if (file.status === 'uploaded' && file.size > 64e6) {
      const all = Math.ceil(file.size / 64e6)
      return { address: file.object.physical_address, parts: { done: all, all }, tries: 2, rates: [] }
    }
    if (isStoppedByStore(file)) return { tries: 1, rates: [], mayGoThroughLakeFS: true }
    if (file.status !== 'sending') return { tries: 1, rates: [] }
    const rates = Array.from({ length: 30 }, (_, index) => 46e6 + 9e6 * Math.sin(index / 3) - (index === 12 ? 30e6 : 0))
    const parts = { done: Math.floor(file.sent / 64e6), all: Math.ceil(file.size / 64e6) }
    return { address: 's3://lake-store/data/gk2c7o3jd5fs73/d3p5s8k2c7o3jd5fs7', parts, tries: 2, rates }
  }
  client: Uploader['client'] = async () => {
    if (!this.panels) throw new Error('this scene has no server')
    this.#lakefs ??= lakefsOn(this.panels.lake)
    return this.#lakefs
  }
  subscribe = (listener: () => void) => {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }
  getSnapshot = (): Snapshot => {
    this.#snapshot ??= this.#makeSnapshot()
    return this.#snapshot
  }
  finished: Uploader['finished'] = () => new Promise(() => {})
  isBusy = false
  persists = false
  stop = () => {}

  #withStatus(statuses: readonly FileStatus[]): string[] {
    return [...this.#files.values()].filter(({ status }) => statuses.includes(status)).map(({ id }) => id)
  }

  #each(id: Meant | undefined, action: FileAction, state: FileState): void {
    for (const file of [...this.#files.values()])
      if ((typeof id !== 'string' || file.id === id) && allows(file, action)) this.set(file.id, state)
  }

  #makeSnapshot(): Snapshot {
    const files = [...this.#files.values()]
    const { bytesPerSecond: rate, secondsLeft, sessionExpired = false, rejections = NONE, unfinished } = this.#scene
    const { neverSignedIn } = this.#scene
    const ids = this.#idsOf(files)
    const totals = { ...totalsOf(files), ...(rate ? { bytesPerSecond: rate, secondsLeft } : {}), ...this.#scene.totals }
    const status = statusOf(files)
    const facts = { id: UPLOAD, since: SINCE, destination: DESTINATION, durationMs: DURATION_MS }
    return {
      files,
      ids,
      uploads: files.length > 0 ? [{ ...facts, ids, totals, status }] : [],
      totals,
      status,
      sessionExpired,
      neverSignedIn,
      destination: DESTINATION,
      rejections,
      unfinished,
    }
  }

  #ids: readonly string[] = []
  /** Returns the same array until the files change, as the engine does. */
  #idsOf(files: readonly UploadFile[]): readonly string[] {
    const ids = files.map(({ id }) => id)
    if (ids.length !== this.#ids.length || ids.some((id, index) => id !== this.#ids[index])) this.#ids = ids
    return this.#ids
  }
}

function totalsOf(files: readonly UploadFile[]): Totals {
  const counts = Object.fromEntries(STATUSES.map((status) => [status, 0])) as Record<FileStatus, number>
  const totals = { files: files.length, counts, bytes: 0, sent: 0, uploaded: 0, failed: 0, cancelled: 0 }
  for (const file of files) {
    counts[file.status] += 1
    if (file.status === 'cancelled') totals.cancelled += file.size
    if (file.status === 'skipped' || file.status === 'cancelled') continue
    totals.bytes += file.size
    if (file.status === 'uploaded') {
      totals.sent += file.size
      totals.uploaded += file.size
    } else if ('sent' in file) totals.sent += file.sent
    if (file.status === 'failed') totals.failed += file.size
  }
  return totals
}

function statusOf(files: readonly UploadFile[]): UploaderStatus {
  if (files.length === 0) return 'idle'
  const has = (...some: FileStatus[]) => files.some(({ status }) => some.includes(status))
  if (has('queued', 'checking', 'sending', 'finishing')) return 'running'
  if (has('waiting', 'asking')) return 'waiting'
  return has('paused') ? 'paused' : 'finished'
}
