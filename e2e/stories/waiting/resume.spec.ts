import { randomBytes } from 'node:crypto'
import { rmSync, writeFileSync } from 'node:fs'
import type { BrowserContext, Page } from '@playwright/test'
import { untilTaken } from '../../engines/drop.ts'
import { EACH_ENGINE } from '../../engines/each-engine.ts'
import { expect, test } from '../../support/fixtures.ts'
import { records } from '../../support/records.ts'
import { ANEW, EACH_STORE, ONE_STEP, type StoreRoute } from '../../support/store-route.ts'
import { UploadPage } from '../../support/upload-page.ts'

/** Most parts that travel at once by default. */
const LANES = 6
const MIB = 2 ** 20
/** Ms after which the page has asked lakeFS again, however often it had no answer. */
const LONGEST_DISTANCE = 16_000

test('a reload in the middle of a multipart upload: what the store has is not sent again', {
  tag: EACH_ENGINE,
}, async ({ page, uploadPage, pick, disk, sandbox, storeRoute }) => {
  test.skip(!storeRoute.resumable, ANEW)
  const bytes = randomBytes(96 * MIB)
  const file = disk('large.bin', bytes)
  stall(storeRoute, 5)
  await uploadPage.open()
  await pick(uploadPage.button('Choose files'), [file])
  await expectStalled(page, storeRoute, 5)
  const first = storeRoute.arrived()
  await page.reload()
  await expect(unfinished(page)).toContainText(/1 file, .* left\. It can go on until/)

  sandbox.faults.clear()
  await pick(uploadPage.button('Choose the same files again'), [file])
  await uploadPage.expectUploaded('large.bin')
  await expect(unfinished(page)).toHaveCount(0)
  const second = storeRoute.arrived().slice(first.length)
  expect(second.filter((part) => first.includes(part))).toEqual([])
  expect(second.length).toBeGreaterThan(0)
  expect(storeRoute.count('create-multipart')).toBe(1)
  expect(storeRoute.open()).toEqual([])
  expect(bytes.equals(await uploadPage.read('large.bin'))).toBe(true)
})

test('a reload in the middle of a large file that cannot be gone on with: found again, and sent anew and whole', {
  tag: EACH_STORE,
}, async ({ page, uploadPage, pick, disk, sandbox, storeRoute }) => {
  test.skip(storeRoute.resumable, 'this store has the parts of an earlier visit: the story before')
  const bytes = randomBytes(32 * MIB)
  const file = disk('large.bin', bytes)
  stall(storeRoute, 2)
  await uploadPage.open()
  await pick(uploadPage.button('Choose files'), [file])
  await expectStalled(page, storeRoute, 2)
  const before = storeRoute.received(storeRoute.piece)
  await page.reload()
  // All of it, and no hour until which something is kept.
  await expect(unfinished(page)).toContainText('1 file, 33.6 MB left. It can go on.')

  sandbox.faults.clear()
  await pick(uploadPage.button('Choose the same files again'), [file])
  await uploadPage.expectUploaded('large.bin')
  await expect(unfinished(page)).toHaveCount(0)
  expect(storeRoute.received(storeRoute.piece) - before).toBe(bytes.length)
  expect([storeRoute.count(storeRoute.first), storeRoute.landed()]).toEqual([2, 1])
  expect(bytes.equals(await uploadPage.read('large.bin'))).toBe(true)
})

test('a tab closed in full flight: no more is sent again than was under way, or than the store cannot go on with', async ({
  page,
  context,
  browserName,
  uploadPage,
  pick,
  disk,
  sandbox,
  storeRoute,
}) => {
  test.skip(browserName === 'webkit', 'the window of WebKitGTK has one page')
  const bytes = randomBytes(96 * MIB)
  const file = disk('large.bin', bytes)
  const size = 8 * MIB
  // The first wave of parts ends only when all that comes after it is slow: it is under way when the tab closes.
  const slow = 256 * 2 ** 10
  if (storeRoute.assemble) sandbox.faults.add({ route: storeRoute.piece, fault: { kind: 'hold' }, times: 0 })
  else sandbox.settings.bytesPerSecond = slow
  await uploadPage.open()
  await pick(uploadPage.button('Choose files'), [file])
  if (storeRoute.assemble) {
    // How many go at once follows the speed of lakeFS; all that have begun are held.
    const held = () =>
      storeRoute.count(storeRoute.piece) > 0 &&
      storeRoute.received(storeRoute.piece) === storeRoute.count(storeRoute.piece) * size
    await expect.poll(held).toBe(true)
    sandbox.settings.bytesPerSecond = slow
    sandbox.faults.clear()
    await expect.poll(() => storeRoute.arrived().length).toBeGreaterThan(0)
  }
  const onRecord = async () => (await records(page, 'parts')).length === storeRoute.arrived().length
  if (storeRoute.resumable) await expect.poll(onRecord).toBe(true)
  await expect.poll(() => storeRoute.received(storeRoute.piece)).toBeGreaterThan(size * storeRoute.arrived().length)
  await page.close()
  sandbox.settings.bytesPerSecond = null

  const { page: next, ...again } = await anotherTab(context, uploadPage)
  await expect(unfinished(next)).toBeVisible()
  await pick(again.uploadPage.button('Choose the same files again'), [file])
  await again.uploadPage.expectUploaded('large.bin')
  if (storeRoute.resumable) {
    expect(storeRoute.received(storeRoute.piece) - bytes.length).toBeLessThanOrEqual(LANES * size)
    expect(storeRoute.count('create-multipart')).toBe(1)
  } else {
    expect([storeRoute.count(storeRoute.first), storeRoute.landed()]).toEqual([2, 1])
  }
  expect(bytes.equals(await uploadPage.read('large.bin'))).toBe(true)
})

