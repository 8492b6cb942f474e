import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { cpSync, mkdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { expect, test, uploadOne } from './fixtures.ts'
import { install, program } from './project.ts'
import { writeSnippets } from './snippets.ts'

// Each project is a story of its own, and installing and building them is most of what there is to do.
test.describe.configure({ mode: 'parallel' })

const vite = (dir: string) => program(dir, 'npx', 'vite', 'build', '--logLevel', 'error')

test('publint and arethetypeswrong find nothing', async ({ tarball }) => {
  expect(await program('.', 'npx', 'publint', '--strict', tarball)).toContain('All good!')
  // ESM only: what node10 and require() would make of it is not promised.
  await program('.', 'npx', 'attw', tarball, '--profile', 'esm-only')
})

test('the tarball holds what is used and nothing else', async ({ tarball }) => {
  const files = (await program('.', 'tar', 'tzf', tarball)).trim().split('\n')
  const top = new Set(files.map((file) => file.replace(/^package\//, '').split('/')[0]))
  expect([...top].sort()).toEqual(['CHANGELOG.md', 'LICENSE', 'README.md', 'dist', 'docs', 'package.json'])
  expect(
    files.filter(
      (file) => /testing|\.test\.|gallery|\.tsx?$|^package\/docs\/.*\//.test(file) && !file.endsWith('.d.ts'),
    ),
  ).toEqual([])
})

test('the component is a client component, and no other entry needs React', async ({ tarball, folder }) => {
  const dir = join(folder, 'unpacked')
  mkdirSync(dir, { recursive: true })
  await program('.', 'tar', 'xzf', tarball, '-C', dir)
  const dist = join(dir, 'package/dist')
  // React Server Components take a module with this directive, and all that it imports, for the browser's.
  expect(readFileSync(join(dist, 'index.js'), 'utf8').split('\n')[0]).toBe('"use client";')
  expect(packagesOf(join(dist, 'index.js'))).toContain('react')
  for (const entry of ['core', 'versioned', 'lakefs']) {
    const needed = packagesOf(join(dist, `${entry}.js`))
    expect(
      [...needed].filter((name) => /^react|^@tanstack/.test(name)),
      entry,
    ).toEqual([])
  }
})

/** The packages that a built file imports, itself or by what it imports, at once or late. */
function packagesOf(file: string, seen = new Map<string, Set<string>>()): Set<string> {
  const packages = new Set<string>()
  seen.set(file, packages)
  const imports = readFileSync(file, 'utf8').matchAll(/^(?:import|export)\b[^"\n]*"([^"]+)";$|\bimport\("([^"]+)"\)/gm)
  for (const [, atOnce, late] of imports) {
    const name = atOnce ?? late ?? ''
    if (!name.startsWith('.')) packages.add(name)
    else {
      const path = join(dirname(file), name)
      for (const one of seen.get(path) ?? packagesOf(path, seen)) packages.add(one)
    }
  }
  return packages
}

test('a fresh Vite app with React 19 and a QueryClient of its own', async ({ tarball, folder, visit, complaints }) => {
  const dir = await install('react19', tarball, folder)
  // The examples of README and guides compile against what is shipped, with its types checked too.
  const guides = ['README.md', 'docs/embedding.md', 'docs/customising.md', 'docs/recipes.md']
  expect(writeSnippets(dir, guides)).toBeGreaterThan(15)
  await program(dir, 'npx', 'tsc', '-p', '.')
  await vite(dir)
  const page = await visit(join(dir, 'dist'))
  await expect(page.getByRole('heading', { level: 1 })).toHaveText(/^React 19\./)
  await uploadOne(page, 'app/')
  await expect(page.getByRole('status').filter({ hasText: 'app/first file.txt' })).toHaveCount(1)
  expect(complaints).toEqual([])
})

test('React 18 with the oldest React Query that is promised', async ({ tarball, folder, visit, complaints }) => {
  const dir = await install('react18', tarball, folder)
  await program(dir, 'npx', 'tsc', '-p', '.')
  await vite(dir)
  const page = await visit(join(dir, 'dist'))
  await expect(page.getByRole('heading', { level: 1 })).toHaveText(/^React 18\./)
  await uploadOne(page, 'app18/')
  expect(complaints).toEqual([])
})

test('rendered in plain Node, hydrated without a mismatch', async ({ tarball, folder, visit, complaints, browser }) => {
  const dir = await install('server-render', tarball, folder)
  await vite(dir)
  await program(dir, process.execPath, 'render.js')
  const page = await visit(join(dir, 'dist'))

  // What the server sent stands without any script.
  const bare = await browser.newContext({ javaScriptEnabled: false })
  const still = await bare.newPage()
  await still.goto(page.url())
  await expect(still.getByRole('region', { name: 'Upload to lakefs://demo/main/rendered/' })).toBeVisible()
  await expect(still.getByRole('button', { name: 'Choose files' })).toBeVisible()
  await bare.close()

  await expect(page.locator('html[data-hydrated]')).toHaveCount(1)
  await uploadOne(page, 'rendered/')
  expect(complaints).toEqual([])
})

test('a page without React and without a bundler, by the one file', async ({ tarball, folder, visit, complaints }) => {
  const dir = await install('vanilla', tarball, folder)
  const site = join(folder, 'vanilla-site')
  for (const file of ['index.html', 'page.js']) cpSync(join(dir, file), join(site, file))
  cpSync(join(dir, 'node_modules/lakefs-uploader/dist/standalone.js'), join(site, 'standalone.js'))
  const page = await visit(site)
  await uploadOne(page, 'vanilla/')
  const region = page.getByRole('region', { name: 'Upload to lakefs://demo/main/vanilla/' })
  // The style has come along: the widget's own, in a sheet without a tag.
  await expect(region).toHaveCSS('border-radius', '10px')
  await expect(page.locator('style')).toHaveCount(0)

  await page.evaluate(() => window.widget.update({ prefix: 'elsewhere/' }))
  await expect(page.getByRole('region', { name: 'Upload to lakefs://demo/main/elsewhere/' })).toBeVisible()
  await expect(page.getByRole('list', { name: 'Files' }).getByRole('listitem')).toHaveCount(1)
  await page.evaluate(() => window.widget.unmount())
  await expect(page.locator('#upload')).toBeEmpty()

  await page.goto(new URL('?shadow', page.url()).href)
  await expect(region).toHaveCSS('border-radius', '10px')
  await expect(page.locator('style')).toHaveCount(0)
  expect(complaints).toEqual([])
})

test('the one file through a bundler', async ({ tarball, folder, visit, complaints }) => {
  const dir = await install('bundled', tarball, folder)
  await vite(dir)
  const page = await visit(join(dir, 'dist'))
  await uploadOne(page, 'bundled/')
  expect(complaints).toEqual([])
})

test('the command, as npx runs it', async ({ tarball, folder, sandbox, request }) => {
  const dir = await install('vanilla', tarball, folder)
  const command = join(dir, 'node_modules/.bin/lakefs-uploader')
  expect(await program(dir, command, '--version')).toMatch(/^\d+\.\d+\.\d+\n$/)

  const running = spawn(command, ['--lakefs', sandbox.apiUrl, '--port', '0'], { cwd: dir })
  const ended = once(running, 'exit')
  const said = once(running.stdout.setEncoding('utf8'), 'data')
  const [first] = (await Promise.race([said, ended])) as [unknown]
  const url = /http:\/\/127\.0\.0\.1:\d+\//.exec(String(first))?.[0]
  expect(url, 'the command prints its address').toBeDefined()
  const page = await request.get(url ?? '')
  expect(await page.text()).toContain('<script type="module"')
  expect(page.headers()['content-security-policy']).toContain("default-src 'none'")
  expect((await request.get(`${url}api/v1/config`)).status()).toBe(401)
  running.kill('SIGTERM')
  expect(await ended).toEqual([0, null])
})
