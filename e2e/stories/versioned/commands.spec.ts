import { truncateSync } from 'node:fs'
import { expect, test } from '../../support/versioned-fixtures.ts'

test('the same drop as commands for four tools, each to be copied, and the list of what is missing', async ({
  uploadPage,
  branch,
  begin,
  choose,
  lakefs,
  page,
  copied,
  save,
}) => {
  const { folder } = uploadPage
  await branch.put(`${folder}same.txt`, 'same')
  await begin('Show the plan first')
  await choose({ 'same.txt': 'same', 'new one.txt': 'new' })
  const panel = page.getByRole('region', { name: 'Send by a command instead' })
  await expect(uploadPage.button('Start upload')).toBeVisible()
  await expect(panel).toBeHidden()
  await uploadPage.button('Send by a command instead').click()
  const at = `${lakefs.repository}/${branch.name}/${folder}`
  const commands = {
    'lakectl, lakeFS’s own command': `lakectl fs upload --source './new one.txt' 'lakefs://${at}new one.txt'`,
    'rclone, through the S3 gateway': `${lakefs.repository}/${branch.name}/${folder}new one.txt`,
    Python: `branch = lakefs.repository("${lakefs.repository}").branch("${branch.name}")`,
    'Import, when the data is in a store already': `--to lakefs://${at}`,
  }
  // Said for two seconds.
  const said = await uploadPage.hear('button')
  for (const [tool, part] of Object.entries(commands)) {
    await panel.getByRole('button', { name: `Copy: ${tool}` }).click()
    await expect.poll(said).toContain(`Copied: ${tool}`)
    const text = await copied()
    expect(text).toContain(part)
    expect(text).not.toContain(lakefs.keys.secretAccessKey)
  }
  const list = await save(panel.getByRole('button', { name: 'Save the list of what is missing' }))
  expect(list.text).toBe('new one.txt\n')
  await uploadPage.button('Hide the commands').click()
  await expect(panel).toBeHidden()
})

test('a drop too large for a tab says so, and why', async ({ uploadPage, branch, begin, disk, pick, page }) => {
  const path = disk('scan.tar', '')
  // Nothing on the disk but its length.
  truncateSync(path, 600e9)
  await begin('Show the plan first')
  await pick(uploadPage.button('Choose files'), [path])
  const panel = page.getByRole('region', { name: 'Send by a command instead' })
  await expect(panel).toContainText('A command is the better way for this drop. It is larger than a browser tab')
  await expect(panel).toContainText(`lakectl fs upload --source ./scan.tar lakefs://`)
  await uploadPage.button('Hide the commands').click()
  await expect(panel).toBeHidden()
  await uploadPage.button('Cancel').click()
  expect(await branch.uncommitted()).toEqual([])
})

test('a drop that takes too long at the speed seen says about how long', async ({
  uploadPage,
  begin,
  turnOn,
  disk,
  pick,
  page,
  sandbox,
}) => {
  sandbox.settings.bytesPerSecond = 1_000_000
  await begin()
  const slow = disk('slow.bin', '')
  // Under way until the end of the story: its speed is known for as long.
  truncateSync(slow, 600e6)
  await pick(uploadPage.button('Choose files'), [slow])
  await uploadPage.expectStatus('slow.bin', /Sending.*B\/s/)
  await turnOn('Show the plan first')
  const path = disk('long.bin', '')
  truncateSync(path, 400e9)
  await pick(uploadPage.button('Choose files'), [path])
  const panel = page.getByRole('region', { name: 'Send by a command instead' })
  await expect(panel).toContainText('It takes longer than a browser tab should stay open.')
  await expect(panel).toContainText(/About \d+ /)
})
