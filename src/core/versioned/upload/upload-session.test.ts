import { afterEach, describe, expect, test } from 'vitest'
import type { GivenFiles, UploaderOptions } from '../../options.ts'
import { type Answer, answerWith, json, mergesWell, page, storedAt } from '../../testing/answers.ts'
import { TestClock } from '../../testing/clock.ts'
import { TestLake } from '../../testing/lake.ts'
import { otherTab, rememberedSessions } from '../../testing/open-uploads.ts'
import { file, rig } from '../../testing/rig.ts'
import { unlockUpload } from '../open-uploads.ts'
import type { UploadSessionOptions } from './session-context.ts'
import { uncommittedAt, workOn } from './session-state.ts'
import { createUploadSession, type UploadSession } from './upload-session.ts'

const MAIN = { repository: 'lake', branch: 'main' }
const change = (path: string) => ({ path, path_type: 'object', type: 'added', size_bytes: 5 })
const commitOf = (id: string, ...parents: string[]) => ({ id, parents, message: 'Add', committer: 'ada' })

/** Sessions of the test that runs; their locks are those of the module. */
const sessions: UploadSession[] = []
afterEach(async () => {
  for (const session of sessions.splice(0)) {
    session.close()
    await unlockAll(session)
  }
})
async function unlockAll(session: UploadSession): Promise<void> {
  for (const upload of session.getSnapshot().uploads) {
    await unlockUpload(upload)
    if (upload.atomic) await unlockUpload(upload.atomic)
  }
}

/** One browser in front of one lake; what is uploaded stays uncommitted until it is committed. */
function browser(more: Readonly<Record<string, Answer>> = {}) {
  const clock = new TestClock()
  const lake = new TestLake()
  const remembered = rememberedSessions()
  const { locks, held, leave } = otherTab()
  const uncommitted = new Set<string>()
  const commits: unknown[] = []
  const counts = answerWith(lake, {
    ...mergesWell('a.txt'),
    'GET /diff': () => page([...uncommitted].map(change)),
    'POST /branches': ({ body }) => {
      lake.branches.push((body as { name: string }).name)
      return json(201, 'c1')
    },
    'POST /commits': ({ body }) => {
      commits.push(body)
      uncommitted.clear()
      return json(201, commitOf('c2', 'c1'))
    },
    'GET /refs/c1/diff/c2': () => page([change('a.txt')]),
    'GET /refs/main/diff/c2': () => page([]),
    'GET /refs/main/diff/m1': () => page([]),
    'GET /pulls': () => page([]),
    'POST /pulls': () => json(201, { id: 'p1' }),
    'POST /revert': () => json(204),
    link: ({ path }) => void uncommitted.add(path) as undefined,
    reset: ({ body }) => void uncommitted.delete((body as { path: string }).path) as undefined,
    ...more,
  })
  /** A page of it. */
  const visit = (options: UploadSessionOptions, more: Partial<UploaderOptions> = {}) => {
    const page = rig(more, {}, { clock, lake })
    const session = createUploadSession(page.engine, options, { clock, records: remembered.open, locks })
    sessions.push(session)
    const states: unknown[] = []
    session.subscribe(() => void states.push(session.getSnapshot()))
    return { ...page, session, states, leave }
  }
  return { clock, lake, locks, counts, remembered, held, uncommitted, commits, visit }
}

/** Lets time run until the session is as a test needs it. */
async function until(clock: TestClock, session: UploadSession, wanted: () => boolean): Promise<void> {
  for (let step = 0; step < 400 && !wanted(); step += 1) await clock.advance(50)
  if (!wanted()) throw new Error(`never so: ${JSON.stringify(session.getSnapshot())}`)
}

const stageOf = (session: UploadSession, index = 0) => session.getSnapshot().uploads[index]?.stage

