import { describe, expect, it, vi } from 'vitest'
import { file, rig } from '../testing/rig.ts'
import { LazyUploader } from './lazy-uploader.ts'

const options = { repository: 'lake', branch: 'main', prefix: '/raw' }

/** An uploader whose engine comes when the test says so. */
function late() {
  const inside = rig({ prefix: 'raw' })
  let arrive = () => {}
  const start = vi.fn(
    () =>
      new Promise<typeof inside.engine>((resolve) => {
        arrive = () => resolve(inside.engine)
      }),
  )
  return { ...inside, uploader: new LazyUploader(options, start), start, arrive: () => arrive() }
}

describe('an uploader before its engine is there', () => {
  it('loads nothing when it is made, and answers plainly', () => {
    const { uploader, start } = late()
    expect(uploader.getSnapshot()).toMatchObject({ status: 'idle', ids: [], destination: { prefix: 'raw/' } })
    expect(uploader.getSnapshot()).toBe(uploader.getSnapshot())
    uploader.pause()
    uploader.cancel('f1')
    expect(uploader.getFile('f1')).toBeUndefined()
    expect(start).not.toHaveBeenCalled()
  })

  it('takes a drop inside its event and uploads it when the engine has come', async () => {
    const { uploader, arrive, lake, clock } = late()
    const items = [{ kind: 'file', getAsFile: () => file('a.csv') }]
    const added = uploader.add({ items, types: ['Files'], files: [] } as unknown as DataTransfer)
    // The browser empties a drop after its event.
    items.length = 0
    expect(uploader.isBusy).toBe(true)
    arrive()
    expect((await clock.run(added)).ids).toHaveLength(1)
    expect(await clock.run(uploader.finished())).toMatchObject({ uploaded: 1 })
    expect(lake.objects.has('raw/a.csv')).toBe(true)
  })

  it('begins nothing that came before it was stopped', async () => {
    const { uploader, arrive, lake, clock } = late()
    const added = uploader.add([file('a.csv')])
    uploader.stop()
    arrive()
    expect((await clock.run(added)).ids).toEqual([])
    await clock.advance(1000)
    expect(lake.seen).toEqual([])
    expect((await clock.run(uploader.add([file('b.csv')]))).ids).toHaveLength(1)
    expect(await clock.run(uploader.finished())).toMatchObject({ uploaded: 1 })
  })

  it('takes over options that changed meanwhile, and tells its listeners', async () => {
    const { uploader, start, arrive, engine, clock } = late()
    const heard = vi.fn()
    uploader.subscribe(heard)
    uploader.setOptions({ prefix: 'other' })
    expect(heard).toHaveBeenCalledTimes(1)
    expect(uploader.getSnapshot().destination.prefix).toBe('other/')
    arrive()
    await clock.advance(1000)
    expect(engine.getSnapshot().destination.prefix).toBe('other/')
    await clock.run(uploader.add(file('b.csv')))
    await clock.advance(1000)
    expect(uploader.getSnapshot().totals.files).toBe(1)
    expect(heard.mock.calls.length).toBeGreaterThan(1)
    expect(start).toHaveBeenCalledTimes(1)
  })

  it('tries again with the next files when it could not be loaded', async () => {
    const { engine, clock } = rig()
    const start = vi.fn().mockRejectedValueOnce(new Error('no network')).mockResolvedValue(engine)
    const uploader = new LazyUploader(options, start)
    await expect(uploader.add(file('a.csv'))).rejects.toThrow('no network')
    expect(uploader.isBusy).toBe(false)
    expect((await clock.run(uploader.add(file('a.csv')))).ids).toHaveLength(1)
  })
})
