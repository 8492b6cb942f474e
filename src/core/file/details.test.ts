import { describe, expect, it } from 'vitest'
import { file, rig } from '../testing/rig.ts'
import { SpeedHistory } from './speed-history.ts'

describe('the trace of a file', () => {
  it('has one rate for each five seconds that are over', () => {
    const trace = new SpeedHistory()
    expect(trace.rates(1_000_000)).toEqual([])
    trace.add(5000, 1_000_000)
    trace.add(5000, 1_004_000)
    trace.add(20_000, 1_005_000)
    expect(trace.rates(1_012_000)).toEqual([2000, 4000])
  })

  it('forgets what is older than three minutes', () => {
    const trace = new SpeedHistory()
    trace.add(5000, 1_000_000)
    trace.add(5000, 1_300_000)
    const rates = trace.rates(1_305_000)
    expect(rates).toHaveLength(35)
    expect(rates.at(-1)).toBe(1000)
    expect(rates.slice(0, -1).every((rate) => rate === 0)).toBe(true)
  })
})

describe('details of a file', () => {
  it('name the address on the branch and count the tries', async () => {
    const { engine, lake, upload } = rig()
    let busy = 2
    lake.twist = ({ route }) => {
      if (route !== 'link' || busy === 0) return undefined
      busy -= 1
      return new Response('{"message":"slow down"}', { status: 503 })
    }
    await upload([file('a.csv')])
    const id = engine.getSnapshot().ids[0] ?? ''
    expect(engine.getDetails(id)).toMatchObject({ address: lake.objects.get('a.csv')?.physical_address, tries: 3 })
    expect(engine.getDetails('nobody')).toBeUndefined()
  })

  it('count the parts of a large file, at the address they have together', async () => {
    const { engine, clock, lake, until } = rig()
    lake.twist = ({ route }) =>
      route === 'complete' ? new Response('{"message":"locked"}', { status: 503 }) : undefined
    clock.run(engine.add([file('big.bin', 40 * 2 ** 20)])).catch(() => {})
    await until('waiting')
    const seen = engine.getDetails(engine.getSnapshot().ids[0] ?? '')
    expect(seen?.parts).toEqual({ done: 5, all: 5 })
    expect(seen?.address).toMatch(/^s3:/)
  })

  it('keep parts and tries of a file that is on the branch', async () => {
    const { engine, lake, upload } = rig()
    let busy = 1
    lake.twist = ({ route }) => {
      if (route !== 'complete' || busy === 0) return undefined
      busy -= 1
      return new Response('{"message":"locked"}', { status: 503 })
    }
    await upload([file('big.bin', 40 * 2 ** 20)])
    const id = engine.getSnapshot().ids[0] ?? ''
    expect(engine.getFile(id)?.status).toBe('uploaded')
    expect(engine.getDetails(id)).toMatchObject({ parts: { done: 5, all: 5 }, tries: 2 })
  })
})