test('goes from the plan to the commit and back, as data all the way', async () => {
  const { clock, visit, commits, remembered } = browser()
  const { engine, session, states } = visit({ plan: true })
  const adding = engine.add([file('a.txt')])
  await until(clock, session, () => session.getSnapshot().asking?.stage.type === 'review')
  const { asking } = session.getSnapshot()
  expect(asking).toMatchObject({
    destination: MAIN,
    files: 1,
    stage: { review: { plan: { shares: { new: { files: 1 } } } } },
  })
  session.confirm(asking?.id ?? '', { changed: 'skip' })
  await clock.run(adding)
  await clock.run(engine.finished())
  await clock.advance(200)
  expect(session.getSnapshot()).toMatchObject({
    asking: undefined,
    committed: false,
    uploads: [
      { id: asking?.id, files: 1, answers: { changed: 'skip' }, stage: { type: 'open' }, landed: [{ path: 'a.txt' }] },
    ],
  })

  expect(engine.getSnapshot().files).toMatchObject([{ upload: asking?.id }])
  // What was cleared from the list is still the session's.
  engine.remove()
  await clock.run(session.commit(MAIN, { message: 'Add', metadata: { by: 'ada' } }))
  expect(commits).toEqual([{ message: 'Add', metadata: { by: 'ada' } }])
  expect(stageOf(session)).toEqual({ type: 'committed', commit: 'c2' })
  expect(session.getSnapshot().committed).toBe(true)
  expect(uncommittedAt(session.getSnapshot(), MAIN)).toEqual([])
  expect(remembered.commits.get('lake/main')).toMatchObject({ commit: 'c2', merge: false })

  await clock.run(session.previewUndo(MAIN, { id: 'c2', merge: false }))
  expect(workOn(session.getSnapshot(), MAIN).undo).toMatchObject({
    type: 'preview',
    look: { changes: [{ path: 'a.txt' }] },
  })
  await clock.run(session.undo(MAIN))
  expect(workOn(session.getSnapshot(), MAIN).undo).toEqual({ type: 'reverted', merge: false, before: false })
  expect(stageOf(session)).toEqual({ type: 'taken-back' })
  await clock.advance(0)
  expect(remembered.commits.size).toBe(0)
  for (const state of states) expect(notData(state)).toEqual([])
})

/** Whatever no log could tell: functions, signals, promises. Files and errors are told of by reference. */
function notData(value: unknown, at = ''): string[] {
  if (typeof value === 'function') return [at]
  if (typeof value !== 'object' || value === null || value instanceof Blob || value instanceof Error) return []
  if (value instanceof AbortSignal || value instanceof Promise) return [at]
  const entries = value instanceof Map || value instanceof Set ? [...value.entries()] : Object.entries(value)
  return entries.flatMap(([key, inner]) => notData(inner, `${at}.${String(key)}`))
}

test('sees what state is not data', () => {
  expect(
    notData({ a: [{ b: () => {} }], c: new Map([['d', new AbortController().signal]]), e: new File([], 'x') }),
  ).toEqual(['.a.0.b', '.c.d'])
})

test('commits nothing that came after the user has looked, and commits it once that is agreed to', async () => {
  const { clock, visit, uncommitted, commits } = browser()
  const { engine, session, upload } = visit({})
  await upload([file('a.txt')])
  uncommitted.add('theirs.txt')
  const read = await clock.run(session.commit(MAIN, { message: 'Add' }))
  expect(read?.changes.map(({ path }) => path)).toEqual(['a.txt', 'theirs.txt'])
  expect(workOn(session.getSnapshot(), MAIN).commit).toEqual({ type: 'not-agreed', came: 1, unread: false })
  expect(commits).toEqual([])
  await clock.run(session.commit(MAIN, { message: 'Add', agreed: new Set(['theirs.txt']) }))
  expect(workOn(session.getSnapshot(), MAIN).commit).toEqual({ type: 'done', commit: 'c2' })
  await clock.advance(200)
  // The next files are another upload, and news of the first one is over.
  await clock.run(engine.add([file('b.txt')]))
  await clock.run(engine.finished())
  expect(session.getSnapshot()).toMatchObject({ uploads: [{ past: true }, { stage: { type: 'open' } }] })
  expect(workOn(session.getSnapshot(), MAIN).commit).toEqual({ type: 'idle' })
})

