// @vitest-environment happy-dom
import { IDBFactory } from 'fake-indexeddb'
import 'fake-indexeddb/auto'
import { act, cleanup, fireEvent, screen, waitFor } from '@testing-library/react'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import type { UploadFile } from '../../core/index.ts'
import { openRecords } from '../../core/resume/database.ts'
import { type Answer, json, page, storedAt } from '../../core/testing/answers.ts'
import { say } from '../../core/testing/lake.ts'
import { otherTab } from '../../core/testing/open-uploads.ts'
import type { Receipt } from '../../core/versioned/receipt.ts'
import { DESTINATION, file } from '../testing/scenes.ts'
import { added, blocked, button, made, show } from '../testing/shown.tsx'

const HERE = { endpoint: 'http://lakefs.test/api/v1', repository: 'lake', branch: 'main' }

// What one test leaves, or still writes when it is over, is nothing to the next one.
beforeEach(() => void Object.assign(globalThis, { indexedDB: new IDBFactory() }))
afterEach(() => {
  cleanup()
  vi.restoreAllMocks()
})

const merged = { ...made, id: 'm1', parents: ['c1', 'c2'] }
const LANDS: Readonly<Record<string, Answer>> = {
  'GET /diff': () => added('raw/images/a'),
  'POST /commits': () => json(201, made),
  'POST /merge/main': () => json(200, { reference: 'm1' }),
  'DELETE /branches/drop-1': () => json(204),
  'GET /commits/m1': () => json(200, merged),
  'GET /refs/c1/diff/m1': () => added('raw/images/a'),
  'GET /refs/main/diff/m1': () => page([]),
  'POST /revert': () => json(204),
  'POST /objects': ({ path }) => storedAt(path),
  'POST /pulls': () => json(201, { id: 'p1' }),
  'GET /pulls': () => page([]),
}
const onDrop = { gathersOn: 'drop-1' }

const OBJECT = { path: 'raw/images/a', physical_address: 's3://b/1', checksum: 'x', size_bytes: 1500, mtime: 1 }

/** One file that has arrived. */
function arrived(branch = 'drop-1'): UploadFile {
  const one = file('a', 1500, { status: 'uploaded', object: OBJECT, verified: true })
  return { ...one, destination: { ...DESTINATION, branch } }
}

async function press(name: string) {
  await waitFor(async () => expect(await blocked(name)).toBe(false))
  fireEvent.click(await button(name))
}

/** Every text that was to be seen since. */
function watch() {
  const texts: string[] = []
  const note = () => {
    const fields = [...document.querySelectorAll('textarea')].map(({ value }) => value)
    texts.push([document.body.textContent, ...fields].join('\n'))
  }
  new MutationObserver(note).observe(document.body, { subtree: true, childList: true, characterData: true })
  return { texts, note }
}

it('takes a landed drop back by reverting its merge, after showing what that changes', async () => {
  const { lake, uploader } = show({ files: [arrived()] }, LANDS, { atomic: true, undo: true }, onDrop)
  await press('Merge into main')
  fireEvent.click(await button('Revert the merge'))
  const panel = await screen.findByRole('region', { name: 'Revert 1 change' })
  expect(panel.textContent).toContain('raw/images/a')
  expect(lake.seen.some(({ route }) => route.endsWith('/revert'))).toBe(false)
  fireEvent.click(await button('Revert the merge'))
  await screen.findByText('The merge is reverted.')
  const revert = lake.seen.find(({ route }) => route.endsWith('/branches/main/revert'))
  expect(revert?.body).toEqual({ ref: 'm1', parent_number: 1 })
  // No row goes on to say that it is there.
  expect(uploader.getSnapshot().ids).toEqual([])
  expect(screen.queryByRole('button', { name: 'Revert the merge' })).toBeNull()
})

it.each<[string, boolean, Record<string, Answer>]>([
  ['where undo is switched off', false, {}],
  [
    'where nothing was merged',
    true,
    { 'POST /commits': () => say(400, 'commit: no changes'), 'GET /refs/c0/diff/c1': () => page([]) },
  ],
])('offers no revert of a landed drop %s', async (_, undo, answers) => {
  const others = { ...made, id: 'c1', parents: ['c0'] }
  show(
    { files: [] },
    { ...LANDS, 'GET /commits/c1': () => json(200, others), ...answers },
    { atomic: true, undo },
    onDrop,
  )
  await press('Merge into main')
  await screen.findByText(/All files are on main/)
  expect(screen.queryByRole('button', { name: 'Revert the merge' })).toBeNull()
})

