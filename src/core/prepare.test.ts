import { expect, test } from 'vitest'
import { file, rig } from './testing/rig.ts'

test('prepare decides what of a drop is sent, what is skipped, and where it lands', async () => {
  const asked: string[] = []
  const { upload, statuses, lake } = rig({
    onConflict: 'fail',
    prepare: async ({ files, destination }, errands) => {
      asked.push((await errands.call(() => errands.lakefs.config())).storage_config.blockstore_type)
      const [first, second, third] = files
      if (!first || !second || !third) throw new Error('three files were dropped')
      return {
        files: [{ ...first, skip: 'identical' }, { ...second, answer: 'replace', metadata: { site: 'north' } }, third],
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
    prepare: async ({ leftOut }) => {
      heard.push(leftOut?.junk)
      return undefined
    },
  })
  await upload([file('a.txt'), file('.DS_Store')])
  expect(heard).toEqual([['.DS_Store']])
})

test('a drop that prepare gives back nothing of ends with nothing', async () => {
  const { upload, lake } = rig({ prepare: async () => undefined })
  expect(await upload(file('a.txt'))).toMatchObject({ files: 0 })
  expect(lake.count('address')).toBe(0)
})
