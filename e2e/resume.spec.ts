import { randomBytes } from 'node:crypto'
import { rmSync, writeFileSync } from 'node:fs'
import type { BrowserContext, Page } from '@playwright/test'
import type { Sandbox } from '../server/sandbox/index.ts'
import { expect, test } from './fixtures.ts'
import { Uploading } from './uploading.ts'

/** Parts that travel at once by default. */
const LANES = 6
const MIB = 2 ** 20

test('a reload in the middle of a multipart upload: what the store has is not sent again', async ({
  page,
  uploading,
  pick,
  disk,
  lake,
  sandbox,
}) => {
  const bytes = randomBytes(96 * MIB)
  const file = disk('large.bin', bytes)
  stallParts(sandbox, 5)
  await uploading.open()
  await pick(uploading.button('Choose files'), [file])
  await expect.poll(() => arrived(sandbox).length).toBe(5)
  await expect.poll(() => remembered(page)).toBe(5)
  const first = arrived(sandbox)
  await page.reload()
  await expect(unfinished(page)).toContainText(/1 file, .* left\. It can go on until/)

  sandbox.faults.clear()
  await pick(uploading.button('Choose the same files again'), [file])
  await uploading.expectUploaded('large.bin')
  await expect(unfinished(page)).toHaveCount(0)
  const second = arrived(sandbox).slice(first.length)
  expect(second.filter((part) => first.includes(part))).toEqual([])
  expect(second.length).toBeGreaterThan(0)
  expect(sandbox.counters()['create-multipart']).toBe(1)
  expect(sandbox.multiparts()).toEqual([])
  expect(bytes.equals(await lake.read(`${uploading.folder}large.bin`))).toBe(true)
})

test('a tab closed in full flight: at most one part a lane is sent again', async ({
  page,
  context,
  browserName,
  uploading,
  pick,
  disk,
  lake,
  sandbox,
}) => {
  test.skip(browserName === 'webkit', 'the window of WebKitGTK has one page')
  const bytes = randomBytes(96 * MIB)
  const file = disk('large.bin', bytes)
  sandbox.settings.bytesPerSecond = 8 * MIB
  await uploading.open()
  await pick(uploading.button('Choose files'), [file])
  await expect.poll(() => arrived(sandbox).length).toBeGreaterThan(0)
  await page.close()
  sandbox.settings.bytesPerSecond = null

  const { page: next, ...again } = await anotherTab(context, uploading)
  await expect(unfinished(next)).toBeVisible()
  await pick(again.uploading.button('Choose the same files again'), [file])
  await again.uploading.expectUploaded('large.bin')
  const size = Math.max(...sandbox.requests('store').map(({ received }) => received))
  const sent = sandbox.requests('store').reduce((sum, { received }) => sum + received, 0)
  expect(sent - bytes.length).toBeLessThanOrEqual(LANES * size)
  expect(sandbox.counters()['create-multipart']).toBe(1)
  expect(bytes.equals(await lake.read(`${uploading.folder}large.bin`))).toBe(true)
})

test('what was stored and not linked is linked in the next visit, without the file', async ({
  page,
  uploading,
  pick,
  disk,
  lake,
  sandbox,
}) => {
  const files = ['a.txt', 'b.txt', 'c.txt'].map((name) => disk(name))
  sandbox.faults.add({ route: 'link', fault: { kind: 'stall', at: 'request' }, times: 0 })
  await uploading.open()
  await pick(uploading.button('Choose files'), files)
  for (const name of ['a.txt', 'b.txt', 'c.txt']) await uploading.expectStatus(name, 'Finishing')
  await expect.poll(() => phases(page)).toEqual(['stored', 'stored', 'stored'])
  await page.reload()
  await expect(unfinished(page)).toContainText(/3 files, 0 B left/)
  await expect(uploading.button('Choose the same files again')).toHaveCount(0)
  for (const file of files) rmSync(file)
  sandbox.faults.clear()
  await uploading.button('Go on').click()
  await uploading.expectUploaded('a.txt', 'b.txt', 'c.txt')
  expect(sandbox.counters()['store-put']).toBe(3)
  for (const name of ['a.txt', 'b.txt', 'c.txt']) {
    expect(String(await lake.read(uploading.folder + name))).toBe(`${name}\n`)
  }
})

test('a file that has changed since starts anew and says so', async ({
  page,
  uploading,
  pick,
  disk,
  lake,
  sandbox,
}) => {
  const file = disk('large.bin', randomBytes(48 * MIB))
  stallParts(sandbox, 2)
  await uploading.open()
  await pick(uploading.button('Choose files'), [file])
  await expect.poll(() => remembered(page)).toBe(2)
  await page.reload()
  await expect(unfinished(page)).toBeVisible()

  const bytes = randomBytes(48 * MIB)
  writeFileSync(file, bytes)
  sandbox.faults.clear()
  sandbox.settings.bytesPerSecond = 4 * MIB
  await pick(uploading.button('Choose the same files again'), [file])
  await uploading.expectStatus('large.bin', 'the file changed since the last visit, so it starts anew')
  sandbox.settings.bytesPerSecond = null
  await uploading.expectUploaded('large.bin')
  expect(bytes.equals(await lake.read(`${uploading.folder}large.bin`))).toBe(true)
  // The old upload is given up, and its parts with it.
  await expect.poll(() => sandbox.multiparts()).toEqual([])
})

