import { describe, expect, it } from 'vitest'
import { file, rig } from '../../testing/rig.ts'

describe('no presigning', () => {
  it('sends one POST through lakeFS and asks for no address', async () => {
    const { lake, upload } = rig()
    lake.presign = false
    expect(await upload([file('a.csv')])).toMatchObject({ uploaded: 1 })
    expect([lake.count('upload'), lake.count('address'), lake.count('link')]).toEqual([1, 0, 0])
  })
})
