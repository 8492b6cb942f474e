import { describe, expect, it, vi } from 'vitest'

// Before any module is loaded, as some look for it when they are.
vi.hoisted(() => {
  delete (AbortSignal as { any?: unknown }).any
})
const { file, rig } = await import('../../core/testing/rig.ts')
const { azureRig } = await import('../../core/testing/other-stores.ts')

const MIB = 2 ** 20

describe('a browser without AbortSignal.any', () => {
  it('sends a file whole and one in parts', async () => {
    expect('any' in AbortSignal).toBe(false)
    const { upload, lake } = rig({ partSize: 5 * MIB })
    expect(await upload([file('small'), file('large', 11 * MIB)])).toMatchObject({ uploaded: 2, failed: 0 })
    expect(lake.objects.get('large')?.size_bytes).toBe(11 * MIB)
  })

  it('sends blocks to Azure', async () => {
    const { upload } = azureRig({ partSize: MIB })
    expect(await upload([file('large', 3 * MIB)])).toMatchObject({ uploaded: 1, failed: 0 })
  })

  it('cancels what is under way', async () => {
    const { engine, clock, lake } = rig({ partSize: 5 * MIB })
    lake.twist = ({ route }) => (route === 'part' || route === 'put' ? 'hang' : undefined)
    await clock.run(engine.add([file('small'), file('large', 11 * MIB)]))
    await clock.advance(1000)
    engine.cancel()
    expect(await clock.run(engine.finished())).toMatchObject({ uploaded: 0 })
    expect(engine.getSnapshot().totals.counts.cancelled).toBe(2)
  })
})
