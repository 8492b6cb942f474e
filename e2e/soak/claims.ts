import { type Found, md5 } from './branch.ts'
import { bytesOf, type Plan } from './files.ts'
import type { Row, Told } from './page.ts'

/** What pages have said, kept where a page that dies cannot lose it. */
export class Claims {
  /** Bytes by full path. */
  readonly uploaded = new Map<string, number>()
  readonly cancelled = new Set<string>()

  #complete = false
  readonly #waiting: { count: number; resolve: () => void }[] = []

  readonly hear = ({ status, path, size }: Told): void => {
    if (status === 'uploaded') this.uploaded.set(path, size ?? -1)
    else this.cancelled.add(path)
    for (const { count, resolve } of this.#waiting) if (this.uploaded.size >= count) resolve()
  }

  /** Resolves once so many files were told as uploaded, or no more will be. */
  reached(count: number): Promise<void> {
    return new Promise((resolve) => {
      if (this.uploaded.size >= count || this.#complete) resolve()
      else this.#waiting.push({ count, resolve })
    })
  }

  /** No more will be told. */
  complete(): void {
    this.#complete = true
    for (const { resolve } of this.#waiting) resolve()
  }
}

export interface Evidence {
  prefix: string
  plans: readonly Plan[]
  claims: Claims
  /** What the last page shows at its end. */
  rows: readonly Row[]
  /** What others have put there, by full path. */
  others: ReadonlyMap<string, { md5: string }>
  /** MD5s of what others have tried to put there; it may be there where nobody was told so. */
  attempts: ReadonlyMap<string, ReadonlySet<string>>
  branch: ReadonlyMap<string, Found>
}

/** What the branch has against what the pages have told and what others have put there: one line for each difference. */
export function differencesOf({ prefix, plans, claims, rows, others, attempts, branch }: Evidence): string[] {
  const problems: string[] = []
  const last = new Map(rows.map((row) => [prefix + row.path, row]))
  for (const [path, { md5: theirs }] of others) {
    const there = branch.get(path)
    if (there?.md5 !== theirs) problems.push(`of others, changed: ${path}: they put ${theirs}, there is ${say(there)}`)
  }
  const known = new Set(others.keys())
  for (const plan of plans) {
    const path = prefix + plan.path
    known.add(path)
    if (others.has(path)) continue
    const there = branch.get(path)
    const row = last.get(path)
    const told = claims.uploaded.has(path)
    const mine = md5(bytesOf(plan))
    const says = `${told ? 'told as uploaded' : claims.cancelled.has(path) ? 'told as cancelled' : 'not told'}, ${row?.status ?? 'no row'} at the end`
    if (there) {
      const size = claims.uploaded.get(path) ?? plan.size
      if (there.md5 === undefined) problems.push(`never stored: ${path}: ${says}`)
      else if (!told && attempts.get(path)?.has(there.md5)) continue
      else if (there.md5 !== mine || there.size !== plan.size || size !== plan.size)
        problems.push(`differs: ${path}: ${says}, ${plan.size} B ${mine} were sent, there is ${say(there)}`)
      else if (!told && row?.status !== 'uploaded' && row?.status !== 'skipped')
        problems.push(`on the branch and not told: ${path}: ${says}`)
    } else if (told || row?.status === 'uploaded' || row?.status === 'skipped') {
      problems.push(`told and not on the branch: ${path}: ${says}`)
    }
  }
  for (const path of branch.keys()) if (!known.has(path)) problems.push(`nobody's: ${path}`)
  return problems
}

function say(found: Found | undefined): string {
  return found ? `${found.size} B ${found.md5 ?? 'without bytes'}` : 'nothing'
}
