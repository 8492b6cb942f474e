import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { RULES } from '../src/core/request/refusal-rules.ts'

const page = readFileSync(new URL('lakefs-contract.md', import.meta.url), 'utf8')
const FIXTURES = fileURLToPath(new URL('../server/sandbox/fixtures/', import.meta.url))

/** The texts between code marks, in reading order. */
const codes = (text: string) => [...text.matchAll(/`([^`]+)`/g)].map(([, code = '']) => code)

test('every message in quotes was recorded', () => {
  const bodies = readdirSync(FIXTURES)
    .filter((file) => file.endsWith('.json'))
    .flatMap((file) => JSON.parse(readFileSync(FIXTURES + file, 'utf8')) as { response: { body: unknown } }[])
    .map(({ response: { body } }) =>
      typeof body === 'string' ? body : ((body as { message?: string })?.message ?? ''),
    )
  const quoted = codes(page).flatMap((code) => /^"(.+)"$/.exec(code)?.[1] ?? [])
  expect(quoted.length).toBeGreaterThan(25)
  expect(quoted.filter((words) => !bodies.some((body) => body.includes(words)))).toEqual([])
})

test('each permission in the table was named in a recorded refusal', () => {
  const recorded = readFileSync(`${FIXTURES}acl.json`, 'utf8')
  const [, table = ''] = /## Permissions([\s\S]*?)\n## /.exec(page) ?? []
  const named = codes(table).filter((code) => /^\w+:\w+$/.test(code))
  expect(named.length).toBeGreaterThan(8)
  expect(named.filter((permission) => !recorded.includes(`not allowed to ${permission}`))).toEqual([])
})

test('the retry table has every code that the rules give, and no other', () => {
  const [, section = ''] = /## Retry table([\s\S]*?)\n## /.exec(page) ?? []
  const rows = section.split('\n').filter((line) => line.startsWith('| ') && !line.startsWith('| Answer'))
  const listed = new Set(rows.flatMap((row) => codes(row.split('|').at(-2) ?? '')))
  expect([...listed].sort()).toEqual([...new Set(RULES.map(({ code }) => code))].sort())
})
