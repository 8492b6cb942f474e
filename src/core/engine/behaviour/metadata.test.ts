import { expect, it } from 'vitest'
import { file, rig } from '../../testing/rig.ts'

const MIB = 2 ** 20

it('has one spelling in one upload, whichever way a file goes', async () => {
  const { engine, lake, upload } = rig({
    metadata: { siteName: 'A', Camera: 'x' },
    viaApiBelow: 100,
    partSize: 5 * MIB,
  })
  const metadata = { CAMERA: ' Nikon Z 6 ' }
  const files = [file('api', 10), file('put', 200), file('parts', 12 * MIB)]
  expect(await upload(files.map((one) => ({ file: one, metadata })))).toMatchObject({ uploaded: 3 })

  const sent = { sitename: 'A', camera: 'Nikon Z 6' }
  const headers = lake.seen.find(({ route }) => route === 'upload')?.headers ?? {}
  const named = Object.entries(headers).filter(([name]) => /^x-lakefs-meta-/i.test(name))
  expect(Object.fromEntries(named.map(([name, value]) => [name.slice('x-lakefs-meta-'.length), value]))).toEqual(sent)
  for (const wanted of ['link', 'complete'])
    expect(lake.seen.find(({ route }) => route === wanted)?.body).toMatchObject({ user_metadata: sent })
  expect(engine.getSnapshot().files.map((one) => one.metadata)).toEqual([sent, sent, sent])
})
