import { readFileSync } from 'node:fs'
import { basename } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { circles, importsOf, type Rule, readImports, violations } from './imports.ts'

const ROOT = fileURLToPath(new URL('..', import.meta.url))
const graph = readImports(ROOT, ['src', 'server', 'e2e', '.ci'])
const shipped = new Map([...graph].filter(([file]) => !/\.test\.tsx?$|\/testing\//.test(file)))

/** page → index → react → core, and nothing back up. */
const LAYERS: Rule[] = [
  { from: /^src\/core\//, to: /^(src\/core\/|[^.s]|s(?!rc\/|erver\/))/, why: 'the engine imports nothing above it' },
  { from: /^src\/core\//, to: /^(?!react|@tanstack)/, why: 'the engine knows no React' },
  { from: /^src\/react\//, to: /^(?!src\/)|^src\/(react|core)\//, why: 'the widget imports itself and the engine' },
  {
    from: /^src\/react\//,
    to: /^(?!src\/core\/)|^src\/core\/((lakefs\/|versioned\/)?index|error-sentences|file\/actions|options|snapshot|upload-state|uploader)\.ts$/,
    why: 'the widget takes from the engine its entries, its contract, what an upload says, and the sentences of its errors',
  },
  {
    from: /^src\/index\.ts$/,
    to: /^src\/(react\/|core\/(versioned\/)?index\.ts$)/,
    why: 'the entry names what react and core have',
  },
  {
    from: /^src\/page\//,
    to: /^(?!src\/)|^src\/(page\/|index\.ts$|core\/(lakefs|versioned)\/index\.ts$|react\/(ui\/|i18n\/|query-client\.ts$|refetch-after-failure\.ts$|style\.css$))/,
    why: "the page uses the package's entries as others do, and looks and speaks as the widget does",
  },
  { from: /^src\//, to: /^(?!server\/|e2e\/)/, why: 'browser code imports no Node code' },
  { from: /^server\//, to: /^(?!src\/|e2e\/)/, why: 'one mistake must not agree with itself' },
  // The soak tries the engine itself, with parts of it missing.
  { from: /^e2e\/(?!soak\/)/, to: /^(?!src\/)/, why: 'a story sees what a person sees' },
]

/**
 * The folders of src/core, lowest first: each imports only what stands before it. Those on one line know nothing of each
 * other.
 */
const FLOORS: readonly (readonly string[])[] = [
  ['error-codes.ts', 'defaults.ts', 'version.ts'],
  ['error-sentences.ts', 'refused-by.ts'],
  ['errors.ts'],
  ['request/'],
  ['checksum/'],
  ['lakefs/'],
  ['file/', 'store/'],
  ['intake/'],
  ['snapshot.ts'],
  ['options.ts', 'upload-state.ts'],
  ['uploader.ts'],
  ['resume/'],
  ['transfer/'],
  ['engine/', 'versioned/'],
  ['index.ts'],
]

/** The folder or file of {@link FLOORS} that a path is in. */
const roomOf = (path: string): string | undefined =>
  FLOORS.flat().find((room) => path === `src/core/${room}` || path.startsWith(`src/core/${room}`))
const floorOf = (room: string): number => FLOORS.findIndex((rooms) => rooms.includes(room))

/** Each import between two folders of src/core that goes up, or to one on the same floor. */
function upward(imports: typeof graph): string[] {
  return [...imports].flatMap(([file, names]) => {
    const room = roomOf(file)
    return names.flatMap((name) => {
      const other = roomOf(name)
      if (!room || !other || room === other || floorOf(other) < floorOf(room)) return []
      return `${file} → ${name}`
    })
  })
}

/** Each outside thing has one door. */
const DOORS: Rule[] = [
  {
    from: /^src\/(?!core\/lakefs\/client\.ts)/,
    to: /^(?!ky$)/,
    why: "src/core/lakefs/client.ts is the one door to lakeFS's API",
  },
  {
    from: /^src\/(?!core\/resume\/database\.ts)/,
    to: /^(?!idb$)/,
    why: 'src/core/resume/database.ts is the one door to IndexedDB',
  },
  { from: /^src\/(?!react\/|page\/|standalone\.ts)/, to: /^(?!.*\.css$)/, why: 'styles belong to what is seen' },
]

test('imports go one way', () => expect(violations(shipped, LAYERS)).toEqual([]))
test('every file of src/core is in a folder of its own, and imports go from the higher folders to the lower ones', () => {
  const core = [...shipped.keys()].filter((file) => file.startsWith('src/core/'))
  expect(core.filter((file) => !roomOf(file))).toEqual([])
  expect(upward(shipped)).toEqual([])
})
test('each outside thing has one door', () => expect(violations(shipped, DOORS)).toEqual([]))
test('imports never go in a circle', () => expect(circles(shipped)).toEqual([]))
test('every import leads to a file', () => {
  expect(
    [...shipped].flatMap(([file, names]) =>
      names.filter((name) => /missing/.test(name)).map((name) => `${file} → ${name}`),
    ),
  ).toEqual([])
})

test('XMLHttpRequest is used in src/core/store/storage.ts alone', () => {
  const users = [...shipped.keys()].filter(
    (file) =>
      file.startsWith('src/') && /\bnew \(?[\w.? ]*XMLHttpRequest\b/.test(readFileSync(`${ROOT}/${file}`, 'utf8')),
  )
  expect(users).toEqual(['src/core/store/storage.ts'])
})

test('every file has an owner', () => {
  const nobodys = [...graph.keys()].filter((file) =>
    /^(utils?|helpers?|types|common|shared|misc)\./.test(basename(file)),
  )
  expect(nobodys).toEqual([])
})

test('every public name is listed', () => {
  const stars = [...shipped.keys()].filter((file) => /^export \*/m.test(readFileSync(`${ROOT}/${file}`, 'utf8')))
  expect(stars).toEqual([])
})

test('breaches are seen', () => {
  const read = (text: string, file: string) => new Map([[file, importsOf(text, file, ROOT)]])
  const breach = (text: string, file: string) => violations(read(text, file), [...LAYERS, ...DOORS]).length
  expect(breach("import { x } from '../react/useUploader.ts'", 'src/core/x.ts')).toBeGreaterThan(0)
  expect(breach("import type { X } from '../page/app.tsx'", 'src/react/x.ts')).toBeGreaterThan(0)
  expect(breach("export {\n  x,\n} from '../core/lakefs.ts'", 'src/react/x.ts')).toBeGreaterThan(0)
  expect(breach("const x = await import('../react/useUploader.ts')", 'src/page/x.ts')).toBeGreaterThan(0)
  expect(breach("import { useState } from 'react'", 'src/core/x.ts')).toBeGreaterThan(0)
  expect(breach("import ky from 'ky'", 'src/core/engine/queue.ts')).toBeGreaterThan(0)
  expect(breach("import { x } from '../src/index.ts'", 'server/x.ts')).toBeGreaterThan(0)
  expect(breach("import { x } from '../../server/cli.ts'", 'src/core/x.ts')).toBeGreaterThan(0)
  expect(breach("import ky from 'ky'\n// import { x } from '../react/y.ts'", 'src/core/lakefs/client.ts')).toBe(0)
  const rises = (from: string, to: string) => upward(new Map([[`src/core/${from}`, [`src/core/${to}`]]])).length
  expect(rises('request/retry.ts', 'file/state.ts')).toBe(1)
  expect(rises('engine/engine.ts', 'versioned/plan.ts')).toBe(1)
  expect(rises('file/job.ts', 'store/limits.ts')).toBe(1)
  expect(rises('engine/engine.ts', 'transfer/transfer-manager.ts')).toBe(0)
  const a = importsOf("import { a } from './state.ts'", 'src/core/file/job.ts', ROOT)
  const b = importsOf("import type { b } from './job.ts'", 'src/core/file/state.ts', ROOT)
  expect(
    circles(
      new Map([
        ['src/core/file/job.ts', a],
        ['src/core/file/state.ts', b],
      ]),
    ),
  ).toEqual(['src/core/file/job.ts → src/core/file/state.ts → src/core/file/job.ts'])
})