it('says what to do where the branch of a landed drop is protected', async () => {
  const answers = { ...LANDS, 'POST /revert': () => say(403, 'cannot commit to protected branch') }
  show({ files: [] }, answers, { atomic: true, undo: true }, onDrop)
  await press('Merge into main')
  fireEvent.click(await button('Revert the merge'))
  await screen.findByRole('region', { name: 'Revert 1 change' })
  fireEvent.click(await button('Revert the merge'))
  expect((await screen.findByRole('alert')).textContent).toMatch(
    /^Nothing was done: main is protected.*then merge that/,
  )
})

it('names the hook that refused the merge, and what it said', async () => {
  const said = "pre-merge hook aborted, run id 'r1': * hook run id 'h1' failed on action 'gate' hook 'owner': ask ada"
  const answers = { ...LANDS, 'POST /merge/main': () => say(412, said), 'GET /runs/r1/hooks': () => say(403, 'no') }
  show({ files: [] }, answers, { atomic: true }, onDrop)
  await press('Merge into main')
  const panel = await screen.findByRole('region', { name: 'A hook refused the merge' })
  expect(panel.textContent).toContain('gate, owner')
  expect(panel.textContent).toContain('ask ada')
  expect(await button('Try again')).toBeTruthy()
  expect(await button('Keep the branch')).toBeTruthy()
  expect(await button('Discard the drop')).toBeTruthy()
})

it.each([
  ['commit', 'POST /commits'],
  ['merge', 'POST /merge/main'],
])('knows by its own call that a hook refused the %s, whatever lakeFS says', async (refused, call) => {
  const said = 'pre-merge or pre-commit: precondition failed'
  show({ files: [] }, { ...LANDS, [call]: () => say(412, said) }, { atomic: true }, onDrop)
  await press('Merge into main')
  const panel = await screen.findByRole('region', { name: `A hook refused the ${refused}` })
  expect(panel.textContent).toContain(said)
})

/** Somebody's object at a path that is not the drop's is another one after the merge. */
const WRONG: Readonly<Record<string, Answer>> = {
  ...LANDS,
  'GET /refs/c1/diff/m1': () => added('raw/images/a', 'raw/images/theirs'),
}

it('names what stood against the merge before it was made', async () => {
  const conflict = () => page([{ path: 'raw/images/a', path_type: 'object', type: 'conflict' }])
  const { counts } = show({ files: [] }, { ...LANDS, 'GET /refs/c1/diff/c2': conflict }, { atomic: true }, onDrop)
  await press('Merge into main')
  const panel = await screen.findByRole('region', { name: 'main has changed the same files meanwhile' })
  expect(panel.textContent).toMatch(/Nothing was merged\..*raw\/images\/a/)
  expect(counts.get('POST /merge/main')).toBeUndefined()
})

it('says that a merge over what others have changed was taken back, and what can be done', async () => {
  const { lake } = show({ files: [] }, WRONG, { atomic: true }, onDrop)
  await press('Merge into main')
  const panel = await screen.findByRole('region', { name: 'The merge into main was taken back' })
  expect(panel.textContent).toMatch(/reverted at once, and main has their versions again\..*raw\/images\/theirs/)
  expect(panel.textContent).not.toContain('raw/images/a')
  expect(lake.seen.find(({ route }) => route.endsWith('/revert'))?.body).toEqual({ ref: 'm1', parent_number: 1 })
  for (const name of ['Try again', 'Keep the branch', 'Discard the drop']) expect(await button(name)).toBeTruthy()
})

it.each([
  ['uncommitted changes', 400, "can't apply meta-range on dirty branch", /main has uncommitted changes\. Commit or/],
  ['later commits', 409, 'update branch: conflict found', /later commits on main changed the same files/],
  ['a right that is missing', 403, 'not allowed to fs:RevertBranch', /fs:RevertBranch is missing/],
])('names a merge that cannot be taken back for %s, and takes it back from there', async (_, status, said, why) => {
  const refuse: Answer = (_, count) => (count === 1 ? say(status, said) : json(204))
  show({ files: [] }, { ...WRONG, 'POST /revert': refuse }, { atomic: true }, onDrop)
  await press('Merge into main')
  const panel = await screen.findByRole('region', { name: 'The merge replaced files of others on main' })
  expect(panel.textContent).toMatch(why)
  expect(panel.textContent).toMatch(/revert merge m1 here or in lakeFS.*raw\/images\/theirs/)
  expect(screen.getByRole('heading', { name: 'The merge of drop-1 into main needs a check' })).toBeTruthy()
  // The target is not as it was, and nobody may say so.
  expect(screen.queryByRole('button', { name: 'Discard the drop' })).toBeNull()
  await press('Revert the merge')
  await screen.findByRole('region', { name: 'The merge into main was taken back' })
  expect(await button('Discard the drop')).toBeTruthy()
})

