import { POLICIES } from '../../../server/sandbox/policies.ts'
import { expect, test } from '../../support/versioned-fixtures.ts'

/** What a person may do who lacks nothing that the page asks for. */
const ALL = [...POLICIES.FSReadWrite, 'branches:GetBranchProtectionRules', 'pr:ListPullRequests', 'pr:WritePullRequest']

// The teammate's policy has the actions of FSReadWrite on one repository; the writer may read its settings, too.
for (const user of ['teammate', 'writer']) {
  test(`a ${user} uploads and commits`, async ({ uploadPage, branch, send, page, sandbox }) => {
    await uploadPage.open({ branch: branch.name }, sandbox.keysOf(user))
    await send({ 'a.txt': `from a ${user}` })
    expect(await branch.read(`${uploadPage.folder}a.txt`)).toBe(`from a ${user}`)
    await uploadPage.button('Commit').click()
    await expect(page.getByRole('region', { name: `Commit to ${branch.name}` })).toContainText('Committed to')
    expect((await branch.log())[0]).toMatchObject({ committer: user })
    await expect(page.getByLabel('Access key ID')).toHaveCount(0)
  })
}

for (const user of ['reader', 'teammate']) {
  test(`a ${user} without fs:WriteObject is told before there is a file, and by the file at once`, async ({
    uploadPage,
    branch,
    choose,
    page,
    sandbox,
    storeRoute,
  }) => {
    if (user === 'teammate') {
      const { policies } = sandbox.settings
      sandbox.settings.policies = {
        ...policies,
        teammate: { actions: ALL.filter((action) => action !== 'fs:WriteObject') },
      }
    }
    await uploadPage.open({ branch: branch.name }, sandbox.keysOf(user))
    await expect(page.getByText('You may not write here. Ask for fs:WriteObject on this repository')).toBeVisible()
    await choose({ 'a.txt': 'x' })
    await uploadPage.expectStatus('a.txt', /Failed.*You may not write here: fs:WriteObject is missing/i)
    expect(storeRoute.count(storeRoute.body)).toBe(0)
    await expect(page.getByLabel('Access key ID')).toHaveCount(0)
  })
}

/** Name of the button that needs an action, where there is one. */
const NEEDED_BY: Readonly<Record<string, string | undefined>> = {
  'branches:GetBranchProtectionRules': undefined,
  'pr:ListPullRequests': undefined,
  'fs:CreateCommit': 'Commit',
  'fs:RevertBranch': 'Take this drop back',
  'fs:ReadObject': undefined,
  'fs:ListObjects': undefined,
}

for (const [missing, needing] of Object.entries(NEEDED_BY)) {
  test(`without ${missing} files land, and what it is for says so before it is tried`, async ({
    uploadPage,
    branch,
    send,
    page,
    sandbox,
  }) => {
    const { policies } = sandbox.settings
    sandbox.settings.policies = { ...policies, teammate: { actions: ALL.filter((action) => action !== missing) } }
    await uploadPage.open({ branch: branch.name }, sandbox.keysOf('teammate'))
    await send({ 'a.txt': 'x', 'b.txt': 'y' })
    expect(await branch.read(`${uploadPage.folder}a.txt`)).toBe('x')
    if (needing) {
      const button = uploadPage.button(needing)
      await expect(button).toHaveAttribute('aria-disabled', 'true')
      await expect(button).toHaveAccessibleDescription(
        `You may not do this: ${missing} is missing. Ask for it on this repository.`,
      )
    } else {
      // Who may not list a branch cannot see what else a commit would take.
      if (missing === 'fs:ListObjects') await page.getByLabel(/Include what others may have left/).check()
      await expect(uploadPage.button('Commit')).toHaveAttribute('aria-disabled', 'false')
    }
    await expect(page.getByLabel('Access key ID')).toHaveCount(0)
  })
}

test('without fs:CreateBranch an upload that needs a branch says so before there is a file', async ({
  uploadPage,
  branch,
  turnOn,
  page,
  sandbox,
}) => {
  const { policies } = sandbox.settings
  const actions = ALL.filter((action) => action !== 'fs:CreateBranch')
  sandbox.settings.policies = { ...policies, teammate: { actions } }
  await uploadPage.open({ branch: branch.name }, sandbox.keysOf('teammate'))
  await turnOn('All or nothing')
  await expect(
    page.getByText('All or nothing needs an upload branch. You may not do this: fs:CreateBranch'),
  ).toBeVisible()
})
