import {
  type AtomicUpload,
  type Destination,
  type FileInput,
  type GivenFiles,
  isAbort,
  type LakeFSClient,
  type Plan,
  type Prepared,
} from '../../core/index.ts'
import {
  beginAtomic,
  describeAll,
  filesOf,
  lockUpload,
  openRecords,
  planUpload,
  type Records,
  readSaved,
  type Saved,
  takeUpUpload,
  unlockUpload,
} from '../../core/versioned/index.ts'
import type { Answered, DeskTop, Known } from './desk-view.ts'

/** Ms between two looks at how far the comparing is. */
const SHOW_EVERY = 250

type DropFile = FileInput & { path: string }

/** A receipt or plan of an earlier drop, or what is wrong with it. */
export async function read(source: File | string): Promise<Known> {
  const name = typeof source === 'object' ? source.name : ''
  return await readSaved(source).then(
    (saved) => ({ name, saved }),
    (error: unknown) => ({ name, error }),
  )
}

const turns = new WeakMap<DeskTop, Promise<unknown>>()

/** A drop, and where it was dropped. */
type Asked = GivenFiles & { asked: Destination }

/** {@link prepare}, once the drops before this one are through. */
export function inTurn(
  desk: DeskTop,
  drop: GivenFiles,
  lakefs: LakeFSClient,
  asked = drop.destination,
): Promise<Prepared | undefined> {
  const wait = (files: number) => desk.set({ behind: desk.get().behind + files })
  const { length } = drop.files
  wait(length)
  const turn = (turns.get(desk) ?? Promise.resolve()).then(async () => {
    wait(-length)
    if (drop.signal?.aborted) return undefined
    desk.givenUp = false
    const prepared = await prepare(desk, { ...drop, asked }, lakefs, await desk.reading)
    if (desk.givenUp) throw new Error('the plan could not be shown')
    return prepared
  })
  turns.set(
    desk,
    turn.catch(() => {}),
  )
  return turn
}

/** What stands between a drop and the queue, in its order: metadata, the plan, a branch of the drop's own. */
async function prepare(
  desk: DeskTop,
  drop: Asked,
  lakefs: LakeFSClient,
  known: Known | undefined,
): Promise<Prepared | undefined> {
  if (desk.options.atomic === false) return await prepareWith(undefined, desk, drop, lakefs, known)
  const records = await openRecords().catch(() => undefined)
  try {
    // A reload forgets what this page knew of an open drop: these files join it (issue 7.2).
    const { repository, branch: target } = drop.destination
    if (records) await takeUp(desk, lakefs, { repository, target }, records)
    return await prepareWith(records, desk, drop, lakefs, known)
  } finally {
    records?.close()
  }
}

async function prepareWith(
  records: Records | undefined,
  desk: DeskTop,
  { files: dropped, destination, asked, rejections, signal }: Asked,
  lakefs: LakeFSClient,
  known: Known | undefined,
): Promise<Prepared | undefined> {
  const { plan, atomic, metadataRules } = desk.options
  const missing = new Map<string, readonly string[]>()
  let files: readonly DropFile[] = dropped
  if (metadataRules) {
    const described = describeAll(dropped, metadataRules)
    files = described.map(({ file }) => file)
    for (const { file, missing: keys } of described) if (keys.length > 0) missing.set(file.path, keys)
  }
  let given: readonly FileInput[] = files
  let to = destination
  const compared = comparedWith(desk, destination)
  const saved = known?.saved
  const fits = saved?.repository === to.repository && [to.branch, compared.branch].includes(saved.branch)
  // The drop's own branch began as a copy of the target.
  const receipt = fits ? { ...saved, branch: compared.branch } : undefined
  // Missing metadata is shown where every file is shown, also with the plan switched off; so is what was known before.
  if (plan || receipt || missing.size > 0) {
    const answered = await askPlan(desk, files, { compared, asked, to }, lakefs, missing, receipt, {
      rejections,
      signal,
    })
    if (!answered) return undefined
    const { elsewhere } = answered
    if (elsewhere) {
      if (records) await takeUp(desk, lakefs, { ...elsewhere, target: elsewhere.branch }, records)
      const again = { files: dropped, destination: elsewhere, asked: elsewhere, rejections, signal }
      return await prepareWith(records, desk, again, lakefs, known)
    }
    given = filesOf(answered.plan, answered.decisions)
    if (answered.branch !== undefined && answered.branch !== destination.branch) {
      to = { ...to, branch: answered.branch }
    }
  }
  if (atomic !== false) {
    const side = await atomicFor(desk, to.repository, to.branch, lakefs, records, signal)
    if (!side) return undefined
    to = { ...to, branch: side.branch }
  } else if (desk.get().aside !== undefined) {
    desk.set({ aside: undefined })
  }
  return { files: given, destination: to }
}