test('discarding takes the parts back from the store', async ({ page, uploading, pick, disk, lake, sandbox }) => {
  stallParts(sandbox, 2)
  await uploading.open()
  await pick(uploading.button('Choose files'), [disk('large.bin', Buffer.alloc(48 * MIB, 1))])
  await expect.poll(() => remembered(page)).toBe(2)
  await page.reload()
  await expect(unfinished(page)).toBeVisible()
  expect(sandbox.multiparts()).toHaveLength(1)
  await uploading.button('Discard').click()
  await expect(unfinished(page)).toHaveCount(0)
  await expect.poll(() => sandbox.multiparts()).toEqual([])
  await page.reload()
  await expect(uploading.button('Choose files')).toBeVisible()
  await expect(unfinished(page)).toHaveCount(0)
  expect(await lake.list(uploading.folder)).toEqual([])
})

test('two tabs never work the same row', async ({ page, context, browserName, uploading, pick, disk, sandbox }) => {
  test.skip(browserName === 'webkit', 'the window of WebKitGTK has one page')
  sandbox.faults.add({ route: 'link', fault: { kind: 'stall', at: 'request' }, times: 0 })
  await uploading.open()
  await pick(uploading.button('Choose files'), [disk('a.txt')])
  await uploading.expectStatus('a.txt', 'Finishing')
  await expect.poll(() => phases(page)).toEqual(['stored'])
  const tabs = [await anotherTab(context, uploading), await anotherTab(context, uploading)]
  // As long as the first tab is there, the file is its own.
  for (const tab of tabs) {
    await expect(tab.uploading.button('Choose files')).toBeVisible()
    await expect(unfinished(tab.page)).toHaveCount(0)
  }
  await page.close()
  for (const tab of tabs) {
    await tab.page.reload()
    await expect(unfinished(tab.page)).toBeVisible()
  }
  sandbox.faults.clear()
  sandbox.clearRequests()
  await Promise.all(tabs.map((tab) => tab.uploading.button('Go on').click()))
  const rows = () => Promise.all(tabs.map((tab) => tab.uploading.row('a.txt').count()))
  await expect.poll(async () => (await rows()).sort()).toEqual([0, 1])
  for (const tab of tabs) await expect(unfinished(tab.page)).toHaveCount(0)
  const owner = tabs[(await rows()).indexOf(1)]
  await owner?.uploading.expectUploaded('a.txt')
  await expect.poll(() => sandbox.counters().link).toBe(1)
  expect(sandbox.counters()['store-put']).toBeUndefined()
})

test('a file with a handle goes on at one click', async ({ page, uploading, lake, sandbox }) => {
  const handled = await page
    .goto(uploading.lake.url)
    .then(() => page.evaluate(() => typeof globalThis.navigator.storage?.getDirectory === 'function'))
  test.skip(!handled, 'this engine has no file system of its own')
  stallParts(sandbox, 2)
  await uploading.open()
  await dropHandle(page, 48 * MIB)
  await expect.poll(() => remembered(page)).toBe(2)
  await page.reload()
  await expect(unfinished(page)).toBeVisible()
  await expect(uploading.button('Choose the same files again')).toHaveCount(0)
  sandbox.faults.clear()
  const first = arrived(sandbox)
  await uploading.button('Go on').click()
  await uploading.expectUploaded('handled.bin')
  expect(
    arrived(sandbox)
      .slice(first.length)
      .filter((part) => first.includes(part)),
  ).toEqual([])
  expect((await lake.stat(`${uploading.folder}handled.bin`))?.size_bytes).toBe(48 * MIB)
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

/** So many parts get through; the others hang. */
function stallParts(sandbox: Sandbox, after: number): void {
  sandbox.faults.add({ route: 'store-part', fault: { kind: 'stall', at: 'request' }, after, times: 0 })
}

/** Numbers of the parts that the store has taken, in order of asking. */
function arrived(sandbox: Sandbox): (number | undefined)[] {
  return sandbox
    .requests('store')
    .filter(({ route, status }) => route === 'store-part' && status === 200)
    .map(({ partNumber }) => partNumber)
}

/** How many parts the browser has on record. */
async function remembered(page: Page): Promise<number> {
  return (await records(page, 'parts')).length
}

async function phases(page: Page): Promise<unknown[]> {
  return (await records(page, 'files')).map(({ phase }) => phase)
}

function records(page: Page, store: string): Promise<Record<string, unknown>[]> {
  return page.evaluate(async (name) => {
    const known = await indexedDB.databases()
    if (!known.some((one) => one.name === 'lakefs-uploader')) return []
    const db = await new Promise<IDBDatabase>((resolve, reject) => {
      const opening = indexedDB.open('lakefs-uploader')
      opening.onsuccess = () => resolve(opening.result)
      opening.onerror = () => reject(opening.error)
    })
    const all = await new Promise<Record<string, unknown>[]>((resolve, reject) => {
      const asking = db.transaction(name).objectStore(name).getAll()
      asking.onsuccess = () => resolve(asking.result)
      asking.onerror = () => reject(asking.error)
    })
    db.close()
    return all
  }, store)
}

/** Drops a file of the browser's own file system, whose handle needs no permission. */
function dropHandle(page: Page, size: number): Promise<void> {
  return page.evaluate(async (bytes) => {
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