test('what was stored and not linked is linked in the next visit, without the file and without a press', {
  tag: EACH_STORE,
}, async ({ page, uploadPage, pick, disk, sandbox, storeRoute }) => {
  test.skip(!storeRoute.direct, ONE_STEP)
  const files = ['a.txt', 'b.txt', 'c.txt'].map((name) => disk(name))
  sandbox.faults.add({ route: 'link', fault: { kind: 'stall', at: 'request' }, times: 0 })
  await uploadPage.open()
  await pick(uploadPage.button('Choose files'), files)
  for (const name of ['a.txt', 'b.txt', 'c.txt']) await uploadPage.expectStatus(name, 'Finishing')
  await expect.poll(() => phases(page)).toEqual(['stored', 'stored', 'stored'])
  for (const file of files) rmSync(file)
  sandbox.faults.clear()
  await page.reload()
  await uploadPage.expectUploaded('a.txt', 'b.txt', 'c.txt')
  await expect(unfinished(page)).toHaveCount(0)
  expect(storeRoute.count(storeRoute.body)).toBe(3)
  for (const name of ['a.txt', 'b.txt', 'c.txt']) {
    expect(String(await uploadPage.read(name))).toBe(`${name}\n`)
  }
})

test('a file that has changed since starts anew and says so', async ({
  page,
  uploadPage,
  pick,
  disk,
  sandbox,
  storeRoute,
}) => {
  const size = storeRoute.assemble ? 48 * MIB : 16 * MIB
  const file = disk('large.bin', randomBytes(size))
  stall(storeRoute, 2)
  await uploadPage.open()
  await pick(uploadPage.button('Choose files'), [file])
  await expectStalled(page, storeRoute, 2)
  await page.reload()
  await expect(unfinished(page)).toBeVisible()

  const bytes = randomBytes(size)
  writeFileSync(file, bytes)
  sandbox.faults.clear()
  // Said while the file is sent.
  sandbox.faults.add({ route: storeRoute.piece, fault: { kind: 'hold' }, times: 0 })
  await pick(uploadPage.button('Choose the same files again'), [file])
  await uploadPage.expectStatus('large.bin', 'the file changed since the last visit, so it starts anew')
  sandbox.faults.clear()
  await uploadPage.expectUploaded('large.bin')
  expect(bytes.equals(await uploadPage.read('large.bin'))).toBe(true)
  // The old upload is given up, and its parts with it.
  await expect.poll(() => storeRoute.open()).toEqual([])
})

test('discarding takes the parts back from the store', async ({ page, uploadPage, choose, lakefs, storeRoute }) => {
  stall(storeRoute, 2)
  await page.clock.install()
  await uploadPage.open()
  await choose({ 'large.bin': Buffer.alloc(48 * MIB, 1) })
  await expectStalled(page, storeRoute, 2)
  await page.reload()
  await expect(unfinished(page)).toBeVisible()
  expect(storeRoute.open()).toHaveLength(storeRoute.count('create-multipart'))
  await uploadPage.button('Discard').click()
  await expect(unfinished(page)).toHaveCount(0)
  await expect.poll(() => storeRoute.open()).toEqual([])
  // For 20 s a part that is still on its way could bring the upload back.
  await expect(async () => {
    await page.clock.fastForward(5000)
    expect(await records(page, 'files')).toEqual([])
  }).toPass()
  await page.reload()
  await expect(uploadPage.button('Choose files')).toBeVisible()
  await expect(unfinished(page)).toHaveCount(0)
  expect(await lakefs.list(uploadPage.folder)).toEqual([])
})

