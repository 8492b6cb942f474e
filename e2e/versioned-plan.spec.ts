import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { ownBranch } from './branches.ts'
import { expect, test } from './fixtures.ts'

const planFirst = { name: 'Show the plan first', exact: true } as const

test('the plan tells new, changed and identical before a byte is sent, and sends only what is missing', async ({
  uploading,
  pick,
  disk,
  lake,
  page,
}) => {
  const branch = await ownBranch(lake)
  const { folder } = uploading
  await branch.put(`${folder}same.txt`, 'same')
  await branch.put(`${folder}old.txt`, 'old')
  await uploading.open({ branch: branch.name })
  await page.getByRole('switch', planFirst).check()
  const files = [disk('same.txt', 'same'), disk('old.txt', 'newer'), disk('new.txt', 'new!')]
  await pick(uploading.button('Choose files'), files)
  await expect(page.getByRole('heading', { name: 'Nothing has been sent yet' })).toBeVisible()
  await expect(page.getByText('9 B will travel')).toBeVisible()
  await expect(page.getByText('Over uncommitted changes')).toBeVisible()
  expect(await branch.read(`${folder}new.txt`)).toBeUndefined()
  await page.getByRole('radio', { name: 'Replace' }).click()
  await uploading.button('Start upload').click()
  await uploading.expectStatus('same.txt', 'Skipped')
  await uploading.expectUploaded('old.txt', 'new.txt')
  expect(await branch.read(`${folder}old.txt`)).toBe('newer')
  await branch.remove()
})

test('cancelling the plan sends nothing', async ({ uploading, pick, disk, lake, page }) => {
  const branch = await ownBranch(lake)
  await uploading.open({ branch: branch.name })
  await page.getByRole('switch', planFirst).check()
  await pick(uploading.button('Choose files'), [disk('a.txt')])
  await expect(page.getByText('Nothing has been sent yet')).toBeVisible()
  await uploading.button('Cancel').click()
  await expect(uploading.button('Choose folder')).toBeVisible()
  expect(await branch.uncommitted()).toEqual([])
  await branch.remove()
})

test('a protected branch is said in the plan, and an upload branch is the way out', async ({
  uploading,
  pick,
  disk,
  lake,
  page,
  sandbox,
}) => {
  expect(sandbox.apiUrl).toContain('127.0.0.1')
  await uploading.open({ branch: 'production' })
  await page.getByRole('switch', planFirst).check()
  await pick(uploading.button('Choose files'), [disk('a.txt')])
  const panel = page.getByRole('region', { name: 'production is protected' })
  await expect(panel).toBeVisible()
  await expect(uploading.button('Start upload')).toHaveAttribute('aria-disabled', 'true')
  await panel.getByRole('button', { name: 'Use an upload branch' }).click()
  await expect(page.getByText(/Files go to upload-\d{4}/)).toBeVisible()
  await uploading.button('Start upload').click()
  await uploading.expectUploaded('a.txt')
  const name = await page.getByRole('combobox', { name: 'Branch' }).inputValue()
  expect(name).toMatch(/^upload-\d{4}/)
  const answer = await lake.call(
    'GET',
    `/repositories/${lake.repository}/refs/${name}/objects/stat?path=${encodeURIComponent(`${uploading.folder}a.txt`)}`,
  )
  expect(answer.status).toBe(200)
})

test('metadata by rule is shown for each file and set when it arrives; a missing key stops the start', async ({
  uploading,
  pick,
  disk,
  lake,
  page,
}) => {
  const branch = await ownBranch(lake)
  await uploading.open({ branch: branch.name })
  await page.getByRole('switch', planFirst).check()
  await page.getByText('Metadata by rule').click()
  await page.getByLabel('For every file').fill('rig=north')
  await page.getByLabel('Required keys').fill('rig, label')
  await pick(uploading.button('Choose files'), [disk('a.jpg')])
  await expect(page.getByText('missing: label')).toBeVisible()
  await expect(uploading.button('Start upload')).toHaveAttribute('aria-disabled', 'true')
  await uploading.button('Cancel').click()
  await page.getByLabel('From a table').setInputFiles({
    name: 'labels.csv',
    mimeType: 'text/csv',
    buffer: Buffer.from('path,label\na.jpg,cat\n'),
  })
  await expect(page.getByText('1 rows read.')).toBeVisible()
  await pick(uploading.button('Choose files'), [disk('a.jpg')])
  await expect(page.getByText('label=cat')).toBeVisible()
  await uploading.button('Start upload').click()
  await uploading.expectUploaded('a.jpg')
  const path = encodeURIComponent(`${uploading.folder}a.jpg`)
  const stat = await lake.call('GET', `/repositories/${lake.repository}/refs/${branch.name}/objects/stat?path=${path}`)
  expect(((await stat.json()) as { metadata: unknown }).metadata).toMatchObject({ rig: 'north', label: 'cat' })
  await branch.remove()
})

test('5,000 files dropped twice: the second time nothing travels, and it is said soon', async ({
  uploading,
  pick,
  lake,
  page,
  browserName,
  sandbox,
}, info) => {
  test.skip(browserName !== 'chromium', 'one engine is enough for a figure')
  test.setTimeout(300_000)
  const branch = await ownBranch(lake)
  const root = info.outputPath('many')
  for (let index = 0; index < 5000; index += 1) {
    const path = join(root, `${index % 50}`, `${index}.txt`)
    mkdirSync(dirname(path), { recursive: true })
    writeFileSync(path, `file ${index}\n`)
  }
  await uploading.open({ branch: branch.name })
  await page.getByRole('switch', { name: 'Send small files through lakeFS' }).check()
  await pick(uploading.button('Choose folder'), [root], { folder: true })
  await expect(page.getByText(`5,000 files arrived on ${branch.name}`)).toBeVisible({ timeout: 240_000 })
  await page.getByRole('button', { name: 'Clear finished' }).first().click()
  await page.getByRole('switch', planFirst).check()
  sandbox.clearRequests()
  await pick(uploading.button('Choose folder'), [root], { folder: true })
  await expect(page.getByText('0 B will travel')).toBeVisible({ timeout: 60_000 })
  const listed = sandbox.requests('api').filter(({ target }) => target.includes('/objects/ls?')).length
  const plan = await page.evaluate(() => {
    const [entry] = performance.getEntriesByName('lakefs-uploader plan') as PerformanceMeasure[]
    return { took: entry?.duration, ...(entry?.detail as { hashed: number } | undefined) }
  })
  info.annotations.push({ type: 'plan of 5,000 files', description: JSON.stringify({ ...plan, listed }) })
  // One walk in pages of 1,000, the folder's own listing beside it, and a page for what may have joined meanwhile.
  expect(listed).toBeLessThanOrEqual(7)
  await uploading.button('Start upload').click()
  await expect(page.getByText(/5,000 skipped/)).toBeVisible()
  expect(sandbox.requests('store')).toEqual([])
  expect(sandbox.requests('api').filter(({ method }) => method !== 'GET')).toEqual([])
  await branch.remove()
})