async function askPlan(
  desk: DeskTop,
  files: readonly DropFile[],
  { compared: destination, asked, to }: Record<'compared' | 'asked' | 'to', Destination>,
  lakefs: LakeFSClient,
  missing: ReadonlyMap<string, readonly string[]>,
  receipt: Saved | undefined,
  { rejections, signal }: Pick<GivenFiles, 'rejections' | 'signal'>,
): Promise<(Answered & { plan: Plan }) | undefined> {
  const own = new Set(desk.arrivalsOn(destination.repository, destination.branch).map(({ path }) => path))
  for (;;) {
    if (signal?.aborted) return undefined
    const stop = new AbortController()
    let shownAt = 0
    const since = performance.now()
    const cancel = () => stop.abort()
    // Somebody cancels all that is being added.
    signal?.addEventListener('abort', cancel, { once: true })
    const show = (step: 'listing' | 'hashing', done: number, of: number) =>
      desk.set({ stage: { type: 'planning', files: files.length, step, done, of, cancel } })
    show('listing', 0, 0)
    try {
      const compared = await planUpload(lakefs, files, destination, {
        signal: stop.signal,
        own,
        receipt,
        onProgress: ({ step, done, of }) => {
          const now = lakefs.clock.now()
          if (now - shownAt < SHOW_EVERY) return
          shownAt = now
          show(step, done, of)
        },
      })
      // Given up while the last answer was under way, which may come all the same.
      stop.signal.throwIfAborted()
      const plan = allowed(desk, compared)
      const answered = await new Promise<Answered | undefined>((answer) => {
        stop.signal.addEventListener('abort', () => answer(undefined))
        desk.set({ stage: { type: 'plan', plan, asked, to, since, lakefs, missing, rejections, answer } })
      })
      desk.set({ stage: { type: 'idle' } })
      return answered && { ...answered, plan }
    } catch (error) {
      if (stop.signal.aborted) {
        desk.set({ stage: { type: 'idle' } })
        return undefined
      }
      if (!(await askAgain(desk, 'plan', destination.branch, error, signal))) return undefined
    }
  }
}

/** A drop that is open already has some of the files; they need not be sent again. */
function comparedWith(desk: DeskTop, destination: GivenFiles['destination']): GivenFiles['destination'] {
  const open = openDrop(desk, destination.repository, destination.branch)
  return desk.options.atomic !== false && open ? { ...destination, branch: open.branch } : destination
}

/** A protected branch changes by merge alone, and that is how an atomic drop gets there. */
function allowed(desk: DeskTop, plan: Plan): Plan {
  const merges = desk.options.atomic !== false && plan.verdict?.code === 'protected-branch'
  return merges ? { ...plan, verdict: undefined } : plan
}

function openDrop(desk: DeskTop, repository: string, target: string): AtomicUpload | undefined {
  const { atomic } = desk.get()
  const fits = atomic?.repository === repository && atomic.target === target && atomic.state !== 'landed'
  return fits ? atomic : undefined
}

/** The open drop of this target, or a new one; undefined where none could be made and the person gave up. */
async function atomicFor(
  desk: DeskTop,
  repository: string,
  target: string,
  lakefs: LakeFSClient,
  records: Records | undefined,
  signal: AbortSignal | undefined,
): Promise<AtomicUpload | undefined> {
  const open = openDrop(desk, repository, target)
  if (open) return open
  for (;;) {
    if (signal?.aborted) return undefined
    try {
      const begun = await beginAtomic(lakefs, { repository, target, records })
      desk.set({ atomic: begun, elsewhere: undefined, aside: undefined })
      return begun
    } catch (error) {
      if (!(await askAgain(desk, 'branch', target, error, signal))) return undefined
    }
  }
}

/** Tells what has gone wrong. @returns whether it is to be tried again. */
async function askAgain(
  desk: DeskTop,
  what: 'plan' | 'branch',
  branch: string,
  error: unknown,
  signal: AbortSignal | undefined,
): Promise<boolean> {
  // The one who would be asked has cancelled.
  if (signal?.aborted) return false
  const goOn = await new Promise<boolean>((resolve) => {
    const cancel = () => resolve(false)
    signal?.addEventListener('abort', cancel, { once: true })
    desk.set({ stage: { type: 'failed', what, branch, error, again: () => resolve(true), cancel } })
  })
  desk.set({ stage: { type: 'idle' } })
  return goOn
}

/** Puts an earlier visit's open drop for this target on the desk, or what another tab has of it. */
export async function takeUp(
  desk: DeskTop,
  lakefs: LakeFSClient,
  at: { repository: string; target: string },
  records: Records,
): Promise<AtomicUpload | undefined> {
  const open = () => openDrop(desk, at.repository, at.target)
  if (open()) return undefined
  // Where nobody can tell, a new drop gets a branch of its own.
  const { upload: drop, elsewhere } = await takeUpUpload(lakefs, at, records).catch(() => ({
    upload: undefined,
    elsewhere: undefined,
  }))
  if (open()) return undefined
  desk.set(drop ? { atomic: drop, elsewhere: undefined, aside: undefined } : { elsewhere })
  return elsewhere
}

/** {@link takeUp}, and again as soon as the other tab is done or gone. @returns once there is nothing to wait for. */
export async function keepLooking(
  desk: DeskTop,
  lakefs: LakeFSClient,
  at: { repository: string; target: string },
  records: Records,
  signal: AbortSignal,
): Promise<void> {
  let waited: AtomicUpload | undefined
  for (;;) {
    const elsewhere = await takeUp(desk, lakefs, at, records)
    // Landed or discarded over there: it was not found again, and nobody needs it.
    if (waited && desk.get().atomic?.id !== waited.id) await unlockUpload(waited)
    if (!elsewhere || signal.aborted) return
    try {
      await lockUpload(elsewhere, { wait: signal })
    } catch (thrown) {
      if (isAbort(thrown)) return
      throw thrown
    }
    waited = elsewhere
  }
}
