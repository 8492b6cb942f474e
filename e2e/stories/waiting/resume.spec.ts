import { randomBytes } from 'node:crypto'
import { rmSync, writeFileSync } from 'node:fs'
import type { BrowserContext, Page } from '@playwright/test'
import { untilTaken } from '../../engines/drop.ts'
import { expect, test } from '../../support/fixtures.ts'
import { records } from '../../support/records.ts'
import { ANEW, EACH, ONE_STEP, type Way } from '../../support/store-route.ts'
import { Uploading } from '../../support/upload-page.ts'

/** Most parts that travel at once by default. */
const LANES = 6
const MIB = 2 ** 20
/** Ms after which the page has asked lakeFS again, however often it had no answer. */
const LONGEST_DISTANCE = 16_000

test('a reload in the middle of a multipart upload: what the store has is not sent again', async ({
  page,
  uploading,
  pick,
  disk,
  sandbox,
  way,
}) => {
  test.skip(!way.resumable, ANEW)
  const bytes = randomBytes(96 * MIB)
  const file = disk('large.bin', bytes)
  stall(way, 5)
  await uploading.open()
  await pick(uploading.button('Choose files'), [file])
  await expectStalled(page, way, 5)
  const first = way.arrived()
  await page.reload()
  await expect(unfinished(page)).toContainText(/1 file, .* left\. It can go on until/)

  sandbox.faults.clear()
  await pick(uploading.button('Choose the same files again'), [file])
  await uploading.expectUploaded('large.bin')
  await expect(unfinished(page)).toHaveCount(0)
  const second = way.arrived().slice(first.length)
  expect(second.filter((part) => first.includes(part))).toEqual([])
  expect(second.length).toBeGreaterThan(0)
  expect(way.count('create-multipart')).toBe(1)
  expect(sandbox.multiparts()).toEqual([])
  expect(bytes.equals(await uploading.read('large.bin'))).toBe(true)
})

test('a reload in the middle of a large file that cannot be gone on with: found again, and sent anew and whole', {
  tag: EACH,
}, async ({ page, uploading, pick, disk, sandbox, way }) => {
  test.skip(way.resumable, 'this store has the parts of an earlier visit: the story before')
  const bytes = randomBytes(32 * MIB)
  const file = disk('large.bin', bytes)
  stall(way, 2)
  await uploading.open()
  await pick(uploading.button('Choose files'), [file])
  await expectStalled(page, way, 2)
  const before = way.received(way.piece)
  await page.reload()
  // All of it, and no hour until which something is kept.
  await expect(unfinished(page)).toContainText('1 file, 33.6 MB left. It can go on.')

  sandbox.faults.clear()
  await pick(uploading.button('Choose the same files again'), [file])
  await uploading.expectUploaded('large.bin')
  await expect(unfinished(page)).toHaveCount(0)
  expect(way.received(way.piece) - before).toBe(bytes.length)
  expect([way.count(way.first), way.landed()]).toEqual([2, 1])
  expect(bytes.equals(await uploading.read('large.bin'))).toBe(true)
})