test('commits for a user who may not list the branch, once unread changes are agreed to', async () => {
  const { clock, visit, commits } = browser({
    'GET /diff': () => json(401, { message: 'insufficient permissions: not allowed to fs:ListObjects' }),
  })
  const { session, upload } = visit({})
  await upload([file('a.txt')])
  const read = await clock.run(session.commit(MAIN, { message: 'Add' }))
  expect(read).toMatchObject({ changes: [{ path: 'a.txt' }], more: true, unlisted: true })
  expect(workOn(session.getSnapshot(), MAIN).commit).toEqual({ type: 'not-agreed', came: 0, unread: true })
  expect(commits).toEqual([])
  await clock.run(session.commit(MAIN, { message: 'Add', agreedUnread: true }))
  expect(workOn(session.getSnapshot(), MAIN).commit).toEqual({ type: 'done', commit: 'c2' })
})

test('writes the receipt once, however often the commit is refused', async () => {
  let refusals = 1
  const { clock, visit, lake } = browser({
    'POST /objects': ({ path }) => storedAt(path),
    'POST /commits': () => (refusals-- > 0 ? json(412, { message: 'no' }) : json(201, commitOf('c2', 'c1'))),
  })
  const { session, upload } = visit({})
  await upload([file('a.txt')])
  const request = { message: 'Add', receipt: { who: 'ada' } }
  await clock.run(session.commit(MAIN, request))
  expect(workOn(session.getSnapshot(), MAIN)).toMatchObject({ commit: { type: 'refused' }, receiptPath: /_receipts/ })
  await clock.advance(5000)
  await clock.run(session.commit(MAIN, request))
  const stored = lake.seen.filter(({ route }) => route.startsWith('POST') && route.endsWith('/objects'))
  expect(stored).toHaveLength(2)
  expect(new Set(stored.map(({ path }) => path)).size).toBe(1)
  expect(workOn(session.getSnapshot(), MAIN).receiptPath).toBeUndefined()
})

test('has a row in the receipt for each file, also for those that were cleared off the list', async () => {
  const receipts: { files: Record<string, unknown>[] }[] = []
  const { clock, visit } = browser({
    'POST /objects': ({ path, body }) => {
      receipts.push(body as { files: [] })
      return storedAt(path)
    },
  })
  const { engine, session, upload } = visit({})
  await upload([file('a.txt')])
  engine.remove()
  await upload([file('b.txt')])
  await clock.run(session.commit(MAIN, { message: 'Add', receipt: { who: 'ada' } }))
  const mtime = new Date(1_700_000_000_000).toISOString()
  expect(receipts).toMatchObject([
    {
      totals: { files: 2, uploaded: 2, bytes: 26 },
      files: [
        { path: 'b.txt', status: 'uploaded', mtime, verified: true },
        { path: 'a.txt', status: 'uploaded', mtime, verified: true, size: 13 },
      ],
    },
  ])
})

test('takes uncommitted files back, and their rows with them', async () => {
  const { clock, visit, lake } = browser()
  const { engine, session, upload } = visit({})
  await upload([file('a.txt')])
  await clock.run(session.previewUndo(MAIN))
  expect(lake.objects.has('a.txt')).toBe(true)
  await clock.run(session.undo(MAIN))
  expect(workOn(session.getSnapshot(), MAIN).undo).toEqual({ type: 'reset', removed: 1, restored: 0, left: 0 })
  expect([lake.objects.size, engine.getSnapshot().ids.length]).toEqual([0, 0])
  expect(stageOf(session)).toEqual({ type: 'taken-back' })
})