test('two tabs never work the same row', async ({
  page,
  context,
  browserName,
  uploadPage,
  choose,
  sandbox,
  storeRoute,
}) => {
  test.skip(browserName === 'webkit', 'the window of WebKitGTK has one page')
  test.skip(!storeRoute.direct, ONE_STEP)
  sandbox.faults.add({ route: 'link', fault: { kind: 'stall', at: 'request' }, times: 0 })
  await uploadPage.open()
  await choose('a.txt')
  await uploadPage.expectStatus('a.txt', 'Finishing')
  await expect.poll(() => phases(page)).toEqual(['stored'])
  const tabs = [await anotherTab(context, uploadPage), await anotherTab(context, uploadPage)]
  // As long as the first tab is there, the file is its own.
  for (const tab of tabs) {
    await expect(tab.uploadPage.button('Choose files')).toBeVisible()
    await expect(unfinished(tab.page)).toHaveCount(0)
  }
  sandbox.faults.clear()
  sandbox.clearRequests()
  await page.close()
  // They hear of its end by themselves, and both want to go on with it.
  const rows = () => Promise.all(tabs.map((tab) => tab.uploadPage.row('a.txt').count()))
  await expect.poll(async () => (await rows()).sort()).toEqual([0, 1])
  for (const tab of tabs) await expect(unfinished(tab.page)).toHaveCount(0)
  const owner = tabs[(await rows()).indexOf(1)]
  await owner?.uploadPage.expectUploaded('a.txt')
  await expect.poll(() => sandbox.counters().link).toBe(1)
  expect(storeRoute.count(storeRoute.body)).toBe(0)
})

test('a file with a handle goes on by itself, and one that was paused says so and goes on at one click', async ({
  page,
  uploadPage,
  sandbox,
  storeRoute,
}) => {
  const handled = await page
    .goto(uploadPage.lakefs.url)
    .then(() => page.evaluate(() => typeof globalThis.navigator.storage?.getDirectory === 'function'))
  test.skip(!handled, 'this engine has no file system of its own')
  stall(storeRoute, 2)
  await uploadPage.open()
  await dropHandle(page, 48 * MIB)
  await expectStalled(page, storeRoute, 2)
  await page.reload()
  await uploadPage.expectStatus('handled.bin', 'Sending')
  await uploadPage.button('Pause handled.bin').click()
  await expect.poll(async () => (await records(page, 'files'))[0]?.stopped).toEqual({ type: 'paused' })
  await page.reload()
  await expect(unfinished(page)).toContainText('1 file was paused.')
  await expect(uploadPage.button('Choose the same files again')).toHaveCount(0)
  await expect(uploadPage.row('handled.bin')).toHaveCount(0)
  sandbox.faults.clear()
  const first = storeRoute.arrived()
  await uploadPage.button('Go on').click()
  await uploadPage.expectUploaded('handled.bin')
  const again = storeRoute
    .arrived()
    .slice(first.length)
    .filter((piece) => first.includes(piece))
  if (storeRoute.resumable) expect(again).toEqual([])
  expect((await uploadPage.stat('handled.bin'))?.size_bytes).toBe(48 * MIB)
})

test('lakeFS goes down with bytes stored, the page is reloaded meanwhile, and all goes on by itself once it is back', async ({
  page,
  uploadPage,
  pick,
  disk,
  sandbox,
  storeRoute,
}) => {
  test.skip(!storeRoute.direct, ONE_STEP)
  const files = ['a.txt', 'b.txt'].map((name) => disk(name))
  sandbox.faults.add({ route: 'link', fault: { kind: 'stall', at: 'request' }, times: 0 })
  await page.clock.install()
  await uploadPage.open()
  await pick(uploadPage.button('Choose files'), files)
  await expect.poll(() => phases(page)).toEqual(['stored', 'stored'])
  for (const file of files) rmSync(file)
  sandbox.faults.clear()
  sandbox.faults.add({ route: '*', path: '^/api/v1/', fault: { kind: 'status', status: 502 }, times: 0 })
  await page.reload()
  await expect(page.getByRole('heading', { name: 'Waiting for lakeFS' })).toBeVisible()
  await expect(page.getByRole('alert')).toContainText('This page keeps asking')
  await expect(uploadPage.button('Ask now')).toBeVisible()
  const asked = storeRoute.count('user')
  await page.clock.fastForward(LONGEST_DISTANCE)
  await expect.poll(() => storeRoute.count('user')).toBeGreaterThan(asked)
  await expect(page.getByRole('heading', { name: 'Waiting for lakeFS' })).toBeVisible()
  sandbox.faults.clear()
  await page.clock.fastForward(LONGEST_DISTANCE)
  await uploadPage.expectUploaded('a.txt', 'b.txt')
  expect(storeRoute.count(storeRoute.body)).toBe(2)
  for (const name of ['a.txt', 'b.txt']) expect(String(await uploadPage.read(name))).toBe(`${name}\n`)
})

