import type { Browser } from '@playwright/test'
import { readBranch } from './branch.ts'
import { chance } from './chance.ts'
import { Claims } from './claims.ts'
import { REPOSITORY } from './client.ts'
import type { Plan } from './files.ts'
import type { Mutation } from './mutations.ts'
import type { Setup, Soak, Source } from './page.ts'
import { openStage, type Stage, type Trial } from './stage.ts'

export interface AddingOptions {
  browser: Browser
  pageDir: string
  seed: number
  mutation: Mutation | undefined
}

/** What is added, how many files, and what the person says to all of it meanwhile. */
const DROPS: readonly [source: Source, files: number, how: 'cancel' | 'pause'][] = [
  ['list', 3000, 'cancel'],
  ['folder', 200, 'cancel'],
  ['prepare', 100, 'cancel'],
  ['list', 3000, 'pause'],
  ['folder', 30, 'pause'],
]
/** Of a long list only so many are sent once it was paused. */
const RESUMED = 30

declare const soak: Soak

/** Cancel all and Pause all while files are still being added: what was not there yet must not be sent either. */
export async function runAdding({ browser, pageDir, seed, mutation }: AddingOptions): Promise<Trial> {
  const stage = await openStage(pageDir, {})
  const context = await browser.newContext()
  try {
    await stage.signIn(context)
    const page = await context.newPage()
    const claims = new Claims()
    const problems: string[] = []
    page.on('pageerror', (error) => problems.push(`page: ${error.message}`))
    await page.exposeFunction('tell', claims.hear)
    await page.goto(`${stage.origin}/`)
    const random = chance(seed)
    let [files, unknown] = [0, 0]
    for (const [index, [source, most, how]] of DROPS.entries()) {
      const count = Math.ceil(most * (0.75 + random() / 4))
      files += count
      const prefix = `adding/${index}/`
      const setup: Setup = { repository: REPOSITORY, branch: 'main', prefix, onConflict: 'overwrite', mutation }
      const plans = plansOf(seed + index, count)
      const given = [setup, plans, how, source] as const
      const { known, late, rows } = await page.evaluate((all) => soak.stop(...all), given)
      unknown += count - known
      const name = `${how} of all in the midst of a ${source}`
      if (late.length > 0) {
        problems.push(`${late.length} or more files that were not added yet were uploaded after ${name}: ${late[0]}`)
        continue
      }
      if (how === 'pause') {
        if (rows !== count) problems.push(`${rows} of ${count} files are listed after ${name}`)
        const left = await page.evaluate((most) => soak.resume(most), RESUMED)
        problems.push(...left.map((file) => `resumed and not uploaded: ${file}`))
      }
      problems.push(...(await untold(stage, prefix, claims, name, how === 'pause' ? Math.min(count, RESUMED) : 0)))
    }
    const figures = [`${DROPS.length} drops of ${files} files stopped`, `${unknown} of them not added yet`]
    return { figures, problems }
  } finally {
    await context.close()
    await stage.close()
  }
}

/** Where the branch and what the page has told differ. */
async function untold(
  { sandbox }: Stage,
  prefix: string,
  { uploaded }: Claims,
  name: string,
  least: number,
): Promise<string[]> {
  const branch = await readBranch(sandbox, 'main', prefix)
  const told = [...uploaded.keys()].filter((path) => path.startsWith(prefix))
  const problems = told.filter((path) => !branch.has(path)).map((path) => `told and not on the branch: ${path}`)
  for (const path of branch.keys()) {
    if (!uploaded.has(path)) problems.push(`on the branch and not told: ${path}, after ${name}`)
  }
  if (branch.size < least) problems.push(`${branch.size} of ${least} resumed files are on the branch after ${name}`)
  return problems
}

const plansOf = (seed: number, count: number): Plan[] =>
  Array.from({ length: count }, (_, index) => ({ path: `file ${index}.txt`, size: 10, seed: seed * 100_000 + index }))