test('gathers files on a branch of their own, goes on after a reload, and merges them together', async () => {
  const { clock, visit, lake, remembered, held } = browser()
  const first = visit({ atomic: true })
  await first.upload([file('a.txt')])
  await clock.advance(200)
  const [given] = first.session.getSnapshot().uploads
  expect(given).toMatchObject({ asked: MAIN, atomic: { target: 'main' }, landed: [{ path: 'a.txt' }] })
  expect(given?.destination.branch).toBe(given?.atomic?.branch)
  // The page is opened anew: its locks fall.
  first.engine.stop()
  if (given?.atomic) await unlockUpload(given.atomic)
  const second = visit({ atomic: true })
  second.session.watch({ repository: 'lake', target: 'main' })
  await until(clock, second.session, () => second.session.getSnapshot().gathering !== undefined)
  await second.upload([file('b.txt')])
  await clock.advance(200)
  expect(second.session.getSnapshot().uploads).toMatchObject([
    { id: given?.id, since: given?.since, destination: given?.destination, files: 1, landed: [{ path: 'b.txt' }] },
  ])
  const [{ id = '' } = {}] = second.session.getSnapshot().uploads
  await clock.run(second.session.land(id, { message: 'Add' }))
  expect(stageOf(second.session)).toEqual({ type: 'landed', reference: 'm1', merged: true, branchLeft: false })
  expect(lake.seen.filter(({ route }) => route.endsWith('/merge/main'))).toHaveLength(1)
  expect([remembered.kept.size, held.size]).toEqual([0, 0])
  expect(remembered.commits.get('lake/main')).toMatchObject({ commit: 'm1', merge: true })

  await clock.run(second.session.previewUndo(MAIN, { id: 'm1', merge: true }))
  await clock.run(second.session.undo(MAIN))
  expect(stageOf(second.session)).toEqual({ type: 'taken-back' })
})

test('opens a pull request in place of the merge, and the files stay on their own branch', async () => {
  const { clock, visit, counts } = browser()
  const { session, upload } = visit({ atomic: 'review' })
  await upload([file('a.txt')])
  const [{ id = '', atomic } = {}] = session.getSnapshot().uploads
  await clock.run(session.land(id, { message: 'Add', review: true }))
  expect(stageOf(session)).toMatchObject({ type: 'in-review', pull: 'p1', head: 'c2' })
  expect(session.getSnapshot()).toMatchObject({ keptBranch: atomic?.branch, gathering: undefined })
  expect(counts.get('POST /merge/main')).toBeUndefined()
})

test('names what stands against the merge, keeps everything, and merges once that is away', async () => {
  let conflicts = true
  const conflict = { ...change('a.txt'), type: 'conflict' }
  const { clock, visit } = browser({
    'GET /refs/c1/diff/c2': () => page([conflicts ? conflict : change('a.txt')]),
  })
  const { session, upload } = visit({ atomic: true })
  await upload([file('a.txt')])
  const [{ id = '' } = {}] = session.getSnapshot().uploads
  await clock.run(session.land(id, { message: 'Add' }))
  expect(stageOf(session)).toMatchObject({
    type: 'not-landed',
    problem: { type: 'conflict', error: { paths: ['a.txt'] } },
  })
  expect(session.getSnapshot().gathering).toMatchObject({ state: 'conflict' })
  conflicts = false
  await clock.run(session.land(id, { message: 'Add' }))
  expect(stageOf(session)).toMatchObject({ type: 'landed', merged: true })
})

test('discards the branch with all that is on its way there', async () => {
  const { clock, visit, lake, remembered } = browser()
  const { engine, session, upload } = visit({ atomic: true })
  await upload([file('a.txt')])
  const [{ id = '', atomic } = {}] = session.getSnapshot().uploads
  await clock.run(session.discard(id))
  expect(stageOf(session)).toEqual({ type: 'discarded' })
  expect(engine.getSnapshot().ids).toEqual([])
  expect(lake.seen.at(-1)?.route).toBe(`DELETE /api/v1/repositories/lake/branches/${atomic?.branch}`)
  expect(remembered.kept.size).toBe(0)
})

test('goes where the user sends it instead, and to the branch that is made for it', async () => {
  const { clock, visit } = browser()
  const { engine, lake, session } = visit({ plan: true })
  lake.protectedBranches = ['main']
  lake.branches.push('dev')
  const adding = engine.add([file('a.txt')])
  const isReviewed = () => session.getSnapshot().asking?.stage.type === 'review'
  await until(clock, session, isReviewed)
  const id = session.getSnapshot().asking?.id ?? ''
  session.redirect(id, { ...MAIN, branch: 'dev', prefix: '' })
  await until(clock, session, () => isReviewed() && session.getSnapshot().asking?.destination.branch === 'dev')
  const made = await clock.run(session.makeBranch(id))
  session.confirm(id, {})
  await clock.run(adding)
  expect(engine.getSnapshot().files.map(({ destination }) => destination.branch)).toEqual([made])
  expect(session.getSnapshot().uploads).toMatchObject([{ id, asked: { branch: 'dev' }, destination: { branch: made } }])
})

