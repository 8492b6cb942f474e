import type { Browser } from '@playwright/test'
import { readBranch } from './branch.ts'
import { chance } from './chance.ts'
import { Claims, differencesOf } from './claims.ts'
import { Client, REPOSITORY } from './client.ts'
import { bytesOf, type Plan } from './files.ts'
import type { Mutation } from './mutations.ts'
import type { Setup, Soak } from './page.ts'
import { committer, Neighbour } from './people.ts'
import { openStage, type Trial, wrongMerges } from './stage.ts'

export interface DropsOptions {
  browser: Browser
  pageDir: string
  seed: number
  /** Ms after which what is not done counts as failed. */
  limit: number
  mutation: Mutation | undefined
}

/** What others do to the target meanwhile. */
const ROUNDS = ['elsewhere', 'equal-neighbour', 'same-path', 'equal-neighbour', 'elsewhere'] as const
const FILES = 30
/** How often a landing is tried that met uncommitted changes of others, as a person would. */
const TRIES = 20

declare const soak: Soak

/** Drops that land as one while others commit to the target: all of each or nothing, and nothing of others changed. */
export async function runDrops({ browser, pageDir, seed, limit, mutation }: DropsOptions): Promise<Trial> {
  const stage = await openStage(pageDir, wrongMerges)
  const context = await browser.newContext()
  try {
    await stage.signIn(context)
    const page = await context.newPage()
    const problems: string[] = []
    page.on('pageerror', (error) => problems.push(`page: ${error.message}`))
    await page.goto(`${stage.origin}/`)
    const random = chance(seed)
    const client = new Client(stage.sandbox)
    const others = new Neighbour(client, 'main', chance(seed + 4))
    const until = Date.now() + limit
    let [landed, refused] = [0, 0]
    for (const [index, round] of ROUNDS.entries()) {
      const prefix = `atomic/${index}/`
      const plans = plansOf(seed + index)
      // The base has an object right behind a path of the drop's; empty files and labels are like that.
      const chosen = plans[Math.floor(random() * plans.length)] as Plan
      const same = { bytes: bytesOf({ size: random() < 0.5 ? 0 : 12, seed }) }
      await others.put(`${prefix}${chosen.path}-behind`, same)
      await others.put(`${prefix}theirs`)
      await client.commit('main', `before drop ${index}`)
      const setup: Setup = { repository: REPOSITORY, branch: 'main', prefix, onConflict: 'overwrite', mutation }
      const gathering = page.evaluate(([given, files]) => soak.gather(given, files), [setup, plans] as const)
      await others.put(`${prefix}theirs`)
      await client.commit('main', `beside drop ${index}`)
      await gathering
      if (round !== 'elsewhere') {
        await others.put(`${prefix}${chosen.path}`, round === 'equal-neighbour' ? same : {})
        await client.commit('main', `in the way of drop ${index}`)
      }
      const beside = others.work([], [`${prefix}beside`], 50)
      const commits = committer(client, 'main', chance(seed + 5 + index))
      let ended = ''
      for (let tries = 0; tries < TRIES && Date.now() < until; tries += 1) {
        ended = await page.evaluate((message) => soak.land(message), `drop ${index}`)
        if (!/dirty branch/.test(ended)) break
        // Somebody else has to commit first.
        await client.commit('main', `so that drop ${index} can land`)
      }
      await beside.stop()
      await commits.stop()
      await client.commit('main', `after drop ${index}`)
      const isIn = ended === 'landed'
      if (isIn) landed += 1
      else refused += 1
      if (!isIn && round === 'elsewhere')
        problems.push(`drop ${index} has not landed and nothing was in its way: ${ended}`)
      if (isIn && round !== 'elsewhere')
        problems.push(`drop ${index} has landed over ${round}: ${prefix}${chosen.path}`)
      const claims = new Claims()
      if (isIn) for (const { path, size } of plans) claims.uploaded.set(prefix + path, size)
      const branch = await readBranch(stage.sandbox, 'main', prefix)
      const theirs = new Map([...others.objects].filter(([path]) => path.startsWith(prefix)))
      const differences = differencesOf({
        prefix,
        plans,
        claims,
        rows: [],
        others: theirs,
        attempts: others.attempts,
        branch,
      })
      problems.push(...differences.map((line) => `${line} (drop ${index}, ${round}: ${ended})`))
    }
    const figures = [`${ROUNDS.length} drops of ${FILES} files`, `${landed} landed, ${refused} did not`]
    return { figures, problems }
  } finally {
    await context.close()
    await stage.close()
  }
}

/** Files whose sizes are as many as there are. */
function plansOf(seed: number): Plan[] {
  return Array.from({ length: FILES }, (_, index) => ({
    path: `file-${String(index).padStart(2, '0')}`,
    size: 100 + index,
    seed: seed * 100_000 + index,
  }))
}
