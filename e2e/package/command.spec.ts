import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from '@playwright/test'
import { pack, program } from './project.ts'

/** An empty project with the tarball in it, far from what this repository has installed. */
let project: string
test.beforeAll(async () => {
  project = mkdtempSync(join(tmpdir(), 'lakefs-uploader-package-'))
  writeFileSync(join(project, 'package.json'), '{"private":true}')
  const tarball = await pack(join(project, 'tarball'))
  const quiet = ['--no-audit', '--no-fund', '--no-package-lock', '--loglevel=error', '--prefer-offline']
  await program(project, 'npm', 'install', '--omit=peer', ...quiet, tarball)
})
test.afterAll(() => rmSync(project, { recursive: true }))

function start(...args: string[]): { process: ChildProcess; line: () => Promise<string>; ended: Promise<number> } {
  const child = spawn(join(project, 'node_modules/.bin/lakefs-uploader'), args, {
    cwd: project,
    env: { PATH: process.env.PATH },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const said: string[] = []
  child.stdout.on('data', (chunk) => said.push(String(chunk)))
  child.stderr.on('data', (chunk) => said.push(String(chunk)))
  const ended = once(child, 'exit').then(([code]) => code as number)
  return {
    process: child,
    ended,
    async line() {
      await expect.poll(() => said.join('')).toContain('\n')
      return said.join('')
    },
  }
}

test('runs from the package alone, on its own sandbox, until it is asked to stop', async ({ page }) => {
  const command = start('--sandbox', '--port', '0')
  await expect.poll(command.line).toMatch(/Secret access key {2}\S+/)
  const text = await command.line()
  const [url, ...others] = text.match(/https?:\/\/\S+/g) ?? []
  expect(others).toEqual([])
  const [, id = ''] = /Access key ID +(\S+)/.exec(text) ?? []
  const [, secret = ''] = /Secret access key +(\S+)/.exec(text) ?? []
  await page.goto(url ?? '')
  await page.getByLabel('Access key ID').fill(id)
  await page.getByLabel('Secret access key', { exact: true }).fill(secret)
  await page.getByRole('button', { name: 'Sign in', exact: true }).click()
  await expect(page.getByRole('combobox', { name: 'Repository' })).toBeVisible()
  command.process.kill('SIGTERM')
  expect(await command.ended).toBe(0)
})

for (const [args, sentence] of [
  [['--lakfs', 'http://l'], "Unknown option '--lakfs'. --help lists the options.\n"],
  [
    ['--lakefs', 'lake.example.com'],
    'The address of lakeFS starts with http:// or https://, and this does not: lake.example.com\n',
  ],
  [['--sandbox', '--config', 'none.json'], /^none\.json cannot be read: .+\n$/],
  [['--sandbox', '--data', 'package.json'], /^package\.json cannot keep the sandbox: EEXIST.+ with --data\.\n$/],
  [
    ['--sandbox', '--store', 'azure'],
    'The azure store of the sandbox is Azurite, which is not in this package: npm install azurite\n',
  ],
] as const) {
  test(`says what is wrong in one sentence: ${args.join(' ')}`, async () => {
    const command = start(...args)
    expect(await command.ended).toBe(2)
    if (typeof sentence === 'string') expect(await command.line()).toBe(sentence)
    else expect(await command.line()).toMatch(sentence)
  })
}

test('says its version and its options', async () => {
  expect(await start('--version').line()).toMatch(/^\d+\.\d+\.\d+/)
  expect(await start('--help').line()).toContain('--lakefs URL')
})