test('a file that its branch refused is not offered after a reload', async ({ page, uploadPage, choose, sandbox }) => {
  await uploadPage.open({ branch: 'production' })
  await expect(page.getByText('production is protected')).toBeVisible()
  // As long as this has no answer the file may still get there, and is on record.
  sandbox.faults.add({ route: 'protection', fault: { kind: 'hold' }, times: 0 })
  await choose('a.txt')
  await expect.poll(() => phases(page)).toEqual(['sending'])
  sandbox.faults.clear()
  await uploadPage.expectStatus('a.txt', 'Failed')
  await expect.poll(() => phases(page)).toEqual([])
  await page.reload()
  await expect(uploadPage.button('Choose files')).toBeVisible()
  await expect(unfinished(page)).toHaveCount(0)
})

test('what an earlier visit has left says why it stopped', async ({
  page,
  uploadPage,
  pick,
  disk,
  sandbox,
  storeRoute,
}) => {
  const files = ['a.bin', 'b.bin', 'c.bin'].map((name) => disk(name))
  sandbox.faults.add({ route: storeRoute.body, fault: { kind: 'stall', at: 'request' }, times: 0 })
  await uploadPage.open()
  await pick(uploadPage.button('Choose files'), files)
  await uploadPage.expectStatus('c.bin', 'Sending')
  await uploadPage.button('Pause c.bin').click()
  const why = async () => (await records(page, 'files')).map(({ path, stopped }) => [path, stopped])
  const interrupted = { type: 'interrupted' }
  await expect
    .poll(async () => Object.fromEntries(await why()))
    .toEqual({ 'a.bin': interrupted, 'b.bin': interrupted, 'c.bin': { type: 'paused' } })
  await page.reload()
  await expect(unfinished(page)).toContainText('2 files were interrupted when the page closed and 1 was paused.')
})

function unfinished(page: Page) {
  return page.getByRole('region', { name: 'Unfinished on this computer' })
}

async function anotherTab(context: BrowserContext, { lakefs, folder }: UploadPage) {
  const page = await context.newPage()
  const uploadPage = new UploadPage(page, lakefs, folder)
  await page.goto(
    `${lakefs.url}?repo=${lakefs.repository}&branch=${lakefs.branch}&prefix=${encodeURIComponent(folder)}`,
  )
  await expect(uploadPage.region(`${lakefs.repository}/${lakefs.branch}/${folder}`)).toBeVisible()
  return { page, uploadPage }
}

/** So many pieces get through, and the others hang; a file that travels whole hangs. */
function stall(storeRoute: StoreRoute, pieces: number): void {
  const after = storeRoute.assemble ? pieces : 0
  storeRoute.sandbox.faults.add({ route: storeRoute.piece, fault: { kind: 'stall', at: 'request' }, after, times: 0 })
}

/** Waits until a large file is as far as {@link stall} lets it come, and the browser has on record what it can keep of that. */
async function expectStalled(page: Page, storeRoute: StoreRoute, pieces: number): Promise<void> {
  if (storeRoute.assemble) await expect.poll(() => storeRoute.arrived().length).toBe(pieces)
  else await expect.poll(() => storeRoute.count(storeRoute.piece)).toBe(1)
  await expect.poll(() => phases(page)).toEqual(['sending'])
  const parts = async () => (await records(page, 'parts')).length
  await expect.poll(parts).toBe(storeRoute.resumable ? pieces : 0)
}

async function phases(page: Page): Promise<unknown[]> {
  return (await records(page, 'files')).map(({ phase }) => phase)
}

/** Drops a file of the browser's own file system, whose handle needs no permission. */
async function dropHandle(page: Page, size: number): Promise<void> {
  await untilTaken(page)
  await page.evaluate(async (bytes) => {
    const root = await navigator.storage.getDirectory()
    const handle = await root.getFileHandle('handled.bin', { create: true })
    const writing = await handle.createWritable()
    await writing.write(new Uint8Array(bytes))
    await writing.close()
    const file = await handle.getFile()
    const item = {
      kind: 'file',
      type: '',
      getAsFile: () => file,
      getAsFileSystemHandle: () => Promise.resolve(handle),
    }
    const dataTransfer = { types: ['Files'], items: [item], files: [file], dropEffect: 'none' }
    for (const type of ['dragenter', 'dragover', 'drop']) {
      const event = new Event(type, { bubbles: true, cancelable: true })
      Object.defineProperty(event, 'dataTransfer', { value: dataTransfer })
      document.body.dispatchEvent(event)
    }
  }, size)
}
