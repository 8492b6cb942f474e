import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'

const CORE = fileURLToPath(new URL('..', import.meta.url))

/** Who may write a field of a job: the class that owns it, and those that make the job before it is on the list. */
const MAKING = ['engine/adding/join-files.ts', 'resume/unfinished.ts']
const OWNERS: Readonly<Record<string, readonly string[]>> = {
  state: ['engine/file-store.ts', ...MAKING],
  maxSentShown: ['engine/file-store.ts', ...MAKING],
  path: ['engine/file-store.ts'],
  // Set where another tab is heard to have the path; the file store hears of those that have landed there.
  contested: ['engine/file-store.ts', 'transfer/tabs/path-lock.ts'],
  notice: ['engine/file-store.ts'],
  source: ['engine/file-store.ts'],
  tries: ['engine/file-store.ts'],
  view: ['engine/file-store.ts', 'engine/idle-clock.ts', 'file/job.ts'],
  file: ['engine/lifecycle.ts'],
  answer: ['engine/lifecycle.ts'],
  sentParts: ['engine/lifecycle.ts'],
  undecided: MAKING,
  earlier: MAKING,
  // Its fields are written by the transfer as the bytes go; the whole of it is set between transfers.
  resumePoint: ['engine/lifecycle.ts', 'engine/file-store.ts', ...MAKING],
}

/** Assignments to a field of a job, `job.state = …` and the like. */
const ASSIGNED = /\bjob\.(\w+)\s*(?:=(?!=)|\+=|-=|\?\?=|\|\|=)/g

it('each field of a job is written by its owner alone', () => {
  const files = readdirSync(CORE, { recursive: true, encoding: 'utf8' })
    .map((file) => file.replaceAll('\\', '/'))
    .filter((file) => /\.ts$/.test(file) && !/\.test\.ts$|^testing\//.test(file))
  const seen = new Set<string>()
  const foreign: string[] = []
  for (const file of files) {
    for (const [, field = ''] of readFileSync(`${CORE}/${file}`, 'utf8').matchAll(ASSIGNED)) {
      seen.add(field)
      if (!OWNERS[field]?.includes(file)) foreign.push(`${file} writes ${field}`)
    }
  }
  expect(foreign).toEqual([])
  // A field that nobody writes needs no owner here.
  expect(Object.keys(OWNERS).filter((field) => !seen.has(field))).toEqual([])
})
