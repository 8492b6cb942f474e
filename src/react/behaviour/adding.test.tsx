// @vitest-environment happy-dom
import { IDBFactory } from 'fake-indexeddb'
import 'fake-indexeddb/auto'
import { act, cleanup, fireEvent, render, screen, waitFor } from '@testing-library/react'
import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import type { Snapshot } from '../../core/index.ts'
import { json, lakefsWith, page } from '../../core/testing/answers.ts'
import { say } from '../../core/testing/lake.ts'
import { file as fileOf, rig } from '../../core/testing/rig.ts'
import { UploadSession } from '../../core/versioned/index.ts'
import { LakeFSUploader, type LakeFSUploaderProps } from '../LakeFSUploader.tsx'
import { loadRows } from '../list/Queue.tsx'
import { FakeUploader } from '../testing/fake-uploader.ts'
import { DESTINATION, file, type Scene } from '../testing/scenes.ts'
import { blocked, button, show as showAfter } from '../testing/shown.tsx'

beforeAll(async () => void (await loadRows()))
// What one test leaves, or still writes when it is over, is nothing to the next one.
beforeEach(() => void Object.assign(globalThis, { indexedDB: new IDBFactory() }))
afterEach(() => {
  cleanup()
  vi.useRealTimers()
})

/** A folder whose reading never ends; the first of its files comes at once. */
function endless(name: string): FileSystemDirectoryHandle {
  const values = async function* () {
    yield { kind: 'file', name, getFile: async () => fileOf(name) }
    await new Promise(() => {})
  }
  return { kind: 'directory', name: 'big', values } as unknown as FileSystemDirectoryHandle
}

/** The component in front of a real engine. */
function show(props: Partial<LakeFSUploaderProps> = {}) {
  const inside = rig(DESTINATION)
  render(<LakeFSUploader {...DESTINATION} uploader={inside.engine} {...props} />)
  const settle = () => act(() => inside.clock.advance(200))
  return { ...inside, settle }
}

const absent = (name: string) => screen.queryByRole('button', { name }) === null

describe('while a folder is read', () => {
  it('and nothing is listed yet, all can be paused, resumed and cancelled', async () => {
    const { engine, lake, settle, statuses } = show()
    const adding = engine.add(endless('a.txt'))
    await settle()
    const cancel = await button('Cancel all')
    expect(screen.getByText('Adding files')).toBeTruthy()
    // More may be given meanwhile.
    expect(await button('Choose files')).toBeTruthy()
    fireEvent.click(await button('Pause all'))
    await settle()
    expect(screen.getByText('Paused')).toBeTruthy()
    fireEvent.click(await button('Resume all'))
    await settle()
    expect(screen.getByText('Adding files')).toBeTruthy()
    fireEvent.click(cancel)
    await settle()
    expect((await adding).ids).toHaveLength(1)
    const asked = lake.seen.filter(({ route }) => !route.endsWith('/stage_allowed'))
    expect([statuses(), asked]).toEqual([['big/a.txt cancelled'], []])
    expect(absent('Cancel all')).toBe(true)
    engine.stop()
  })

  it('all can be cancelled where everything before it has finished', async () => {
    const { engine, clock, settle, statuses } = show()
    await act(async () => void (await clock.run(engine.add([fileOf('a.txt')]))))
    await act(async () => void (await clock.run(engine.finished())))
    await settle()
    expect(absent('Cancel all')).toBe(true)
    const adding = engine.add(endless('b.txt'))
    await settle()
    fireEvent.click(await button('Cancel all'))
    await settle()
    await adding
    expect(statuses()).toEqual(['a.txt uploaded', 'big/b.txt cancelled'])
    engine.stop()
  })
})

/** A scene of which more files are still coming. */
function growing(scene: Scene) {
  const uploader = new FakeUploader(scene)
  const { getSnapshot } = uploader
  const shown: { adding: Snapshot['adding']; snapshot: Snapshot | undefined } = {
    adding: { files: 1200, paused: false },
    snapshot: undefined,
  }
  // The same object between changes.
  uploader.getSnapshot = () => {
    shown.snapshot ??= { ...getSnapshot(), adding: shown.adding }
    return shown.snapshot
  }
  const end = () => {
    shown.adding = undefined
    shown.snapshot = undefined
    uploader.changed()
  }
  return { uploader, end }
}

it('a few files, which are on the list in a moment, are not told of', async () => {
  vi.useFakeTimers()
  const { uploader, end } = growing({ files: [] })
  render(<LakeFSUploader {...DESTINATION} uploader={uploader} />)
  await act(() => vi.advanceTimersByTimeAsync(350))
  expect(absent('Cancel all')).toBe(true)
  await act(() => vi.advanceTimersByTimeAsync(100))
  expect(screen.getByText('Adding 1,200 files')).toBeTruthy()
  await act(async () => end())
  await act(() => vi.advanceTimersByTimeAsync(1000))
  expect(absent('Cancel all')).toBe(true)
})

