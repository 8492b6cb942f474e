import { startEngine } from '../../src/core/engine/browser.ts'
import { ENDED } from '../../src/core/file/state.ts'
import type { UploadFile } from '../../src/core/file/upload-file.ts'
import type { ConflictPolicy, Prepared } from '../../src/core/options.ts'
import { nextTurn } from '../../src/core/request/slices.ts'
import { beginAtomic, landAtomic } from '../../src/core/versioned/atomic-upload.ts'
import type { AtomicUpload } from '../../src/core/versioned/open-uploads.ts'
import { bytesOf, PART, type Plan } from './files.ts'
import { type Mutation, mutated, rowsOnly } from './mutations.ts'
import { type Acts, person } from './person.ts'

export interface Setup {
  repository: string
  branch: string
  prefix: string
  onConflict: ConflictPolicy
  /** Ms; default 10,000. */
  stallTimeout?: number
  mutation: Mutation | undefined
  /** What stands in for the store. */
  relay?: { store: string; url: string }
}

export interface State {
  counts: Readonly<Record<string, number>>
  earlier: number
  codes: string[]
  report: string
}

/** What the page says of a file, as it says it. */
export interface Told {
  status: 'uploaded' | 'cancelled'
  /** Full path. */
  path: string
  /** Of the object; absent where there is none. */
  size?: number
}

export interface Row extends Pick<UploadFile, 'id' | 'path' | 'size' | 'status'> {
  /** What it has failed with. */
  code: string | undefined
}

/** What is stopped while it is added: a long list, a folder under read, or a drop that somebody prepares. */
export type Source = 'list' | 'folder' | 'prepare'

/** What came of stopping all. */
export interface Stopped {
  /** How many rows there were at that moment. */
  known: number
  /** Paths uploaded since, that had no row at that moment. */
  late: string[]
  /** How many rows there are once nothing moves. */
  rows: number
}

/** What the trial steers. */
export interface Soak {
  start(setup: Setup, plans: readonly Plan[]): Promise<void>
  /** The same with somebody at the page. */
  attend(setup: Setup, plans: readonly Plan[], seed: number, most: Acts): Promise<void>
  state(): State
  rows(): Row[]
  acts(): Acts | undefined
  /** Cancels the file that goes to one of these addresses, as paths. @returns whether there is one. */
  cancelAt(paths: readonly string[]): boolean
  retry(): void
  /** Adds the files and stops all of them in the midst of it. Resolves once nothing moves, or too much does. */
  stop(setup: Setup, plans: readonly Plan[], how: 'cancel' | 'pause', source: Source): Promise<Stopped>
  /** Resolves once the run has ended, whatever the engine does between its last file and its summary. */
  finished(): Promise<void>
  /**
   * Resumes so many paused files, or all; those that are left are cancelled once these have ended.
   * @returns those of them that did not arrive, with what became of them.
   */
  resume(most: number): Promise<string[]>
  /** Sends the files to a branch of their own. */
  gather(setup: Setup, plans: readonly Plan[]): Promise<void>
  /** Merges them. @returns `landed`, or the name and words of what it ended with. */
  land(message: string): Promise<string>
}

declare global {
  /** Hears of what the page says; the trial puts it there. */
  var tell: ((told: Told) => void) | undefined
}

let engine: ReturnType<typeof startEngine> | undefined
let drop: AtomicUpload | undefined
let acts: Acts | undefined

