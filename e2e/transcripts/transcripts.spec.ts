import { randomBytes } from 'node:crypto'
import type { Page } from '@playwright/test'
import type { RequestRecord } from '../../server/sandbox/index.ts'
import { records } from '../support/records.ts'
import { expect, test } from '../support/versioned-fixtures.ts'

/**
 * What an upload asks lakeFS and the store for, held against e2e/transcripts/: whoever changes the structure of the code
 * sees there what has changed on the wire. `npm run e2e -- transcripts -u` writes them anew.
 */
const MIB = 2 ** 20

/** Asked when the page pleases, and as often: only that they are asked is the upload's. */
const READS: ReadonlySet<string> = new Set([
  ...['user', 'config', 'setup', 'repositories', 'repository', 'stage-allowed', 'stat', 'ls', 'read', 'uncommitted'],
  ...['diff', 'log', 'get-commit', 'branches', 'branch', 'tags', 'protection', 'pulls', 'runs'],
])
/** Depends on what the browser has kept of an earlier answer, or belongs to the page alone. */
const LEFT_OUT: ReadonlySet<string> = new Set(['store-preflight', 'login', 'logout', 'other'])

/** Asks only whether a permission is there (docs/lakefs-contract.md, "Permissions"). */
const isQuestion = ({ route, status }: RequestRecord) =>
  status === 404 && ['cherry-pick', 'revert', 'create-branch'].includes(route)

/** Calls with their status and how often, in the order in which each came first; reads by name alone. */
function transcriptOf(requests: readonly RequestRecord[]): string {
  // What got no answer is what a story has cut off, and how much of it there was is chance.
  // A branch of that name is another story's of the same day: the next name is taken.
  const isTakenName = ({ route, status }: RequestRecord) => route === 'create-branch' && status === 409
  const answered = requests.filter(
    (one) => one.status > 0 && !LEFT_OUT.has(one.route) && !isTakenName(one) && !isQuestion(one),
  )
  const counts = new Map<string, number>()
  for (const { route, status } of answered) {
    if (READS.has(route)) continue
    const line = `${route} ${status}`
    counts.set(line, (counts.get(line) ?? 0) + 1)
  }
  const reads = new Set(answered.map(({ route }) => route).filter((route) => READS.has(route)))
  const calls = [...counts].map(([line, count]) => (count > 1 ? `${line}, ${count} times` : line))
  return `${[...calls, `reads: ${[...reads].sort().join(', ')}`].join('\n')}\n`
}

const story = test.extend<{
  /** Holds everything that was asked since against the transcript of that name, once nothing more is asked. */
  expectTranscript: (name: string) => Promise<void>
}>({
  begin: async ({ uploadPage, branch, turnOn, sandbox }, use) => {
    await use(async (...on) => {
      // What the story itself has put there.
      sandbox.clearRequests()
      await uploadPage.openByKeys({ branch: branch.name })
      await turnOn(...on)
    })
  },
  expectTranscript: async ({ sandbox }, use) => {
    await use(async (name) => {
      let before = ''
      const still = () => {
        const now = transcriptOf(sandbox.requests())
        const same = now === before
        before = now
        return same
      }
      await expect.poll(still, { intervals: [1000] }).toBe(true)
      expect(before).toMatchSnapshot(`${name}.txt`)
    })
  },
})

const whenTaken = (page: Page, policy: string) => page.getByLabel('If a name is taken').selectOption({ label: policy })

story('one small file', async ({ begin, send, expectTranscript }) => {
  await begin()
  await send({ 'a.txt': 'one' })
  await expectTranscript('small')
})

story('forty small files', async ({ begin, send, expectTranscript }) => {
  await begin()
  await send(Object.fromEntries(Array.from({ length: 40 }, (_, index) => [`${index}.txt`, `${index}`])))
  await expectTranscript('many')
})

story('a file in parts', async ({ begin, choose, uploadPage, expectTranscript }) => {
  await begin()
  await choose({ 'large.bin': randomBytes(40 * MIB) })
  await uploadPage.expectUploaded('large.bin')
  await expectTranscript('parts')
})

story('a small file through lakeFS', async ({ begin, send, expectTranscript }) => {
  await begin('Send small files through lakeFS')
  await send({ 'a.txt': 'one' })
  await expectTranscript('through-lakefs')
})

story('a 409 at the link', async ({ begin, send, sandbox, expectTranscript }) => {
  await begin()
  sandbox.faults.add({ route: 'link', fault: { kind: 'conflict', hint: 'location' } })
  await send({ 'a.txt': 'one' })
  await expectTranscript('address-taken')
})

