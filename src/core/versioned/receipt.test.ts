import { expect, test } from 'vitest'
import { UploadError } from '../errors.ts'
import type { FileState } from '../file/state.ts'
import type { UploadFile } from '../file/upload-file.ts'
import { lakefsWith, storedAt } from '../testing/answers.ts'
import { say } from '../testing/lake.ts'
import {
  parseReceipt,
  receiptCsv,
  receiptJson,
  receiptOf,
  receiptPath,
  storeReceipt,
  verifyReceipt,
} from './receipt.ts'

const at = { repository: 'lake', branch: 'main' }
const when = Date.UTC(2026, 5, 14, 9, 12)
const fileOf = (path: string, state: FileState): UploadFile => ({
  id: path,
  path,
  destination: { ...at, prefix: 'raw/' },
  size: 3,
  lastModified: when,
  contentType: 'text/plain',
  metadata: {},
  ...state,
})
const lake = () => {
  const made = lakefsWith()
  return { ...made, object: made.lake.put('raw/a.txt', 'abc') }
}

test('one row a file, with what became of it', () => {
  const { object } = lake()
  const receipt = receiptOf(
    at,
    [
      fileOf('a.txt', { status: 'uploaded', object, verified: true }),
      fileOf('b.txt', { status: 'skipped', reason: 'identical' }),
      fileOf('c.txt', { status: 'failed', error: new UploadError('too-large'), sent: 0 }),
    ],
    { commit: 'c1', who: 'ada', when },
  )
  expect(receipt).toMatchObject({ commit: 'c1', who: 'ada', when: '2026-06-14T09:12:00.000Z' })
  expect(receipt.totals).toEqual({ files: 3, uploaded: 1, skipped: 1, failed: 1, bytes: 3 })
  expect(receipt.files[0]).toMatchObject({
    path: 'raw/a.txt',
    md5: object.checksum,
    physical_address: object.physical_address,
    verified: true,
  })
  expect(receipt.files.map(({ reason }) => reason)).toEqual(['', 'identical', 'too-large'])
  expect(receiptPath('raw/', receipt)).toBe('raw/_receipts/2026-06-14T09-12-00Z.json')
  expect(parseReceipt(receiptJson(receipt))).toEqual(receipt)
  expect(() => parseReceipt('{}')).toThrow(SyntaxError)
})

test('as CSV a name cannot become a formula', async () => {
  const csv = await receiptCsv(receiptOf(at, [fileOf('=1+1.txt', { status: 'cancelled' })], { when }))
  const [head, row] = csv.split('\n')
  expect(head).toMatch(
    /^path,status,size,mtime,md5,checksum,verified,physical_address,reason,repository,branch,commit,who,when,pull,pull_url$/,
  )
  expect(row).toMatch(/^raw\/=1\+1\.txt,cancelled,3,/)
  const bare = {
    ...receiptOf(at, [], { when }),
    files: [{ ...receiptOf(at, [fileOf('x', { status: 'queued' })], { when }).files[0], path: '=1' }],
  }
  expect(await receiptCsv(bare as Parameters<typeof receiptCsv>[0])).toMatch(/\n"'=1",/)
})

test('of a review it names the pull request, and says nothing of one elsewhere', async () => {
  const pull = { id: 'p1', url: 'https://lake.example/repositories/lake/pulls/p1' }
  const receipt = receiptOf(at, [fileOf('a', { status: 'queued' })], { when, commit: 'c2', pull })
  expect(receipt).toMatchObject({ commit: 'c2', pull: pull.id, pull_url: pull.url })
  expect((await receiptCsv(receipt)).split('\n')[1]).toMatch(/,c2,,2026-06-14T09:12:00.000Z,p1,https:\S+\/p1$/)
  expect(receiptOf(at, [], { when })).toMatchObject({ pull: '', pull_url: '' })
})

test('verifying again tells what is as it was, changed and missing', async () => {
  const { lakefs, lake: server, object } = lake()
  const other = server.put('raw/b.txt', 'bbb')
  const gone = server.put('raw/c.txt', 'ccc')
  const uploaded = (path: string, stats: typeof object) =>
    fileOf(path, { status: 'uploaded', object: stats, verified: true })
  const receipt = receiptOf(at, [uploaded('a.txt', object), uploaded('b.txt', other), uploaded('c.txt', gone)], {
    when,
  })
  server.put('raw/b.txt', 'xyz')
  server.objects.delete('raw/c.txt')
  expect(await verifyReceipt(lakefs, receipt)).toEqual([
    { path: 'raw/a.txt', verdict: 'same' },
    { path: 'raw/b.txt', verdict: 'changed' },
    { path: 'raw/c.txt', verdict: 'missing' },
  ])
})

test.each([
  ['is no longer there', (server: ReturnType<typeof lake>['lake'], address: string) => server.stored.delete(address)],
  [
    'is shorter than it was',
    (server: ReturnType<typeof lake>['lake'], address: string) => server.stored.set(address, new Uint8Array(2)),
  ],
])(
  'verifying again reads the end of each object: one whose copy at the store %s is not as it arrived',
  async (_, harm) => {
    const { lakefs, lake: server, object } = lake()
    const other = server.put('raw/b.txt', 'bbb')
    const uploaded = (path: string, stats: typeof object) =>
      fileOf(path, { status: 'uploaded', object: stats, verified: true })
    const receipt = receiptOf(at, [uploaded('a.txt', object), uploaded('b.txt', other)], { when })
    expect((await verifyReceipt(lakefs, receipt)).map(({ verdict }) => verdict)).toEqual(['same', 'same'])
    expect(server.seen.filter(({ route }) => route === 'object').map(({ headers }) => headers.range)).toContain(
      'bytes=2-2',
    )
    harm(server, other.physical_address)
    server.twist = ({ route, path }) => {
      const gone = route === 'object' && path === 'raw/b.txt' && !server.stored.has(other.physical_address)
      return gone ? say(410, 'resource expired') : undefined
    }
    expect((await verifyReceipt(lakefs, receipt)).map(({ verdict }) => verdict)).toEqual(['same', 'unreadable'])
    // Who may not read bytes cannot tell.
    server.twist = ({ route }) => (route === 'object' ? say(401, 'insufficient permissions') : undefined)
    expect((await verifyReceipt(lakefs, receipt)).map(({ verdict }) => verdict)).toEqual(['same', 'same'])
  },
)

test('a receipt that lands at another path is taken back, and a page in place of an answer is none', async () => {
  const receipt = receiptOf(at, [], { commit: 'c1', who: 'ada', when })
  const moved = lakefsWith({
    'POST /objects': () => storedAt('raw/receipts/a b.json'),
    reset: () => new Response(null, { status: 204 }),
  })
  await expect(storeReceipt(moved.lakefs, at, 'raw/receipts/a+b.json', receipt)).rejects.toMatchObject({
    code: 'path-mismatch',
    facts: { path: 'raw/receipts/a+b.json', got: 'raw/receipts/a b.json' },
  })
  expect(moved.lake.seen.find(({ route }) => route === 'reset')?.body).toMatchObject({ path: 'raw/receipts/a b.json' })
  const page = lakefsWith({ 'POST /objects': () => new Response('<!doctype html>', { status: 200 }) })
  await expect(page.clock.run(storeReceipt(page.lakefs, at, 'r.json', receipt))).rejects.toMatchObject({ status: 200 })
})