const soak: Soak = {
  async start(setup, plans) {
    await begin(setup).add(inputsOf(plans))
  },
  async attend(setup, plans, seed, most) {
    const current = begin(setup)
    acts = person(current, seed, most)
    await current.add(inputsOf(plans))
  },
  acts: () => acts,
  cancelAt(paths) {
    const keys = paths.map((path) => path.slice(path.lastIndexOf('/') + 1))
    const goesThere = ({ id, status }: UploadFile) =>
      !ENDED.has(status) && keys.some((key) => engine?.getDetails(id)?.address?.endsWith(key))
    const file = engine?.getSnapshot().files.find(goesThere)
    if (file) engine?.cancel(file.id)
    return file !== undefined
  },
  state() {
    const { files = [], totals } = engine?.getSnapshot() ?? {}
    return {
      counts: totals?.counts ?? {},
      earlier: files.filter(({ earlier }) => earlier === 'resumed').length,
      codes: files.flatMap((file) => (file.status === 'failed' ? `${file.error.code} ${file.error.status ?? ''}` : [])),
      report: engine?.getReport() ?? '',
    }
  },
  rows: () =>
    (engine?.getSnapshot().files ?? []).map((file) => {
      const { id, path, size, status } = file
      return { id, path, size, status, code: file.status === 'failed' ? file.error.code : undefined }
    }),
  retry: () => engine?.retry(),
  async stop(setup, plans, how, source) {
    const gate = signal()
    const moment = signal()
    const prepare = async ({ files }: Prepared): Promise<Prepared> => {
      moment.give()
      await gate.given
      return { files }
    }
    const current = begin(setup, source === 'prepare' ? { prepare } : {})
    const inputs = inputsOf(plans)
    const some = plans.length / 10
    const folder = source === 'folder' ? slowFolder(inputs, (read) => read >= some && moment.give()) : undefined
    const adding = current.add(folder ?? inputs).catch((thrown: unknown) => void thrown)
    // Its own turns: an engine tells of changes ten times a second, and by then a whole list may be there.
    if (source === 'list') void eachTurn(() => current.getSnapshot().ids.length >= some).then(moment.give)
    await Promise.race([moment.given, adding])
    const known = new Set(current.getSnapshot().files.map(({ path }) => path))
    current[how]()
    gate.give()
    const late = () =>
      current.getSnapshot().files.flatMap(({ status, path }) => (status === 'uploaded' && !known.has(path) ? path : []))
    await Promise.race([
      adding.then(() => changes(current, () => isStill(current))),
      changes(current, () => late().length >= ENOUGH),
    ])
    return { known: known.size, late: late(), rows: current.getSnapshot().ids.length }
  },
  async finished() {
    await engine?.finished()
  },
  async resume(most) {
    if (!engine) throw new Error('not started')
    const current = engine
    const paused = current.getSnapshot().files.filter(({ status }) => status === 'paused')
    const resumed = paused.slice(0, most).map(({ id }) => id)
    if (paused.length <= most) current.resume()
    else for (const id of resumed) current.resume(id)
    await changes(current, () => isStill(current))
    const left = resumed.flatMap((id) => {
      const file = current.getFile(id)
      if (!file || file.status === 'uploaded') return []
      return `${file.path} ${file.status} ${file.status === 'failed' ? `${file.error.code} ${file.error.detail}` : ''}`
    })
    current.cancel()
    await current.finished()
    return left
  },
  async gather(setup, plans) {
    const { repository, branch: target } = setup
    const current = begin(setup)
    drop = await beginAtomic(await current.client(), { repository, target })
    current.setOptions({ branch: drop.branch })
    await current.add(inputsOf(plans))
    await current.finished()
  },
  async land(message) {
    if (!engine || !drop) throw new Error('nothing gathered')
    try {
      await landAtomic(await engine.client(), drop, { message })
      return 'landed'
    } catch (thrown) {
      const { name, message } = thrown as Error
      return `${name}: ${message}`
    }
  },
}
Object.assign(globalThis, { soak })

function begin(setup: Setup, more: { prepare?: (drop: Prepared) => Promise<Prepared> } = {}) {
  engine?.stop()
  const { mutation, relay, ...where } = setup
  const options = {
    stallTimeout: 10_000,
    ...where,
    ...more,
    endpoint: '/api/v1',
    partSize: PART,
    verifyChecksums: mutation !== 'checksum',
    onUploaded: (object: { size_bytes: number }, { path, destination }: UploadFile) =>
      globalThis.tell?.({ status: 'uploaded', path: destination.prefix + path, size: object.size_bytes }),
  }
  const current = startEngine(options, (ports) => {
    const { store } = ports
    const through = (url: string) => (relay ? url.replace(relay.store, relay.url) : url)
    const relayed = {
      send: (request: Parameters<typeof store.send>[0]) => store.send({ ...request, url: through(request.url) }),
    }
    return mutated({ ...ports, store: relayed }, mutation)
  })
  if (mutation === 'adding') rowsOnly(current)
  const told = new Set<string>()
  current.subscribe(() => {
    const { files, sessionExpired } = current.getSnapshot()
    // Signed in all the time: a lost session is one that comes back by itself.
    if (sessionExpired) current.sessionRenewed()
    if (!globalThis.tell) return
    for (const { id, status, path, destination } of files) {
      if (status !== 'cancelled' || told.has(id)) continue
      told.add(id)
      globalThis.tell({ status, path: destination.prefix + path })
    }
  })
  engine = current
  return current
}

function signal(): { given: Promise<void>; give: () => void } {
  let give = () => {}
  const given = new Promise<void>((resolve) => {
    give = resolve
  })
  return { given, give }
}

function inputsOf(plans: readonly Plan[]) {
  return plans.map((plan) => {
    const name = plan.path.slice(plan.path.lastIndexOf('/') + 1)
    return { file: new File([bytesOf(plan)], name, { lastModified: plan.seed }), path: plan.path }
  })
}

/** A folder that gives one file a turn, as a large one on a slow disk does. */
function slowFolder(inputs: ReturnType<typeof inputsOf>, onRead: (count: number) => void): FileSystemHandle {
  const children = async function* () {
    for (const [index, { file }] of inputs.entries()) {
      await new Promise((resolve) => setTimeout(resolve, 1))
      onRead(index)
      yield { kind: 'file', name: file.name, getFile: async () => file }
    }
  }
  return { kind: 'directory', name: 'folder', values: children } as unknown as FileSystemHandle
}

/** So many files sent in spite of it are proof. */
const ENOUGH = 20

const AT_REST: ReadonlySet<string> = new Set(['uploaded', 'skipped', 'failed', 'cancelled', 'paused'])

/** Whether every file that there is has ended or is paused. */
const isStill = (current: ReturnType<typeof startEngine>) =>
  current.getSnapshot().files.every(({ status }) => AT_REST.has(status))

/** Resolves once the engine has changed to something. */
function changes(current: ReturnType<typeof startEngine>, isSo: () => boolean): Promise<void> {
  return new Promise((resolve) => {
    if (isSo()) return resolve()
    const stop = current.subscribe(() => {
      if (!isSo()) return
      stop()
      resolve()
    })
  })
}

/** Looks at every turn of the page until something is so. */
async function eachTurn(isSo: () => boolean): Promise<void> {
  while (!isSo()) await nextTurn()
}
