import { describe, expect, test } from 'vitest'
import { compositeEtag } from '../checksum/etag.ts'
import type { FileState } from '../file/state.ts'
import type { UploadFile } from '../file/upload-file.ts'
import type { ObjectStats } from '../lakefs/wire.ts'
import { lakefsWith, page } from '../testing/answers.ts'
import { md5 } from '../testing/lake.ts'
import { file, rig } from '../testing/rig.ts'
import { filesOf, travelOf } from './decisions.ts'
import { planUpload } from './plan.ts'
import { planFile } from './plan-file.ts'
import { readSaved, SavedError } from './read-receipt.ts'
import { type Receipt, receiptCsv, receiptJson, receiptOf, verifyReceipt } from './receipt.ts'

const at = { repository: 'lake', branch: 'main' }
const destination = { ...at, prefix: 'raw/' }
const when = Date.UTC(2026, 5, 14, 9, 12)
const given = (path: string, text: string) => ({ path, file: file(path.split('/').at(-1) ?? '', text) })
const sent = ({ path, file: { size, lastModified } }: ReturnType<typeof given>, state: FileState): UploadFile => ({
  id: path,
  path,
  destination,
  size,
  lastModified,
  contentType: 'text/plain',
  metadata: {},
  ...state,
})
const uploaded = (object: ObjectStats, verified = true): FileState => ({ status: 'uploaded', object, verified })

/** A lake whose lakefs count the files that were hashed. */
function lakeOf() {
  const made = lakefsWith({ 'GET /diff': () => page([]) })
  const hashed: string[] = []
  const lakefs = {
    ...made.lakefs,
    md5: async (body: Blob) => {
      hashed.push(body instanceof File ? body.name : 'slice')
      return md5(new Uint8Array(await body.arrayBuffer()))
    },
  }
  return { lakefs, lake: made.lake, hashed }
}

/** Three files that a drop brought, and one that failed. */
function drop() {
  const made = lakeOf()
  const files = [given('a.txt', 'aaa'), given('b/b.txt', 'bbb'), given('c.txt', 'ccc')]
  const states = files.map((one) =>
    sent(one, uploaded(made.lake.put(`raw/${one.path}`, { a: 'aaa', b: 'bbb', c: 'ccc' }[one.path[0] ?? ''] ?? ''))),
  )
  const failed = given('d.txt', 'ddd')
  const receipt = receiptOf(at, [...states, sent(failed, { status: 'cancelled' })], { when, who: 'ada' })
  return { ...made, files, failed, receipt }
}

const codeOf = async (source: string | Blob, place?: typeof at) => {
  const thrown = await readSaved(source, place).catch((error: unknown) => error)
  return thrown instanceof SavedError ? { code: thrown.code, ...thrown.facts } : thrown
}

