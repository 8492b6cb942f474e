import { describe, expect, it } from 'vitest'
import { TestClock } from '../../testing/clock.ts'
import { file, rig } from '../../testing/rig.ts'

describe('no presigning', () => {
  it('sends one POST through lakeFS and asks for no address', async () => {
    const { lake, upload } = rig()
    lake.presign = false
    expect(await upload([file('a.csv')])).toMatchObject({ uploaded: 1 })
    expect([lake.count('upload'), lake.count('address'), lake.count('link')]).toEqual([1, 0, 0])
  })
})

/** A token of this form, as lakeFS gives them. */
const jwt = (exp: number) => `${btoa('{"alg":"HS256"}')}.${btoa(JSON.stringify({ sub: 'ada', exp }))}.sum`

describe('a session that ends before a long body is sent', () => {
  it.each([
    [30, { type: 'session-too-short', secondsLeft: 29 }],
    [600, undefined],
  ])('is foretold where its token tells: %d s', async (seconds, notice) => {
    const clock = new TestClock()
    const { lake, engine } = rig({ getToken: () => jwt(clock.now() / 1000 + seconds) }, {}, { clock })
    lake.presign = false
    // One percent in a second.
    lake.store.send = ({ onProgress }) => new Promise(() => clock.after(1000, () => onProgress?.(10)))
    await clock.run(engine.add([file('a.bin', 1000)]))
    await clock.advance(1500)
    expect(engine.getSnapshot().files[0]).toMatchObject({ status: 'sending', sent: 10, ...(notice ? { notice } : {}) })
    if (!notice) expect(engine.getSnapshot().files[0]?.notice).toBeUndefined()
  })
})