it('lets a merge that cannot be taken back be, and says that it stays', async () => {
  const refuse = () => say(409, 'update branch: conflict found')
  show({ files: [] }, { ...WRONG, 'POST /revert': refuse }, { atomic: true }, onDrop)
  await press('Merge into main')
  await screen.findByRole('region', { name: 'The merge replaced files of others on main' })
  await press('Keep the branch')
  await screen.findByText('drop-1 stays, and so does its merge into main.')
})

it('merges nothing where this person may not compare, and says so', async () => {
  const answers = { ...LANDS, 'GET /refs/c1/diff/c2': () => say(403, 'no') }
  const { counts } = show({ files: [] }, answers, { atomic: true }, onDrop)
  await press('Merge into main')
  expect((await screen.findByRole('alert')).textContent).toMatch(/^Nothing was merged: you may not compare the drop/)
  expect(counts.get('POST /merge/main')).toBeUndefined()
})

it('says of a merge that could not be compared that it is there, and checks it again', async () => {
  const refuse: Answer = (_, count) => (count === 1 ? say(400, 'no such commit') : json(200, merged))
  show({ files: [] }, { ...LANDS, 'GET /commits/m1': refuse }, { atomic: true }, onDrop)
  await press('Merge into main')
  expect((await screen.findByRole('alert')).textContent).toMatch(/^The files were merged into main.*no such commit/)
  await press('Check the merge')
  await screen.findByText(/All files are on main/)
})

it('names what is no longer as the receipt says', async () => {
  const { lake } = show({ files: [arrived('main')] }, LANDS, { receipt: true })
  lake.put('raw/images/a', 'other')
  fireEvent.click(await button('Verify again'))
  expect((await screen.findByRole('listitem')).textContent).toBe('raw/images/achanged')
})

it('puts the receipt on the branch before the commit, once, also where the merge is tried again', async () => {
  const refuse: Answer = (_, count) => (count === 1 ? say(400, 'no common base') : json(200, { reference: 'm1' }))
  const { lake, counts } = show(
    { files: [arrived()] },
    { ...LANDS, 'POST /merge/main': refuse },
    { atomic: true, receipt: true, user: 'ada' },
    onDrop,
  )
  fireEvent.click(await screen.findByRole('checkbox', { name: 'Put the receipt into the merge' }))
  await press('Merge into main')
  await screen.findByText(/no common base/)
  await press('Merge into main')
  await screen.findByText(/All files are on main/)
  const routes = lake.seen.map(({ route }) => route)
  const stored = lake.seen.filter(({ route }) => route.startsWith('POST') && route.endsWith('/branches/drop-1/objects'))
  expect(counts.get('POST /merge/main')).toBe(2)
  expect(new Set(stored.map(({ path }) => path)).size).toBe(1)
  expect(stored[0]?.path).toMatch(/^raw\/images\/_receipts\/.*\.json$/)
  expect(stored[0]?.body).toMatchObject({ branch: 'main', who: 'ada', files: [{ path: 'raw/images/a' }] })
  expect(routes.findIndex((route) => route.endsWith('/objects'))).toBeLessThan(
    routes.findIndex((route) => route.endsWith('/commits')),
  )
})

it('puts no receipt into the merge unless asked, and offers none where receipts are off', async () => {
  const { counts } = show({ files: [arrived()] }, LANDS, { atomic: true }, onDrop)
  await press('Merge into main')
  await screen.findByText(/All files are on main/)
  expect(screen.queryByRole('checkbox', { name: /receipt/ })).toBeNull()
  expect(counts.get('POST /objects')).toBeUndefined()
})

/** The receipt as it is downloaded now. */
async function downloaded(): Promise<Receipt> {
  const blobs: Blob[] = []
  vi.spyOn(URL, 'createObjectURL').mockImplementation((blob) => {
    blobs.push(blob as Blob)
    return 'blob:1'
  })
  fireEvent.click(await button('Download receipt as JSON'))
  return JSON.parse((await blobs[0]?.text()) ?? '')
}

it('gives the downloaded receipt of a merge its commit', async () => {
  show({ files: [arrived()] }, LANDS, { atomic: true, receipt: true }, onDrop)
  await press('Merge into main')
  await screen.findByText(/All files are on main/)
  expect(await downloaded()).toMatchObject({
    branch: 'main',
    commit: 'm1',
    pull: '',
    files: [{ path: 'raw/images/a' }],
  })
})