describe('reading', () => {
  test('a receipt as JSON and as CSV says the same', async () => {
    const { receipt } = drop()
    const fromJson = await readSaved(receiptJson(receipt))
    expect(fromJson).toMatchObject({ kind: 'receipt', ...at, commit: '', when: '2026-06-14T09:12:00.000Z' })
    expect(fromJson.files).toEqual(receipt.files)
    expect(await readSaved(new Blob([`\uFEFF${await receiptCsv(receipt)}`]))).toEqual(fromJson)
  })

  test('a table that a spreadsheet has saved in windows-1252', async () => {
    const { receipt } = drop()
    const [row] = receipt.files
    const csv = await receiptCsv({
      ...receipt,
      files: [{ ...row, path: 'gr\u00f6\u00dfe.txt' } as (typeof receipt.files)[0]],
    })
    const bytes = Uint8Array.from([...csv.replace(/^\uFEFF/, '')].map((letter) => letter.charCodeAt(0)))
    expect((await readSaved(new Blob([bytes]))).files[0]?.path).toBe('gr\u00f6\u00dfe.txt')
  })

  test('a table that went through a spreadsheet, with a name that was kept from running as a formula', async () => {
    const { receipt } = drop()
    const [row] = receipt.files
    const csv = await receiptCsv({ ...receipt, files: [{ ...row, path: '=1+1,2.txt' } as (typeof receipt.files)[0]] })
    expect(csv).toContain(`"'=1+1,2.txt"`)
    const saved = await readSaved(csv.replaceAll('true', 'TRUE').replaceAll('\n', '\r\n'))
    expect(saved.files[0]).toMatchObject({ path: '=1+1,2.txt', verified: true })
  })

  test.each(["'=1+1.txt", "''-a.txt", "'quoted'.txt"])(
    'a name with apostrophes in front comes back as it was: %s',
    async (path) => {
      const { receipt } = drop()
      const [row] = receipt.files
      const csv = await receiptCsv({ ...receipt, files: [{ ...row, path } as (typeof receipt.files)[0]] })
      expect((await readSaved(csv)).files[0]?.path).toBe(path)
    },
  )

  test('receipts of one branch in one table: what was said last of a path holds', async () => {
    const { receipt } = drop()
    const later = { ...receipt, commit: 'c2', when: '2026-07-01T00:00:00.000Z', files: receipt.files.slice(0, 1) }
    const [first] = later.files
    const changed: Receipt = { ...later, files: [{ ...first, size: 99 } as (typeof later.files)[0]] }
    const body = (await receiptCsv(receipt)).trim().split('\n').slice(1)
    const saved = await readSaved([...(await receiptCsv(changed)).trim().split('\n'), ...body].join('\n'))
    expect(saved).toMatchObject({ commit: 'c2', when: later.when })
    expect(saved.files).toHaveLength(4)
    expect(saved.files.find(({ path }) => path === 'raw/a.txt')?.size).toBe(99)
  })

  test('a plan file comes back in the words of a receipt', async () => {
    const { lakefs, lake } = lakeOf()
    lake.put('raw/same', 'same')
    lake.put('raw/old', 'was')
    const files = [given('same', 'same'), given('old', 'now'), given('new', 'new'), given('../x', 'x')]
    const plan = await planUpload(lakefs, files, destination)
    const text = planFile(plan, when)
    expect(JSON.parse(text)).toMatchObject({
      format: 'lakefs-uploader plan',
      version: 1,
      ...destination,
      verdict: '',
      totals: { all: { files: 4 } },
    })
    const saved = await readSaved(text, at)
    expect(saved).toMatchObject({ kind: 'plan', commit: '', when: '2026-06-14T09:12:00.000Z' })
    expect(saved.files.map(({ path, status, reason }) => [path, status, reason])).toEqual([
      ['raw/same', 'skipped', 'identical'],
      ['raw/old', 'unfinished', 'changed'],
      ['raw/new', 'unfinished', 'new'],
      ['raw/../x', 'failed', 'path-invalid'],
    ])
    expect(saved.files[0]).toMatchObject({ md5: lake.objects.get('raw/same')?.checksum, size: 4 })
    // The object that is there is not this file, and its checksum is not this file's.
    expect(saved.files[1]).toMatchObject({ md5: md5(new TextEncoder().encode('now')), checksum: '' })
    expect(text).not.toMatch(/X-Amz|metadata/)
  })

  test.each([
    ['an empty file', '', 'foreign'],
    ['a picture', '\u0089PNG\r\n\u001a\n\0\0\0', 'foreign'],
    ['JSON of somebody else', '{"format":"geojson","files":[]}', 'foreign'],
    ['a list', '[1,2]', 'foreign'],
    ['no JSON', '{"format":', 'foreign'],
    ['a table of something else', 'path,label\na.jpg,cat\n', 'foreign'],
  ])('%s is told apart as %3$s', async (_, text, code) => {
    expect(await codeOf(text)).toEqual({ code })
  })

  test('one that was cut off is damaged, as JSON and as CSV, with the line', async () => {
    const { receipt } = drop()
    expect(await codeOf(receiptJson(receipt).slice(0, -30))).toEqual({ code: 'damaged' })
    const csv = await receiptCsv(receipt)
    expect(await codeOf(csv.slice(0, csv.indexOf('raw/c.txt') + 20))).toEqual({ code: 'damaged', line: 4 })
  })

  test.each([
    ['a version that does not exist', { version: 0 }, { code: 'damaged' }],
    ['a version of later', { version: 2 }, { code: 'newer' }],
    ['no branch', { branch: '' }, { code: 'damaged' }],
    ['a moment that is none', { when: 'yesterday' }, { code: 'damaged' }],
    ['files that are no list', { files: {} }, { code: 'damaged' }],
    ['a file that is no record', { files: [null] }, { code: 'damaged', row: 1 }],
    ['no files', { files: [] }, { code: 'empty' }],
  ])('%s', async (_, change, expected) => {
    expect(await codeOf(JSON.stringify({ ...drop().receipt, ...change }))).toEqual(expected)
  })

  test.each([
    ['size', -1],
    ['size', 1.5],
    ['size', '3'],
    ['mtime', 'soon'],
    ['md5', 'ABC'],
    ['path', 7],
    ['status', 'done'],
    ['checksum', null],
    ['verified', 'yes'],
  ])('a row whose %s is %j is damaged', async (name, value) => {
    const { receipt } = drop()
    const files = receipt.files.map((row, index) => (index === 1 ? { ...row, [name]: value } : row))
    expect(await codeOf(JSON.stringify({ ...receipt, files }))).toEqual({ code: 'damaged', row: 2 })
  })

  test('a plan with a verdict that does not exist is damaged', async () => {
    const { lakefs } = lakeOf()
    const text = planFile(await planUpload(lakefs, [given('a', 'a')], destination), when)
    expect(await codeOf(text.replace('"verdict": "new"', '"verdict": "x"'))).toEqual({ code: 'damaged', row: 1 })
  })

  test('a table of two branches belongs to neither', async () => {
    const { receipt } = drop()
    const other = (await receiptCsv({ ...receipt, branch: 'dev' })).split('\n').slice(1)
    expect(await codeOf([await receiptCsv(receipt), ...other].join('\n'))).toEqual({ code: 'mixed' })
  })

  test('of another repository or branch, where that is asked', async () => {
    const text = receiptJson(drop().receipt)
    expect(await codeOf(text, { repository: 'pond', branch: 'main' })).toEqual({
      code: 'other-repository',
      found: 'lake',
      wanted: 'pond',
    })
    expect(await codeOf(text, { repository: 'lake', branch: 'dev' })).toEqual({
      code: 'other-branch',
      found: 'main',
      wanted: 'dev',
    })
  })

  test('a file that the browser cannot read, and one too large to be a receipt', async () => {
    const gone = Object.assign(new Blob(['x']), {
      text: () => Promise.reject(new DOMException('', 'NotReadableError')),
    })
    expect(await codeOf(gone)).toEqual({ code: 'unreadable' })
    const film = Object.defineProperty(new Blob(['x']), 'size', { value: 2e9 })
    expect(await codeOf(film)).toEqual({ code: 'foreign' })
  })
})