test('a tab closed in full flight: no more is sent again than was under way, or than the store cannot go on with', async ({
  page,
  context,
  browserName,
  uploading,
  pick,
  disk,
  sandbox,
  way,
}) => {
  test.skip(browserName === 'webkit', 'the window of WebKitGTK has one page')
  const bytes = randomBytes(96 * MIB)
  const file = disk('large.bin', bytes)
  const size = 8 * MIB
  // The first wave of parts ends only when all that comes after it is slow: it is under way when the tab closes.
  const slow = 256 * 2 ** 10
  if (way.assemble) sandbox.faults.add({ route: way.piece, fault: { kind: 'hold' }, times: 0 })
  else sandbox.settings.bytesPerSecond = slow
  await uploading.open()
  await pick(uploading.button('Choose files'), [file])
  if (way.assemble) {
    // How many go at once follows the speed of lakeFS; all that have begun are held.
    const held = () => way.count(way.piece) > 0 && way.received(way.piece) === way.count(way.piece) * size
    await expect.poll(held).toBe(true)
    sandbox.settings.bytesPerSecond = slow
    sandbox.faults.clear()
    await expect.poll(() => way.arrived().length).toBeGreaterThan(0)
  }
  const onRecord = async () => (await records(page, 'parts')).length === way.arrived().length
  if (way.resumable) await expect.poll(onRecord).toBe(true)
  await expect.poll(() => way.received(way.piece)).toBeGreaterThan(size * way.arrived().length)
  await page.close()
  sandbox.settings.bytesPerSecond = null

  const { page: next, ...again } = await anotherTab(context, uploading)
  await expect(unfinished(next)).toBeVisible()
  await pick(again.uploading.button('Choose the same files again'), [file])
  await again.uploading.expectUploaded('large.bin')
  if (way.resumable) {
    expect(way.received(way.piece) - bytes.length).toBeLessThanOrEqual(LANES * size)
    expect(way.count('create-multipart')).toBe(1)
  } else {
    expect([way.count(way.first), way.landed()]).toEqual([2, 1])
  }
  expect(bytes.equals(await uploading.read('large.bin'))).toBe(true)
})

test('what was stored and not linked is linked in the next visit, without the file and without a press', {
  tag: EACH,
}, async ({ page, uploading, pick, disk, sandbox, way }) => {
  test.skip(!way.direct, ONE_STEP)
  const files = ['a.txt', 'b.txt', 'c.txt'].map((name) => disk(name))
  sandbox.faults.add({ route: 'link', fault: { kind: 'stall', at: 'request' }, times: 0 })
  await uploading.open()
  await pick(uploading.button('Choose files'), files)
  for (const name of ['a.txt', 'b.txt', 'c.txt']) await uploading.expectStatus(name, 'Finishing')
  await expect.poll(() => phases(page)).toEqual(['stored', 'stored', 'stored'])
  for (const file of files) rmSync(file)
  sandbox.faults.clear()
  await page.reload()
  await uploading.expectUploaded('a.txt', 'b.txt', 'c.txt')
  await expect(unfinished(page)).toHaveCount(0)
  expect(way.count(way.body)).toBe(3)
  for (const name of ['a.txt', 'b.txt', 'c.txt']) {
    expect(String(await uploading.read(name))).toBe(`${name}\n`)
  }
})

test('a file that has changed since starts anew and says so', async ({ page, uploading, pick, disk, sandbox, way }) => {
  const size = way.assemble ? 48 * MIB : 16 * MIB
  const file = disk('large.bin', randomBytes(size))
  stall(way, 2)
  await uploading.open()
  await pick(uploading.button('Choose files'), [file])
  await expectStalled(page, way, 2)
  await page.reload()
  await expect(unfinished(page)).toBeVisible()

  const bytes = randomBytes(size)
  writeFileSync(file, bytes)
  sandbox.faults.clear()
  // Said while the file is sent.
  sandbox.faults.add({ route: way.piece, fault: { kind: 'hold' }, times: 0 })
  await pick(uploading.button('Choose the same files again'), [file])
  await uploading.expectStatus('large.bin', 'the file changed since the last visit, so it starts anew')
  sandbox.faults.clear()
  await uploading.expectUploaded('large.bin')
  expect(bytes.equals(await uploading.read('large.bin'))).toBe(true)
  // The old upload is given up, and its parts with it.
  await expect.poll(() => sandbox.multiparts()).toEqual([])
})