it('gives the downloaded receipt of a review the commit of its branch and the pull request', async () => {
  show({ files: [arrived()] }, LANDS, { atomic: 'review', receipt: true }, onDrop)
  await press('Open a pull request')
  const link = await screen.findByRole<HTMLAnchorElement>('link', { name: 'Show it in lakeFS' })
  const receipt = await downloaded()
  expect(receipt).toMatchObject({ branch: 'drop-1', commit: 'c2', pull: 'p1', files: [{ path: 'raw/images/a' }] })
  expect(receipt.pull_url).toBe(link.href)
  expect(receipt.pull_url).toMatch(/^http.*\/repositories\/lake\/pulls\/p1$/)
})

it('counts what a refused landing has committed already, and never speaks of no files', async () => {
  const { texts, note } = watch()
  show(
    { files: [] },
    {
      ...LANDS,
      'GET /diff': () => page([]),
      'GET /refs/main/diff/drop-1': () => added('raw/images/a', 'raw/images/b'),
    },
    { atomic: true },
    onDrop,
  )
  await waitFor(() =>
    expect(screen.getByRole('textbox', { name: 'Commit message' })).toHaveProperty(
      'value',
      'Add 2 files to raw/images/',
    ),
  )
  note()
  expect(texts.filter((text) => /\b0 files/.test(text))).toEqual([])
})

it('counts its own files among this drop from the first moment', async () => {
  const sending = file('a', 1500, { status: 'sending', sent: 0 })
  const { uploader, update } = show({ files: [sending] }, LANDS, { commit: true })
  await screen.findByText('Files are still under way.')
  const { texts } = watch()
  act(() => uploader.set(sending.id, { status: 'uploaded', object: OBJECT, verified: true }))
  update()
  await screen.findByText('The commit takes 1 change')
  expect(texts.filter((text) => /Include the/.test(text))).toEqual([])
})

it('knows its own files while another one waits for an answer', async () => {
  const asking = file('b', 1, { status: 'asking', conflict: { existing: OBJECT, renamed: 'b-2' } })
  show({ files: [arrived('main'), asking] }, LANDS, { commit: true })
  await screen.findByText('The commit takes 1 change')
  expect(screen.queryByText(/Include the/)).toBeNull()
})

it('still says what became of a drop where another one waits to be taken up', async () => {
  const records = await openRecords()
  const drop = { id: 'y', repository: 'lake', branch: 'drop-2', target: 'main', state: 'gathering', touched: 1 }
  await records.putAtomicUpload({ ...drop, endpoint: 'http://lakefs.test/api/v1' })
  const { lake } = show({ files: [] }, LANDS, { atomic: true }, onDrop)
  lake.branches.push('drop-2')
  await press('Merge into main')
  await screen.findByText('An earlier drop still waits on drop-2')
  expect(screen.getByText(/All files are on main/)).toBeTruthy()
  records.close()
})

it('says that a drop is open in another tab, and goes on with it once that tab is gone', async () => {
  const { held, leave, locks } = otherTab()
  Object.defineProperty(navigator, 'locks', {
    configurable: true,
    value: {
      request: async (
        name: string,
        { signal }: { signal?: AbortSignal },
        hold: (lock: object | null) => Promise<void> | undefined,
      ) => {
        const letGo = await locks.take(name, signal)
        await hold(letGo ? {} : null)
        letGo?.()
      },
    },
  })
  const records = await openRecords()
  const drop = { id: 'x', repository: 'lake', branch: 'drop-1', target: 'main', state: 'gathering', touched: 1 }
  held.add('lakefs-uploader drop x')
  await records.putAtomicUpload({ ...drop, endpoint: 'http://lakefs.test/api/v1' })
  const { lake } = show({ files: [] }, LANDS, { atomic: true })
  lake.branches.push('drop-1')
  await screen.findByText(/A drop for main is open in another tab, on drop-1/)
  expect(screen.queryByRole('button', { name: 'Merge into main' })).toBeNull()
  act(() => leave('lakefs-uploader drop x'))
  await press('Merge into main')
  await screen.findByText(/All files are on main/)
  expect(screen.queryByText(/open in another tab/)).toBeNull()
  expect(held.size).toBe(0)
  Reflect.deleteProperty(navigator, 'locks')
})

const lastDrop = () => screen.findByText(/^The last drop from this browser is on main as /)

/** Merges, and opens the page anew. */
async function landAndReload(answers: Readonly<Record<string, Answer>> = {}) {
  show({ files: [] }, LANDS, { atomic: true, undo: true }, onDrop)
  await press('Merge into main')
  await screen.findByText(/All files are on main/)
  expect(screen.queryByText(/^The last drop from this browser/)).toBeNull()
  await expectRemembered('m1')
  cleanup()
  return show({ files: [] }, { ...LANDS, ...answers }, { atomic: true, undo: true })
}