describe('planning with it', () => {
  test('files it knows are identical unread; a new one is new; nothing has to be chosen again', async () => {
    const { lakefs, hashed, files, failed, receipt } = drop()
    const saved = await readSaved(receiptJson(receipt))
    const all = [...files, failed, given('e.txt', 'eee')]
    const plan = await planUpload(lakefs, all, destination, { receipt: saved })
    expect(plan.entries.map(({ kind }) => kind)).toEqual(['identical', 'identical', 'identical', 'new', 'new'])
    expect(hashed).toEqual([])
    expect(plan.saved).toEqual({ known: 3, notChosen: [], elsewhere: 0 })
    expect(travelOf(plan, {})).toEqual({ files: 2, bytes: 6 })
  })

  test('what is neither in the drop nor on the branch is to be chosen again, also outside the dropped folder', async () => {
    const { lakefs, lake, files, receipt } = drop()
    const [, inFolder] = files
    lake.objects.delete('raw/c.txt')
    const saved = await readSaved(receiptJson(receipt))
    const plan = await planUpload(lakefs, inFolder ? [inFolder] : [], destination, { receipt: saved })
    // a.txt is still on the branch, c.txt was removed, d.txt never came.
    expect(plan.saved?.notChosen.map(({ path }) => path)).toEqual(['raw/c.txt', 'raw/d.txt'])
  })

  test('what was left out on purpose or cannot land is not asked for again', async () => {
    const { lakefs } = lakeOf()
    const receipt = receiptOf(at, [sent(given('taken', 'x'), { status: 'skipped', reason: 'exists' })], { when })
    const saved = await readSaved(receiptJson(receipt))
    expect((await planUpload(lakefs, [], destination, { receipt: saved })).saved?.notChosen).toEqual([])
  })

  test('another size or time of change, and it is read', async () => {
    const { lakefs, hashed, files, receipt } = drop()
    const saved = await readSaved(receiptJson(receipt))
    const touched = new File(['aaa'], 'a.txt', { lastModified: 1 })
    const grown = given('c.txt', 'cccc')
    const plan = await planUpload(
      lakefs,
      [{ path: 'a.txt', file: touched }, ...files.slice(1, 2), grown],
      destination,
      {
        receipt: saved,
      },
    )
    expect(plan.entries.map(({ kind, known }) => [kind, known ?? false])).toEqual([
      ['identical', false],
      ['identical', true],
      ['changed', false],
    ])
    expect(hashed).toEqual(['a.txt'])
  })

  test('somebody has put another version there: changed, still without reading', async () => {
    const { lakefs, lake, hashed, files, receipt } = drop()
    lake.put('raw/a.txt', 'xyz')
    const saved = await readSaved(receiptJson(receipt))
    const plan = await planUpload(lakefs, files, destination, { receipt: saved })
    expect(plan.entries.map(({ kind }) => kind)).toEqual(['changed', 'identical', 'identical'])
    expect(plan.saved?.known).toBe(3)
    expect(hashed).toEqual([])
  })

  test('a checksum of parts holds as it is, and no part is read', async () => {
    const { lakefs, lake, hashed } = lakeOf()
    const big = given('big.bin', 'x'.repeat(100))
    const object = lake.put('raw/big.bin', 'x'.repeat(100))
    object.checksum = await compositeEtag([md5(new TextEncoder().encode('x'.repeat(100)))])
    const saved = await readSaved(receiptJson(receiptOf(at, [sent(big, uploaded(object))], { when })))
    const plan = await planUpload(lakefs, [big], destination, { receipt: saved })
    expect(plan.entries[0]).toMatchObject({ kind: 'identical', known: true })
    expect(hashed).toEqual([])
  })

  test('a stored copy that nobody had compared is compared now', async () => {
    const { lakefs, lake, hashed } = lakeOf()
    const one = given('a.txt', 'aaa')
    const receipt = receiptOf(at, [sent(one, uploaded(lake.put('raw/a.txt', 'bad'), false))], { when })
    const plan = await planUpload(lakefs, [one], destination, { receipt: await readSaved(receiptJson(receipt)) })
    expect(plan.entries[0]?.kind).toBe('changed')
    expect(hashed).toEqual(['a.txt'])
  })

  test('a plan file spares the hashing of what its comparing has read, and of what is sent since by a command', async () => {
    const { lakefs, lake, hashed } = lakeOf()
    lake.put('raw/same', 'same')
    lake.put('raw/old', 'was')
    const files = [given('same', 'same'), given('old', 'now')]
    const saved = await readSaved(planFile(await planUpload(lakefs, files, destination), when))
    expect(hashed.splice(0)).toEqual(['same', 'old'])
    lake.put('raw/old', 'now')
    const plan = await planUpload(lakefs, files, destination, { receipt: saved })
    expect(plan.entries.map(({ kind }) => kind)).toEqual(['identical', 'identical'])
    expect(hashed).toEqual([])
  })

  test('the receipt of going on is whole again: identical files keep their checksums and can be gone on from', async () => {
    const { lakefs, lake, hashed, files, receipt } = drop()
    const plan = await planUpload(lakefs, files, destination, { receipt: await readSaved(receiptJson(receipt)) })
    const { engine, upload } = rig({ prefix: 'raw/' }, {}, { lake })
    await upload(filesOf(plan, {}))
    const second = receiptOf(at, engine.getSnapshot().files, { when })
    expect(second.totals).toMatchObject({ files: 3, skipped: 3, uploaded: 0 })
    expect(second.files.map(({ md5: hex }) => hex)).toEqual(receipt.files.slice(0, 3).map(({ md5: hex }) => hex))
    const again = await planUpload(lakefs, files, destination, { receipt: await readSaved(receiptJson(second)) })
    expect(again.saved?.known).toBe(3)
    expect(hashed).toEqual([])
  })

  test('files outside the folder are counted, and one of another branch is refused', async () => {
    const { lakefs, files, receipt } = drop()
    const saved = await readSaved(receiptJson(receipt))
    const inside = { ...destination, prefix: 'raw/b/' }
    const plan = await planUpload(lakefs, files, inside, { receipt: saved })
    expect(plan.saved).toEqual({ known: 0, notChosen: [], elsewhere: 3 })
    await expect(
      planUpload(lakefs, files, { ...destination, branch: 'dev' }, { receipt: saved }),
    ).rejects.toMatchObject({
      name: 'SavedError',
      code: 'other-branch',
    })
  })
})

test('verifying from a saved receipt looks up what was there, uploaded or identical', async () => {
  const { lakefs, lake, receipt } = drop()
  const saved = await readSaved(receiptJson(receipt))
  lake.put('raw/a.txt', 'xyz')
  lake.objects.delete('raw/b/b.txt')
  expect(await verifyReceipt(lakefs, saved)).toEqual([
    { path: 'raw/a.txt', verdict: 'changed' },
    { path: 'raw/b/b.txt', verdict: 'missing' },
    { path: 'raw/c.txt', verdict: 'same' },
  ])
})