test('may act once for each run that it has seen from the start', async () => {
  const { clock, visit } = browser()
  const { session, upload } = visit({})
  expect(session.takeRun()).toBe(false)
  await upload([file('a.txt')])
  await clock.advance(200)
  expect([session.takeRun(), session.takeRun()]).toEqual([true, false])
})

test('leaves a snapshot as it is, however many files arrive after it', async () => {
  const { clock, visit, lake } = browser()
  const { session } = visit({})
  const told: number[] = []
  session.subscribe(() => told.push(session.getSnapshot().uploads[0]?.landed.length ?? 0))
  const destination = { ...MAIN, prefix: '' }
  const objects = Array.from({ length: 20_000 }, (_, index) => lake.put(`f${index}`, 'x'))
  for (const object of objects.slice(0, 15_000)) session.arrived(object, { destination })
  await clock.advance(100)
  const before = session.getSnapshot()
  for (const object of objects) session.arrived(object, { destination })
  await clock.advance(100)
  expect(told).toEqual([15_000, 20_000])
  expect(before.uploads[0]?.landed).toHaveLength(15_000)
  expect(uncommittedAt(session.getSnapshot(), MAIN)).toHaveLength(20_000)
})

describe('an upload to the branch that its user chose', () => {
  /** The page is closed: its locks are released, and its session owns nothing any more. */
  async function close({ engine, session }: { engine: { stop(): void }; session: UploadSession }): Promise<void> {
    engine.stop()
    session.close()
    await unlockAll(session)
  }

  test('is the same one after a reload, and is committed with what comes then', async () => {
    const { clock, visit, commits, remembered, held } = browser()
    const first = visit({})
    await first.upload([file('a.txt'), file('b.txt')])
    await clock.advance(200)
    const [given] = first.session.getSnapshot().uploads
    expect([...held]).toEqual([`lakefs-uploader drop ${given?.id}`])
    await close(first)

    const second = visit({})
    await clock.run(second.session.restore(MAIN))
    expect(second.session.getSnapshot().uploads).toMatchObject([
      // The first object of a visit is read back before it counts as uploaded.
      { ...given, landed: [{ path: 'b.txt' }, { path: 'a.txt' }], stage: { type: 'open' } },
    ])
    await second.upload([file('c.txt')])
    await clock.advance(200)
    const mine = uncommittedAt(second.session.getSnapshot(), MAIN).map(({ path }) => path)
    expect(mine.sort()).toEqual(['a.txt', 'b.txt', 'c.txt'])
    // All of it is this browser's: there is nothing to agree to.
    await clock.run(second.session.commit(MAIN, { message: 'Add' }))
    expect(commits).toHaveLength(1)
    await clock.advance(200)
    expect([remembered.plain.size, remembered.arrivals.size, held.size]).toEqual([0, 0, 0])
    await close(second)

    const third = visit({})
    await clock.run(third.session.restore(MAIN))
    expect(third.session.getSnapshot().uploads).toEqual([])
  })

  test('is saved as it grows, each object once', async () => {
    const { clock, visit, remembered } = browser()
    const { session, upload } = visit({})
    await upload(['a.txt', 'b.txt', 'c.txt'].map((name) => file(name)))
    await clock.advance(200)
    const [{ id = '' } = {}] = session.getSnapshot().uploads
    expect([...remembered.arrivals.values()].map(({ upload, index }) => [upload, index])).toEqual([
      [id, 0],
      [id, 1],
      [id, 2],
    ])
    expect([...remembered.plain.values()]).toMatchObject([{ id, repository: 'lake', branch: 'main', prefix: '' }])
    await close({ engine: { stop() {} }, session })
  })

  test('stays with the other tab that works on it, and on its own branch', async () => {
    const { clock, visit, held } = browser()
    const first = visit({})
    await first.upload([file('a.txt')])
    await clock.advance(200)
    const [name = ''] = held
    await close(first)
    held.add(name)
    const second = visit({})
    await clock.run(second.session.restore(MAIN))
    expect(second.session.getSnapshot().uploads).toEqual([])
    held.clear()
    await clock.run(second.session.restore({ repository: 'lake', branch: 'dev' }))
    expect(second.session.getSnapshot().uploads).toEqual([])
    await clock.run(second.session.restore(MAIN))
    await clock.run(second.session.restore(MAIN))
    expect(second.session.getSnapshot().uploads).toHaveLength(1)
    await close(second)
  })

  test('leaves nothing in the browser where the host wants that', async () => {
    const { clock, visit, remembered } = browser()
    const { upload, session } = visit({}, { persist: false })
    await upload([file('a.txt')])
    await clock.advance(200)
    expect([session.getSnapshot().uploads.length, remembered.plain.size, remembered.arrivals.size]).toEqual([1, 0, 0])
  })

  test('is merged and committed although the database never opens', async () => {
    const { clock, lake, locks, commits, uncommitted } = browser()
    const { engine, upload } = rig({}, {}, { clock, lake })
    const session = createUploadSession(engine, {}, { clock, records: () => new Promise(() => {}), locks })
    await upload([file('a.txt')])
    expect([...uncommitted]).toEqual(['a.txt'])
    await clock.run(session.commit(MAIN, { message: 'Add' }))
    expect(commits).toHaveLength(1)
    await clock.run(session.restore(MAIN))
    await close({ engine, session })
  })

  test('comes back without what is committed, however it went on after that', async () => {
    const { clock, visit, remembered, commits, uncommitted, lake } = browser()
    const first = visit({})
    await first.upload([file('a.txt')])
    await clock.run(first.session.commit(MAIN, { message: 'Add' }))
    await first.upload([file('b.txt')])
    await clock.advance(200)
    expect([...remembered.arrivals.values()].map(({ object }) => object.path)).toEqual(['b.txt'])
    await close(first)
    // Another user replaces the committed file.
    lake.put('a.txt', 'theirs')
    uncommitted.add('a.txt')
    const second = visit({})
    await clock.run(second.session.restore(MAIN))
    expect(uncommittedAt(second.session.getSnapshot(), MAIN)).toMatchObject([{ path: 'b.txt' }])
    await clock.run(second.session.commit(MAIN, { message: 'Add' }))
    expect(workOn(second.session.getSnapshot(), MAIN).commit).toMatchObject({ type: 'not-agreed', came: 1 })
    expect(commits).toHaveLength(1)
  })

  test('comes back without what another user has replaced, removed or committed since', async () => {
    const { clock, visit, remembered, uncommitted, lake, held } = browser()
    const first = visit({})
    await first.upload(['a', 'b', 'c', 'd'].map((name) => file(name)))
    await clock.advance(200)
    await close(first)
    lake.put('a', 'theirs')
    lake.objects.delete('b')
    uncommitted.delete('c')
    const second = visit({})
    await clock.run(second.session.restore(MAIN))
    expect(uncommittedAt(second.session.getSnapshot(), MAIN)).toMatchObject([{ path: 'd' }])
    expect([...remembered.arrivals.values()].map(({ index, object }) => [index, object.path])).toEqual([[0, 'd']])
    await close(second)
    uncommitted.clear()
    const third = visit({})
    await clock.run(third.session.restore(MAIN))
    // Nothing is left of it: the record goes, and so does the lock.
    expect([third.session.getSnapshot().uploads.length, remembered.plain.size, held.size]).toEqual([0, 0, 0])
  })

  test('loses no object to a write that fails', async () => {
    const { clock, visit, remembered } = browser()
    const first = visit({})
    remembered.faults.push(true)
    await first.upload([file('a.txt')])
    await clock.advance(200)
    expect(remembered.faults).toEqual([])
    await first.upload([file('b.txt')])
    await clock.advance(200)
    expect([...remembered.arrivals.values()].map(({ object }) => object.path)).toEqual(['a.txt', 'b.txt'])
  })

  test('forgets what is committed with the next object, where it could not at once', async () => {
    let refuses = true
    const made = browser({
      link: ({ path }) => {
        if (path === 'b.txt' && refuses) return json(403, { message: 'no write access' })
        made.uncommitted.add(path)
        return undefined
      },
    })
    const { clock, visit, remembered } = made
    const { engine, session, upload } = visit({})
    await upload([file('a.txt'), file('b.txt')])
    await clock.advance(200)
    const saved = () => [...remembered.arrivals.values()].map(({ object }) => object.path)
    expect(saved()).toEqual(['a.txt'])
    remembered.broken.delete = true
    await clock.run(session.commit(MAIN, { message: 'Add' }))
    await clock.advance(200)
    expect(saved()).toEqual(['a.txt'])
    // The file that had failed goes on as one of the same upload.
    refuses = false
    engine.retry()
    await clock.run(engine.finished())
    await clock.advance(200)
    expect(session.getSnapshot().uploads).toMatchObject([
      { settled: 1, landed: [{ path: 'a.txt' }, { path: 'b.txt' }] },
    ])
    expect(saved()).toEqual(['b.txt'])
  })

  test('stands in the order of its time: of two files at a path the last one counts', async () => {
    const { clock, visit } = browser()
    const first = visit({ plan: false })
    for (const text of ['old', 'new text']) {
      await first.upload([file('a.txt', text)])
      await clock.advance(200)
    }
    await close(first)
    const second = visit({})
    await second.upload([file('z.txt')])
    await clock.run(second.session.restore(MAIN))
    const { uploads } = second.session.getSnapshot()
    expect(uploads.map(({ since }) => since)).toEqual(uploads.map(({ since }) => since).sort())
    expect(uncommittedAt(second.session.getSnapshot(), MAIN).find(({ path }) => path === 'a.txt')).toMatchObject({
      size_bytes: 8,
    })
  })

  test('is adopted as soon as the other tab lets go of it', async () => {
    const { clock, visit, held } = browser()
    const first = visit({})
    await first.upload([file('a.txt')])
    await clock.advance(200)
    const [name = ''] = held
    await close(first)
    held.add(name)
    const second = visit({})
    const stop = new AbortController()
    const restoring = second.session.restore(MAIN, stop.signal)
    await clock.advance(1000)
    expect(second.session.getSnapshot().uploads).toEqual([])
    second.leave(name)
    await clock.run(restoring)
    expect(second.session.getSnapshot().uploads).toHaveLength(1)
  })

  test('is restored by one of two widgets on a page', async () => {
    const { clock, visit, remembered } = browser()
    const first = visit({})
    await first.upload([file('a.txt')])
    await clock.advance(200)
    await close(first)
    const [one, two] = [visit({}), visit({})]
    await clock.run(Promise.all([one.session.restore(MAIN), two.session.restore(MAIN)]))
    const counts = [one, two].map(({ session }) => session.getSnapshot().uploads.length)
    expect(counts.sort()).toEqual([0, 1])
    expect(remembered.plain.size).toBe(1)
  })
})

test('an upload that a host names twice is two, and each is answered by itself', async () => {
  const { clock, visit } = browser()
  const name = async ({ files }: GivenFiles) => ({ files, upload: 'daily' })
  const { engine, session } = visit({ plan: true }, { beforeUpload: name })
  const both = [engine.add([file('a.txt')]), engine.add([file('b.txt')])]
  await until(clock, session, () => session.getSnapshot().uploads.length === 2)
  const ids = session.getSnapshot().uploads.map(({ id }) => id)
  expect(new Set(ids).size).toBe(2)
  expect(ids).toContain('daily')
  for (const id of ids) {
    await until(clock, session, () => session.getSnapshot().asking?.stage.type === 'review')
    session.confirm(id, {})
    await until(clock, session, () => session.getSnapshot().asking?.id !== id)
  }
  await clock.run(Promise.all(both))
  expect(
    engine
      .getSnapshot()
      .files.map(({ path }) => path)
      .sort(),
  ).toEqual(['a.txt', 'b.txt'])
})