it('takes the last landed drop back also after a reload, and offers it no longer then', async () => {
  const { lake } = await landAndReload()
  expect((await lastDrop()).textContent).toMatch(/as m1, since /)
  fireEvent.click(await button('Revert the merge'))
  expect((await screen.findByRole('region', { name: 'Revert 1 change' })).textContent).toContain('raw/images/a')
  fireEvent.click(await button('Revert the merge'))
  await screen.findByText('The merge is reverted.')
  expect(lake.seen.find(({ route }) => route.endsWith('/branches/main/revert'))?.body).toMatchObject({ ref: 'm1' })
  expect(screen.queryByRole('button', { name: 'Revert the merge' })).toBeNull()
  await expectForgotten()
})

it.each([
  [
    'the branch no longer has it in its history',
    { 'GET /refs/main/diff/m1': () => added('raw/images/a') },
    1,
    /^main no longer has this drop in its history/,
  ],
  [
    'somebody else has taken it back',
    { 'POST /revert': () => say(400, 'update branch: no changes') },
    2,
    /^It was taken back before/,
  ],
] as const)('says so where %s, and offers it no longer', async (_, answers, clicks, said) => {
  await landAndReload(answers)
  fireEvent.click(await button('Revert the merge'))
  if (clicks === 2) {
    await screen.findByRole('region', { name: 'Revert 1 change' })
    fireEvent.click(await button('Revert the merge'))
  }
  await screen.findByText(said)
  expect(screen.queryByRole('button', { name: 'Revert the merge' })).toBeNull()
  await expectForgotten()
})

it('offers the last landed drop no longer once somebody says so', async () => {
  await landAndReload()
  await lastDrop()
  fireEvent.click(await button('Forget'))
  expect(screen.queryByText(/^The last drop from this browser/)).toBeNull()
  await expectForgotten()
})

it('keeps it for the next try where a revert is refused', async () => {
  await landAndReload({ 'POST /revert': () => say(409, 'update branch: conflict found') })
  fireEvent.click(await button('Revert the merge'))
  await screen.findByRole('region', { name: 'Revert 1 change' })
  fireEvent.click(await button('Revert the merge'))
  await screen.findByText(/conflict found/)
  const records = await openRecords()
  expect(await records.lastCommit(HERE)).toMatchObject({ commit: 'm1' })
  records.close()
})

it('reverts a commit after a reload, and takes back in the visit itself what is then forgotten', async () => {
  const answers = {
    ...LANDS,
    'GET /commits/c2': () => json(200, made),
    'GET /refs/c1/diff/c2': () => added('raw/images/a'),
    'GET /refs/main/diff/c2': () => page([]),
  }
  const props = { commit: true, undo: true }
  show({ files: [arrived('main')] }, answers, props)
  await press('Commit')
  await screen.findByText(/^Committed to main/)
  await expectRemembered('c2')
  cleanup()
  show({ files: [] }, answers, props)
  expect((await lastDrop()).textContent).toMatch(/as c2, since /)
  cleanup()
  const { uploader } = show({ files: [arrived('main'), arrived('other')] }, answers, props)
  await press('Commit')
  fireEvent.click(await button('Revert the commit'))
  await screen.findByRole('region', { name: 'Revert 1 change' })
  fireEvent.click(await button('Revert the commit'))
  await screen.findByText('The commit is reverted.')
  expect(uploader.getSnapshot().files.map(({ destination }) => destination.branch)).toEqual(['other'])
  await expectForgotten()
})

async function expectRemembered(commit: string) {
  const records = await openRecords()
  await waitFor(async () => expect(await records.lastCommit(HERE)).toMatchObject({ commit }))
  records.close()
}

async function expectForgotten() {
  const records = await openRecords()
  await waitFor(async () => expect(await records.lastCommit(HERE)).toBeUndefined())
  records.close()
}

it('what has landed leaves the list when the next drop comes, which would count it as its own', async () => {
  const { uploader, update } = show({ files: [arrived()] }, LANDS, { atomic: true }, onDrop)
  await press('Merge into main')
  await screen.findByText(/All files are on main/)
  expect(uploader.getSnapshot().ids).toHaveLength(1)
  const next = { ...arrived('drop-2'), id: 'next', path: 'b' }
  act(() => uploader.show({ files: [...uploader.getSnapshot().files, next] }))
  update()
  await waitFor(() => expect(uploader.getSnapshot().ids).toEqual(['next']))
})