test('discarding takes the parts back from the store', async ({ page, uploading, choose, lake, sandbox, way }) => {
  stall(way, 2)
  await uploading.open()
  await choose({ 'large.bin': Buffer.alloc(48 * MIB, 1) })
  await expectStalled(page, way, 2)
  await page.reload()
  await expect(unfinished(page)).toBeVisible()
  expect(sandbox.multiparts()).toHaveLength(way.count('create-multipart'))
  await uploading.button('Discard').click()
  await expect(unfinished(page)).toHaveCount(0)
  await expect.poll(() => sandbox.multiparts()).toEqual([])
  await expect.poll(() => records(page, 'files')).toEqual([])
  await page.reload()
  await expect(uploading.button('Choose files')).toBeVisible()
  await expect(unfinished(page)).toHaveCount(0)
  expect(await lake.list(uploading.folder)).toEqual([])
})

test('two tabs never work the same row', async ({ page, context, browserName, uploading, choose, sandbox, way }) => {
  test.skip(browserName === 'webkit', 'the window of WebKitGTK has one page')
  test.skip(!way.direct, ONE_STEP)
  sandbox.faults.add({ route: 'link', fault: { kind: 'stall', at: 'request' }, times: 0 })
  await uploading.open()
  await choose('a.txt')
  await uploading.expectStatus('a.txt', 'Finishing')
  await expect.poll(() => phases(page)).toEqual(['stored'])
  const tabs = [await anotherTab(context, uploading), await anotherTab(context, uploading)]
  // As long as the first tab is there, the file is its own.
  for (const tab of tabs) {
    await expect(tab.uploading.button('Choose files')).toBeVisible()
    await expect(unfinished(tab.page)).toHaveCount(0)
  }
  sandbox.faults.clear()
  sandbox.clearRequests()
  await page.close()
  // They hear of its end by themselves, and both want to go on with it.
  const rows = () => Promise.all(tabs.map((tab) => tab.uploading.row('a.txt').count()))
  await expect.poll(async () => (await rows()).sort()).toEqual([0, 1])
  for (const tab of tabs) await expect(unfinished(tab.page)).toHaveCount(0)
  const owner = tabs[(await rows()).indexOf(1)]
  await owner?.uploading.expectUploaded('a.txt')
  await expect.poll(() => sandbox.counters().link).toBe(1)
  expect(way.count(way.body)).toBe(0)
})

test('a file with a handle goes on by itself, and one that was paused says so and goes on at one click', async ({
  page,
  uploading,
  sandbox,
  way,
}) => {
  const handled = await page
    .goto(uploading.lake.url)
    .then(() => page.evaluate(() => typeof globalThis.navigator.storage?.getDirectory === 'function'))
  test.skip(!handled, 'this engine has no file system of its own')
  stall(way, 2)
  await uploading.open()
  await dropHandle(page, 48 * MIB)
  await expectStalled(page, way, 2)
  await page.reload()
  await uploading.expectStatus('handled.bin', 'Sending')
  await uploading.button('Pause handled.bin').click()
  await expect.poll(async () => (await records(page, 'files'))[0]?.stopped).toEqual({ type: 'paused' })
  await page.reload()
  await expect(unfinished(page)).toContainText('1 file was paused.')
  await expect(uploading.button('Choose the same files again')).toHaveCount(0)
  await expect(uploading.row('handled.bin')).toHaveCount(0)
  sandbox.faults.clear()
  const first = way.arrived()
  await uploading.button('Go on').click()
  await uploading.expectUploaded('handled.bin')
  const again = way
    .arrived()
    .slice(first.length)
    .filter((piece) => first.includes(piece))
  if (way.resumable) expect(again).toEqual([])
  expect((await uploading.stat('handled.bin'))?.size_bytes).toBe(48 * MIB)
})