for (const [policy, name] of [
  ['Replace', 'replace'],
  ['Skip', 'skip'],
  ['Keep both', 'keep-both'],
] as const) {
  story(`a taken name: ${name}`, async ({ begin, choose, branch, uploadPage, page, expectTranscript }) => {
    await branch.put(`${uploadPage.folder}a.txt`, 'theirs')
    await begin()
    await whenTaken(page, policy)
    await choose({ 'a.txt': 'mine', 'b.txt': 'new' })
    await uploadPage.expectUploaded('b.txt')
    await expect(page.getByText(/arrived on/).first()).toBeVisible()
    await expectTranscript(name)
  })
}

story('a taken name: asked, and replaced', async ({ begin, choose, branch, uploadPage, expectTranscript }) => {
  await branch.put(`${uploadPage.folder}a.txt`, 'theirs')
  await begin()
  await choose({ 'a.txt': 'mine' })
  await uploadPage.expectStatus('a.txt', 'Needs an answer')
  await uploadPage.row('a.txt').getByRole('button', { name: 'Replace', exact: true }).click()
  await uploadPage.expectUploaded('a.txt')
  await expectTranscript('ask')
})

story(
  'a reload in the midst of parts',
  async ({ begin, page, pick, disk, uploadPage, sandbox, storeRoute, expectTranscript }) => {
    const file = disk('large.bin', randomBytes(96 * MIB))
    sandbox.faults.add({ route: storeRoute.piece, fault: { kind: 'stall', at: 'request' }, after: 5, times: 0 })
    await begin()
    await pick(uploadPage.button('Choose files'), [file])
    await expect.poll(() => storeRoute.arrived().length).toBe(5)
    await expect.poll(async () => (await records(page, 'parts')).length).toBe(5)
    await page.reload()
    const again = uploadPage.button('Choose the same files again')
    await expect(again).toBeVisible()
    sandbox.faults.clear()
    // What was under way at the reload is signed a second time, and that is chance.
    sandbox.clearRequests()
    await pick(again, [file])
    await uploadPage.expectUploaded('large.bin')
    await expectTranscript('resume')
  },
)

story('a plan', async ({ begin, choose, branch, uploadPage, page, expectTranscript }) => {
  const { folder } = uploadPage
  await branch.put(`${folder}same.txt`, 'same')
  await branch.put(`${folder}old.txt`, 'old')
  await begin('Show the plan first')
  await choose({ 'same.txt': 'same', 'old.txt': 'newer', 'new.txt': 'new!' })
  await expect(page.getByText('9 B will travel')).toBeVisible()
  await page.getByRole('radio', { name: 'Replace' }).click()
  await uploadPage.button('Start upload').click()
  await uploadPage.expectUploaded('old.txt', 'new.txt')
  await expectTranscript('plan')
})

story('all or nothing, merged and taken back', async ({ begin, send, branch, uploadPage, page, expectTranscript }) => {
  await begin('All or nothing')
  await send({ 'a.txt': 'one', 'b.txt': 'two' })
  await uploadPage.button(`Merge into ${branch.name}`).click()
  await expect(page.getByText(`All files are on ${branch.name}.`)).toBeVisible()
  await uploadPage.button('Revert the merge').click()
  await expect(page.getByRole('region', { name: 'Revert 2 changes' })).toContainText('a.txt')
  await uploadPage.button('Revert the merge').click()
  await expect(page.getByText('The merge is reverted.')).toBeVisible()
  await expectTranscript('all-or-nothing')
})

story('all or nothing, discarded', async ({ begin, send, uploadPage, page, expectTranscript }) => {
  await begin('All or nothing')
  await send({ 'a.txt': 'one' })
  await uploadPage.button('Discard the drop').click()
  await expect(page.getByText('The drop is discarded')).toBeVisible()
  await expectTranscript('discard')
})

story('a commit and its undo', async ({ begin, send, branch, uploadPage, page, expectTranscript }) => {
  await begin()
  await send({ 'a.txt': 'one' })
  await uploadPage.button('Commit').click()
  await expect(page.getByText(`Committed to ${branch.name}`)).toBeVisible()
  await uploadPage.button('Revert the commit').click()
  await expect(page.getByRole('region', { name: 'Revert 1 change' })).toBeVisible()
  await uploadPage.button('Revert the commit').click()
  await expect(page.getByText('The commit is reverted.')).toBeVisible()
  await expectTranscript('commit')
})

story('files taken back', async ({ begin, choose, branch, uploadPage, page, expectTranscript }) => {
  const { folder } = uploadPage
  await branch.put(`${folder}old.txt`, 'as it was')
  await branch.commit('Before')
  await begin()
  await whenTaken(page, 'Replace')
  await choose({ 'old.txt': 'replaced', 'new.txt': 'new' })
  await uploadPage.expectUploaded('old.txt', 'new.txt')
  await uploadPage.button('Take this drop back').click()
  await uploadPage.button('Take back').click()
  await expect(page.getByText('Taken back')).toBeVisible()
  await expectTranscript('take-back')
})
