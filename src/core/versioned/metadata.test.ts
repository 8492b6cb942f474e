import { expect, test } from 'vitest'
import { describe, matchPattern, readSidecar, SidecarError } from './metadata.ts'

const table = (name: string, text: string) => readSidecar(new File([text], name))

test.each([
  ['{site}/{date}/…', 'north/2026-06-14/cam/1.jpg', { site: 'north', date: '2026-06-14' }],
  ['{site}_{n}.csv', 'a.b_7.csv', { site: 'a.b', n: '7' }],
  ['**/{name}.txt', 'x/y/z.txt', { name: 'z' }],
  ['raw/*/{file}', 'raw/x/y.txt', { file: 'y.txt' }],
  ['{site}/{date}', 'north/2026/deeper', undefined],
  ['a(b)/{x}', 'a(b)/1', { x: '1' }],
])('the pattern %s on %s', (pattern, path, found) => {
  expect(matchPattern(pattern, path)).toEqual(found)
})

test('defaults, then the first pattern that fits, then the table, then the file itself; required keys are missed', () => {
  const rules = {
    defaults: { rig: 'default', owner: 'me' },
    patterns: ['nope/{x}', '{rig}/{date}/…'],
    sidecar: new Map([['a.jpg', { label: 'cat' }]]),
    required: ['label', 'date', 'licence'],
  }
  expect(describe({ path: 'r7/2026/a.jpg', metadata: { owner: 'you' } }, rules)).toEqual({
    metadata: { rig: 'r7', owner: 'you', date: '2026', label: 'cat' },
    missing: ['licence'],
  })
})

test('keys are one in any case, as they are sent', () => {
  const rules = {
    defaults: { siteName: 'none', Owner: 'me' },
    patterns: ['{SiteName}/…'],
    sidecar: new Map([['a.jpg', { OWNER: 'you' }]]),
    required: ['siteName', 'OWNER', 'Licence'],
  }
  expect(describe({ path: 'north/a.jpg' }, rules)).toEqual({
    metadata: { sitename: 'north', owner: 'you' },
    missing: ['Licence'],
  })
})

test('reads a table as CSV, as a JSON list and as a JSON object', async () => {
  const wanted = new Map([['a.jpg', { label: 'cat', score: '0.5' }]])
  expect(await table('t.csv', '\uFEFFFile,label,score,empty\na.jpg,"cat",0.5,\n\n')).toEqual(wanted)
  expect(await table('t.json', '[{"path":"a.jpg","label":"cat","score":0.5,"empty":null}]')).toEqual(wanted)
  expect(await table('t.json', '{"a.jpg":{"label":"cat","score":0.5}}')).toEqual(wanted)
})

test.each([
  'path',
  'Path',
  'file_path',
  'FilePath',
  'relative-path',
  'file',
  'file_name',
  'File Name',
  'fileName',
  'FILE-NAME',
  ' filename ',
  'Name',
])('finds the column of the path by any spelling: %j', async (column) => {
  const wanted = new Map([['a.jpg', { label: 'cat' }]])
  expect(await table('t.csv', `label,${column}\ncat,a.jpg\n`)).toEqual(wanted)
  expect(await table('t.json', JSON.stringify([{ label: 'cat', [column]: 'a.jpg' }]))).toEqual(wanted)
})

test('takes the best column, and no other one for it', async () => {
  expect(await table('t.csv', 'name,file_path\ncat,a.jpg\n')).toEqual(new Map([['a.jpg', { name: 'cat' }]]))
  await expect(table('t.csv', 'profile,a\nb,c\n')).rejects.toMatchObject({ reason: 'no-path-column' })
})

test('reads what spreadsheets save', async () => {
  const wanted = new Map([['größe.jpg', { label: '5 €' }]])
  const text = 'file_name;label\ngröße.jpg;5 €\n'
  const bytes = (codes: number[]) => readSidecar(new File([Uint8Array.from(codes)], 't.csv'))
  const utf16 = [...`\uFEFF${text.replaceAll(';', '\t')}`].flatMap((one) => [
    one.charCodeAt(0) & 255,
    one.charCodeAt(0) >> 8,
  ])
  expect(await bytes([...text].map((one) => (one === '€' ? 0x80 : one.charCodeAt(0))))).toEqual(wanted)
  expect(await bytes(utf16)).toEqual(wanted)
  await expect(bytes([0xef, 0xbb, 0xbf, 0xe9])).rejects.toMatchObject({ reason: 'not-text' })
})

test('finds a file by its path in any spelling of the table', () => {
  const of = (key: string, path: string) => describe({ path }, { sidecar: new Map([[key, { a: 'b' }]]) }).metadata
  for (const key of ['d/e/x.jpg', './d/e/x.jpg', 'd\\e\\x.jpg', 'x.jpg'])
    expect(of(key, 'd/e/x.jpg')).toEqual({ a: 'b' })
  expect(of('\u00e9.jpg', 'd/e\u0301.jpg')).toEqual({ a: 'b' })
  expect(of('e/x.jpg', 'd/e/x.jpg')).toEqual({})
})

test.each([
  ['t.csv', 'label\ncat\n', 'no-path-column'],
  ['t.csv', 'path,label\na.jpg,cat,much\n', 'not-csv'],
  ['t.json', '{"a.jpg": 1}', 'not-a-table'],
  ['t.json', '[{"path": ', 'not-json'],
])('%s with %s is refused: %s', async (name, text, reason) => {
  await expect(table(name, text)).rejects.toMatchObject({ name: 'SidecarError', reason })
  expect(new SidecarError('not-csv', 3).message).toContain('line 3')
})