test('lakeFS goes down with bytes stored, the page is reloaded meanwhile, and all goes on by itself once it is back', async ({
  page,
  uploading,
  pick,
  disk,
  sandbox,
  way,
}) => {
  test.skip(!way.direct, ONE_STEP)
  const files = ['a.txt', 'b.txt'].map((name) => disk(name))
  sandbox.faults.add({ route: 'link', fault: { kind: 'stall', at: 'request' }, times: 0 })
  await page.clock.install()
  await uploading.open()
  await pick(uploading.button('Choose files'), files)
  await expect.poll(() => phases(page)).toEqual(['stored', 'stored'])
  for (const file of files) rmSync(file)
  sandbox.faults.clear()
  sandbox.faults.add({ route: '*', path: '^/api/v1/', fault: { kind: 'status', status: 502 }, times: 0 })
  await page.reload()
  await expect(page.getByRole('heading', { name: 'Waiting for lakeFS' })).toBeVisible()
  await expect(page.getByRole('alert')).toContainText('This page keeps asking')
  await expect(uploading.button('Ask now')).toBeVisible()
  const asked = way.count('user')
  await page.clock.fastForward(LONGEST_DISTANCE)
  await expect.poll(() => way.count('user')).toBeGreaterThan(asked)
  await expect(page.getByRole('heading', { name: 'Waiting for lakeFS' })).toBeVisible()
  sandbox.faults.clear()
  await page.clock.fastForward(LONGEST_DISTANCE)
  await uploading.expectUploaded('a.txt', 'b.txt')
  expect(way.count(way.body)).toBe(2)
  for (const name of ['a.txt', 'b.txt']) expect(String(await uploading.read(name))).toBe(`${name}\n`)
})

test('a file that its branch refused is not offered after a reload', async ({ page, uploading, choose, sandbox }) => {
  await uploading.open({ branch: 'production' })
  await expect(page.getByText('production is protected')).toBeVisible()
  // As long as this has no answer the file may still get there, and is on record.
  sandbox.faults.add({ route: 'protection', fault: { kind: 'hold' }, times: 0 })
  await choose('a.txt')
  await expect.poll(() => phases(page)).toEqual(['sending'])
  sandbox.faults.clear()
  await uploading.expectStatus('a.txt', 'Failed')
  await expect.poll(() => phases(page)).toEqual([])
  await page.reload()
  await expect(uploading.button('Choose files')).toBeVisible()
  await expect(unfinished(page)).toHaveCount(0)
})

test('what an earlier visit has left says why it stopped', async ({ page, uploading, pick, disk, sandbox, way }) => {
  const files = ['a.bin', 'b.bin', 'c.bin'].map((name) => disk(name))
  sandbox.faults.add({ route: way.body, fault: { kind: 'stall', at: 'request' }, times: 0 })
  await uploading.open()
  await pick(uploading.button('Choose files'), files)
  await uploading.expectStatus('c.bin', 'Sending')
  await uploading.button('Pause c.bin').click()
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

async function anotherTab(context: BrowserContext, { lake, folder }: Uploading) {
  const page = await context.newPage()
  const uploading = new Uploading(page, lake, folder)
  await page.goto(`${lake.url}?repo=${lake.repository}&branch=${lake.branch}&prefix=${encodeURIComponent(folder)}`)
  await expect(uploading.region(`${lake.repository}/${lake.branch}/${folder}`)).toBeVisible()
  return { page, uploading }
}

/** So many pieces get through, and the others hang; a file that travels whole hangs. */
function stall(way: Way, pieces: number): void {
  const after = way.assemble ? pieces : 0
  way.sandbox.faults.add({ route: way.piece, fault: { kind: 'stall', at: 'request' }, after, times: 0 })
}

/** Waits until a large file is as far as {@link stall} lets it come, and the browser has on record what it can keep of that. */
async function expectStalled(page: Page, way: Way, pieces: number): Promise<void> {
  if (way.assemble) await expect.poll(() => way.arrived().length).toBe(pieces)
  else await expect.poll(() => way.count(way.piece)).toBe(1)
  await expect.poll(() => phases(page)).toEqual(['sending'])
  const parts = async () => (await records(page, 'parts')).length
  await expect.poll(parts).toBe(way.resumable ? pieces : 0)
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
