import { expect, test } from 'vitest'
import { file, rig } from '../../testing/rig.ts'

test('prepare decides what of a drop is sent, what is skipped, and where it lands', async () => {
  const asked: string[] = []
  const { upload, statuses, lake } = rig({
    onConflict: 'fail',
    beforeUpload: async ({ files, destination }, lakefs) => {
      asked.push((await lakefs.config()).storage_config?.blockstore_type ?? '')
      const [first, second, third] = files
      if (!first || !second || !third) throw new Error('three files were dropped')
      return {
        files: [
          { ...first, skip: 'identical' },
          { ...second, answer: 'overwrite', metadata: { site: 'north' } },
          third,
        ],
        destination: { ...destination, branch: 'side' },
      }
    },
  })
  lake.branches.push('side')
  lake.put('b.txt')
  const summary = await upload([file('a.txt'), file('b.txt'), file('c.txt')])
  expect(asked).toEqual(['s3'])
  expect(statuses()).toEqual(['a.txt skipped', 'b.txt uploaded', 'c.txt uploaded'])
  expect(summary).toMatchObject({ uploaded: 2, skipped: 1 })
  const link = lake.seen.find(({ route, path }) => route === 'link' && path === 'b.txt')
  expect(link?.body).toMatchObject({ user_metadata: { site: 'north' } })
})

test('prepare hears of what was left out of its drop', async () => {
  const heard: (readonly string[] | undefined)[] = []
  const { upload } = rig({
    beforeUpload: async ({ rejections }) => {
      heard.push(rejections?.map(({ path, code }) => `${path} ${code}`))
      return undefined
    },
  })
  await upload([file('a.txt'), file('.DS_Store')])
  expect(heard).toEqual([['.DS_Store system-file']])
})

test('a drop that prepare gives back nothing of ends with nothing', async () => {
  const { upload, lake } = rig({ beforeUpload: async () => undefined })
  expect(await upload(file('a.txt'))).toMatchObject({ files: 0 })
  expect(lake.count('address')).toBe(0)
})

test('what somebody has to agree to is what prepare gave back, without what that skips', async () => {
  const seen: unknown[] = []
  const { engine, upload, statuses } = rig({
    beforeUpload: async ({ files: [first, ...rest], destination }) => ({
      files: [
        ...(first ? [{ ...first, skip: 'exists' as const }] : []),
        ...rest.map((one) => ({ ...one, path: `day/${one.path}`, metadata: { site: 'north' } })),
      ],
      destination: { ...destination, prefix: 'in/' },
    }),
  })
  engine.setOptions({
    agree: async ({ files, destination }, _lakefs, asked) => {
      seen.push([files.map(({ path, metadata }) => [path, metadata]), destination.prefix, asked.prefix])
      return { files: files.slice(0, 1) }
    },
  })
  await upload([file('a.txt'), file('b.txt'), file('c.txt')])
  expect(seen).toEqual([
    [
      [
        ['day/b.txt', { site: 'north' }],
        ['day/c.txt', { site: 'north' }],
      ],
      'in/',
      '',
    ],
  ])
  expect(statuses()).toEqual(['day/b.txt uploaded', 'a.txt skipped'])
})

test('nobody is asked where prepare leaves nothing to send, and nothing is taken of what is given up', async () => {
  let asked = 0
  const { engine, upload, statuses } = rig({
    beforeUpload: async ({ files }) => ({
      files: files.map((one, at) => (at === 0 ? { ...one, skip: 'exists' } : one)),
    }),
  })
  engine.setOptions({
    agree: async () => {
      asked += 1
      return undefined
    },
  })
  await upload([file('a.txt')])
  expect([asked, statuses()]).toEqual([0, ['a.txt skipped']])
  await upload([file('b.txt'), file('c.txt')])
  expect([asked, statuses()]).toEqual([1, ['a.txt skipped']])
})
