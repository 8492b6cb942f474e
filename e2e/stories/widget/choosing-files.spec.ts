import { expect, type Page, test } from '@playwright/test'
import { untilTaken } from '../../engines/drop.ts'
import { type Gallery, startGallery } from '../../support/gallery-server.ts'

/** How files get into a real engine in a real browser; without a server, so that none is sent. */
test.describe('getting files in', () => {
  let gallery: Gallery
  test.beforeAll(async () => {
    gallery = await startGallery()
  })
  test.afterAll(() => gallery.close())

  interface Folder {
    /** Files of it, and the one of them whose reading fails. */
    files: number
    unreadable?: number
  }

  /** Drops a folder whose reader gives 100 entries a call, as Chromium's does, and an empty list at its end. */
  function dropFolder(page: Page, folder: Folder, selector = '.lfu-zone'): Promise<void> {
    return page.evaluate(
      ([{ files, unreadable }, target]) => {
        const leaf = (index: number) => ({
          isFile: true,
          isDirectory: false,
          name: `f${index}.txt`,
          file(resolve: (file: File) => void, reject: (error: DOMException) => void) {
            if (index === unreadable) reject(new DOMException('gone', 'NotFoundError'))
            else resolve(new File(['x'], `f${index}.txt`))
          },
        })
        const root = {
          isFile: false,
          isDirectory: true,
          name: 'scans',
          createReader() {
            let from = 0
            return {
              readEntries(resolve: (batch: unknown[]) => void) {
                const batch = Array.from({ length: Math.min(100, files - from) }, (_, index) => leaf(from + index))
                from += batch.length
                setTimeout(() => resolve(batch))
              },
            }
          },
        }
        const items = [{ kind: 'file', type: '', getAsFile: () => null, webkitGetAsEntry: () => root }]
        const event = new Event('drop', { bubbles: true, cancelable: true })
        const dataTransfer = { types: ['Files'], items, files: [], dropEffect: 'none' }
        Object.defineProperty(event, 'dataTransfer', { value: dataTransfer })
        document.querySelector(target)?.dispatchEvent(event)
      },
      [folder, selector] as const,
    )
  }

  const all = (page: Page, count: string) => page.getByRole('button', { name: `All ${count}`, exact: true })

  for (const [files, said] of [
    [101, '101'],
    [1001, '1,001'],
    [20_000, '20,000'],
  ] as const) {
    test(`a folder of ${said} files is there in full`, async ({ page }) => {
      await gallery.open(page, 'state=live')
      await dropFolder(page, { files })
      await expect(all(page, said)).toBeVisible({ timeout: 50_000 })
      expect(await page.locator('.lfu-row').count()).toBeLessThan(40)
    })
  }

  test('one entry that cannot be read loses none of the others', async ({ page }) => {
    await gallery.open(page, 'state=live')
    await dropFolder(page, { files: 301, unreadable: 150 })
    await expect(all(page, '300')).toBeVisible()
    await page.getByRole('button', { name: 'Show them' }).click()
    await expect(page.locator('.lfu-aside')).toContainText('scans/f150.txt')
    await expect(page.locator('.lfu-aside')).toContainText('cannot be read')
  })

  test('a drop beside the widget is taken where the page is the target, and only there', async ({ page }) => {
    await gallery.open(page, 'state=live')
    await dropFolder(page, { files: 3 }, 'body')
    await dropFolder(page, { files: 2 })
    await expect(all(page, '2')).toBeVisible()
    await gallery.open(page, 'state=live&drop=page')
    await untilTaken(page)
    await dropFolder(page, { files: 3 }, 'body')
    await expect(all(page, '3')).toBeVisible()
  })

  test('pasted files join the queue', async ({ page }) => {
    await gallery.open(page, 'state=live')
    const paste = () =>
      page.locator('.lfu').evaluate((widget) => {
        const clipboardData = new DataTransfer()
        for (const name of ['a.png', 'b.png']) clipboardData.items.add(new File([name], name))
        widget.dispatchEvent(new ClipboardEvent('paste', { clipboardData, bubbles: true, cancelable: true }))
      })
    await paste()
    await expect(all(page, '2')).toBeVisible()
    await expect(
      page.getByRole('button', { name: 'Remove a.png' }).or(page.getByRole('button', { name: 'Cancel a.png' })),
    ).toBeVisible()
  })

  test('a picked directory handle is walked on every level', async ({ page }) => {
    await gallery.open(page, 'state=live&picker=handle')
    // The browser's own handles, of its private file system: only the person's choice is left out.
    await page.evaluate(async () => {
      const root = await (await navigator.storage.getDirectory()).getDirectoryHandle('scans', { create: true })
      const deep = await (await root.getDirectoryHandle('a', { create: true })).getDirectoryHandle('b', {
        create: true,
      })
      await root.getDirectoryHandle('nothing', { create: true })
      for (const [folder, name] of [
        [root, 'top.txt'],
        [deep, 'deep.txt'],
      ] as const) {
        const stream = await (await folder.getFileHandle(name, { create: true })).createWritable()
        await stream.write('x')
        await stream.close()
      }
      Object.assign(globalThis, { showDirectoryPicker: async () => root })
    })
    await page.getByRole('button', { name: 'Choose folder' }).click()
    await expect(all(page, '2')).toBeVisible()
    await expect(page.getByRole('button', { name: 'Details of scans/a/b/deep.txt' })).toBeVisible()
    await expect(page.getByRole('button', { name: 'Details of scans/top.txt' })).toBeVisible()
    await expect(page.locator('.lfu-aside')).toContainText('1 empty folder')
  })
})