describe('the plan of files that are cancelled', () => {
  it('closes, lists them as cancelled, and leaves its turn to the next one', async () => {
    const { engine, lake, settle, statuses } = show({ plan: true })
    lake.twist = ({ route }) => (route.endsWith('/diff') ? page([]) : undefined)
    const adding = engine.add([fileOf('a.txt'), fileOf('b.txt')])
    expect(await button('Start upload')).toBeTruthy()
    await act(async () => engine.cancel())
    await settle()
    expect((await adding).ids).toHaveLength(2)
    expect(statuses()).toEqual(['a.txt cancelled', 'b.txt cancelled'])
    expect(absent('Start upload')).toBe(true)
    expect(lake.count('put')).toBe(0)
    void engine.add([fileOf('c.txt')])
    expect(await button('Start upload')).toBeTruthy()
    await act(async () => engine.cancel())
    engine.stop()
  })

  it.each([
    ['is being made', 'comparing', () => 'hang' as const],
    ['could not be made', 'failed', () => say(400, 'no')],
  ])('closes where it %s', async (_, stage, answer) => {
    const session = new UploadSession()
    session.setOptions({ plan: true })
    const { lakefs, lake } = lakefsWith({})
    lake.twist = answer
    const stop = new AbortController()
    const files = [{ file: fileOf('a.txt'), path: 'a.txt' }]
    const prepared = session.prepare({ files, destination: DESTINATION, signal: stop.signal }, lakefs)
    await waitFor(() => expect(session.getSnapshot().asking?.stage.type).toBe(stage))
    const second = session.prepare({ files, destination: DESTINATION, signal: stop.signal }, lakefs)
    await waitFor(() => expect(session.getSnapshot().queuedFiles).toBe(1))
    stop.abort()
    expect([await prepared, await second]).toEqual([undefined, undefined])
    expect(session.getSnapshot()).toMatchObject({ asking: undefined, uploads: [], queuedFiles: 0 })
  })

  it('makes no branch for a drop of its own any more', async () => {
    const session = new UploadSession()
    session.setOptions({ plan: true, atomic: true })
    const { lakefs, lake } = lakefsWith({ 'GET /diff': () => page([]) })
    const stop = new AbortController()
    const files = [{ file: fileOf('a.txt'), path: 'a.txt' }]
    const prepared = session.prepare({ files, destination: DESTINATION, signal: stop.signal }, lakefs)
    await waitFor(() => expect(session.getSnapshot().asking?.stage.type).toBe('review'))
    session.confirm(session.getSnapshot().asking?.id ?? '', {})
    stop.abort()
    expect(await prepared).toBeUndefined()
    expect(lake.seen.some(({ route }) => route === 'POST /branches' || route.endsWith('/branches'))).toBe(false)
  })
})

describe('a drop that lands as one', () => {
  const OBJECT = { path: 'raw/images/a', physical_address: 's3://b/1', checksum: 'x', size_bytes: 1500, mtime: 1 }
  const gathered = { ...file('a', 1500, { status: 'uploaded', object: OBJECT, verified: true }) }
  const onDrop = { ...gathered, destination: { ...DESTINATION, branch: 'drop-1' } }

  it('neither lands nor is kept while files are still being added, and a discard ends that first', async () => {
    const order: string[] = []
    const answers = {
      'GET /diff': () => page([]),
      'DELETE /branches/drop-1': () => {
        order.push('delete')
        return json(204)
      },
    }
    const { uploader, update } = showAfter({ files: [onDrop] }, answers, { atomic: true }, { gathersOn: 'drop-1' })
    const { getSnapshot } = uploader
    uploader.getSnapshot = () => ({ ...getSnapshot(), adding: { files: 3, paused: false } })
    uploader.cancelAdding = async (branch) => void order.push(`cancel ${branch?.repository}/${branch?.branch}`)
    const { cancel } = uploader
    uploader.cancel = (id) => {
      order.push(`cancel ${id}`)
      cancel(id)
    }
    update()
    await waitFor(async () => expect(await blocked('Keep the branch')).toBe(true))
    expect(await blocked('Merge into main')).toBe(true)
    expect(screen.getByText('Files are still under way.')).toBeTruthy()
    fireEvent.click(await button('Discard the drop'))
    await waitFor(() => expect(order).toContain('delete'))
    expect(order).toEqual([`cancel lake/main`, `cancel ${onDrop.id}`, 'delete'])
  })
})

describe('Pause all', () => {
  it('is there as long as files are being added, whatever the others do', () => {
    const { uploader } = growing({ files: [file('a', 10, { status: 'finishing', sent: 10 })] })
    const pause = vi.spyOn(uploader, 'pause')
    render(<LakeFSUploader {...DESTINATION} uploader={uploader} />)
    const all = screen.getByRole('button', { name: 'Pause all' })
    expect(all.getAttribute('aria-disabled')).not.toBe('true')
    fireEvent.click(all)
    expect(pause).toHaveBeenCalledWith()
  })
})
