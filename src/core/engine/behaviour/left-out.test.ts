import { expect, it } from 'vitest'
import type { FileInput } from '../../intake/input.ts'
import { file, rig } from '../../testing/rig.ts'

const at = (path: string): FileInput => ({ file: file(path.slice(path.lastIndexOf('/') + 1), 'x'), path })
const DROP = ['d/a.txt', 'd/.git/config', 'd/.git/HEAD', 'd/~$a.docx'].map(at)
const codes = (rejections: readonly { path: string; code: string }[]) =>
  rejections.map(({ path, code }) => `${path} ${code}`)

it('leaves out version control and junk, and adds each of them when it is asked to', async () => {
  const { engine, clock, lake, upload } = rig()
  await upload(DROP)
  expect([...lake.objects.keys()]).toEqual(['d/a.txt'])
  expect(codes(engine.getSnapshot().rejections)).toEqual([
    'd/.git/config version-control',
    'd/.git/HEAD version-control',
    'd/~$a.docx system-file',
  ])
  engine.addVersionControl()
  expect(codes(engine.getSnapshot().rejections)).toEqual(['d/~$a.docx system-file'])
  await clock.run(engine.finished())
  expect([...lake.objects.keys()].sort()).toEqual(['d/.git/HEAD', 'd/.git/config', 'd/a.txt'])
  engine.addSystemFiles()
  await clock.run(engine.finished())
  expect(lake.objects.has('d/~$a.docx')).toBe(true)
  expect(engine.getSnapshot().rejections).toEqual([])
})

it('uploads them at once where the host accepts them', async () => {
  const { engine, lake, upload } = rig({ acceptVersionControl: true })
  await upload(DROP)
  expect([...lake.objects.keys()].sort()).toEqual(['d/.git/HEAD', 'd/.git/config', 'd/a.txt'])
  expect(codes(engine.getSnapshot().rejections)).toEqual(['d/~$a.docx system-file'])
})

it('sends what is included through the host and the limits, to where it was added for', async () => {
  const given: string[][] = []
  const { engine, clock, lake, upload } = rig({
    prefix: 'one/',
    maxSize: 10,
    beforeUpload: async ({ files }) => {
      given.push(files.map(({ path }) => path))
      return { files, upload: 'u1' }
    },
  })
  await upload([...DROP, { file: file('pack', 100), path: 'd/.git/pack' }])
  await upload([at('e/.git/config')])
  engine.setOptions({ prefix: 'two/' })
  engine.addVersionControl()
  await clock.run(engine.finished())
  expect(given.at(-1)).toEqual(['d/.git/config', 'd/.git/HEAD', 'e/.git/config'])
  expect([...lake.objects.keys()]).toContain('one/e/.git/config')
  expect(engine.getSnapshot().files.find(({ path }) => path === 'd/.git/HEAD')).toMatchObject({ upload: 'u1' })
  expect(codes(engine.getSnapshot().rejections)).toEqual(['d/~$a.docx system-file', 'd/.git/pack file-too-large'])
})

it('leaves them out as before when the host fails', async () => {
  let fails = false
  const { engine, clock, lake, upload } = rig({
    beforeUpload: async ({ files }) => {
      if (fails) throw new Error('no')
      return { files }
    },
  })
  await upload(DROP)
  fails = true
  const before = engine.getSnapshot().rejections
  engine.addVersionControl()
  await clock.advance(0)
  expect(new Set(codes(engine.getSnapshot().rejections))).toEqual(new Set(codes(before)))
  fails = false
  engine.addVersionControl()
  await clock.run(engine.finished())
  expect(lake.objects.has('d/.git/config')).toBe(true)
})

it('gives up what was left out when that is dismissed', async () => {
  const { engine, clock, upload } = rig()
  await upload(DROP)
  engine.dismissRejections()
  engine.addVersionControl()
  await clock.run(engine.finished())
  expect(engine.getSnapshot().files).toHaveLength(1)
})

it('is not held up by a locked file of a document that is open', async () => {
  const locked = file('~$a.docx', 'x')
  locked.arrayBuffer = () => Promise.reject(new DOMException('in use', 'NotReadableError'))
  const { upload } = rig()
  expect(await upload([at('d/a.docx'), { file: locked, path: 'd/~$a.docx' }])).toMatchObject({ uploaded: 1, failed: 0 })
})
