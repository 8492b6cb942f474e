// @vitest-environment happy-dom
import { QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { act, cleanup, render, renderHook } from '@testing-library/react'
import { Activity, type ReactNode, StrictMode } from 'react'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { FileState, ObjectStats, Uploader, UploaderOptions, UploadFile } from '../core/index.ts'
import { lakefsKeys } from '../core/lakefs/index.ts'
import { LakeFSUploader } from './LakeFSUploader.tsx'
import { useLakeFSQueryClient } from './query-client.ts'
import { FakeUploader } from './testing/fake-uploader.ts'
import { DESTINATION, file } from './testing/scenes.ts'

/** The engines that components have made, with what they were given. */
const made = vi.hoisted(() => [] as { options: UploaderOptions; uploader: Uploader; destroyed: () => number }[])
vi.mock('../core/index.ts', async (original) => ({
  ...(await original<typeof import('../core/index.ts')>()),
  createUploader(options: UploaderOptions) {
    const uploader = new FakeUploader({ files: [] })
    const destroy = vi.spyOn(uploader, 'stop')
    made.push({ options, uploader, destroyed: () => destroy.mock.calls.length })
    return uploader
  },
}))

const around = (client: QueryClient) =>
  function Host({ children }: { children: ReactNode }) {
    return <QueryClientProvider client={client}>{children}</QueryClientProvider>
  }
const link = (path: string) => {
  const linked = file(path, 1, { status: 'queued' }) as UploadFile
  made.at(-1)?.options.onUploaded?.({ path } as ObjectStats, linked)
}

beforeEach(() => {
  vi.useFakeTimers()
  made.length = 0
})
afterEach(() => {
  cleanup()
  vi.useRealTimers()
})

describe('after a link', () => {
  it('the listings of this branch in the host’s QueryClient are asked again, once for many files', async () => {
    const client = new QueryClient()
    const here = { repository: 'lake', branch: 'main' }
    const listing = lakefsKeys.listing('/api/v1', here, 'raw/')
    const other = lakefsKeys.listing('/api/v1', { ...here, branch: 'dev' }, 'raw/')
    client.setQueryData(listing, { results: [] })
    client.setQueryData(other, { results: [] })
    const invalidate = vi.spyOn(client, 'invalidateQueries')
    const onUploaded = vi.fn()
    render(<LakeFSUploader {...DESTINATION} onUploaded={onUploaded} />, { wrapper: around(client) })
    for (const path of ['a', 'b', 'c']) link(path)
    expect(onUploaded).toHaveBeenCalledTimes(3)
    await act(async () => await vi.advanceTimersByTimeAsync(1000))
    expect(client.getQueryState(listing)?.isInvalidated).toBe(true)
    expect(client.getQueryState(other)?.isInvalidated).toBe(false)
    expect(invalidate).toHaveBeenCalledTimes(1)
  })

  it('they are asked again at once where the widget goes, as a dialog does that closes with the last file', async () => {
    const client = new QueryClient()
    const invalidate = vi.spyOn(client, 'invalidateQueries')
    const { unmount } = render(<LakeFSUploader {...DESTINATION} />, { wrapper: around(client) })
    link('a')
    expect(invalidate).not.toHaveBeenCalled()
    unmount()
    expect(invalidate).toHaveBeenCalledExactlyOnceWith({ queryKey: lakefsKeys.branch('/api/v1', DESTINATION) })
    await vi.advanceTimersByTimeAsync(5000)
    expect(invalidate).toHaveBeenCalledTimes(1)
  })
})

describe('the QueryClient', () => {
  it('is the host’s where there is one', () => {
    const client = new QueryClient()
    const { result } = renderHook(useLakeFSQueryClient, { wrapper: around(client) })
    expect(result.current).toBe(client)
  })

  it('is a private one where there is none, the same through renders', () => {
    const { result, rerender } = renderHook(useLakeFSQueryClient)
    const first = result.current
    rerender()
    expect(first).toBeInstanceOf(QueryClient)
    expect(result.current).toBe(first)
    expect(renderHook(useLakeFSQueryClient).result.current).not.toBe(first)
  })

  it('may be missing around the widget', async () => {
    render(<LakeFSUploader {...DESTINATION} />)
    const invalidate = vi.spyOn(QueryClient.prototype, 'invalidateQueries')
    link('a')
    await act(async () => await vi.advanceTimersByTimeAsync(1000))
    expect(invalidate).toHaveBeenCalledWith({ queryKey: lakefsKeys.branch('/api/v1', DESTINATION) })
    invalidate.mockRestore()
  })
})

describe('the engine', () => {
  it('is stopped when its widget goes', () => {
    const { unmount } = render(<LakeFSUploader {...DESTINATION} />)
    expect(made[0]?.destroyed()).toBe(0)
    unmount()
    expect(made[0]?.destroyed()).toBe(1)
  })

  it('goes on with what it was at where its widget was hidden and is shown again, not with what a person has paused', () => {
    const Host = ({ mode }: { mode: 'visible' | 'hidden' }) => (
      <Activity mode={mode}>
        <LakeFSUploader {...DESTINATION} />
      </Activity>
    )
    const { rerender } = render(<Host mode="visible" />)
    const uploader = made[0]?.uploader as FakeUploader
    const states: FileState[] = [
      { status: 'sending', sent: 1 },
      { status: 'paused', sent: 1 },
      { status: 'queued' },
      { status: 'cancelled' },
    ]
    act(() => uploader.show({ files: states.map((state) => file(`${state.status}.bin`, 10, state)) }))
    const resume = vi.spyOn(uploader, 'resume')
    rerender(<Host mode="hidden" />)
    expect(made[0]?.destroyed()).toBe(1)
    expect(resume).not.toHaveBeenCalled()
    rerender(<Host mode="visible" />)
    expect(resume.mock.calls.map(([id]) => uploader.getFile(String(id))?.path)).toEqual(['sending.bin', 'queued.bin'])
    expect(made).toHaveLength(1)
  })

  it('of somebody else is left alone', () => {
    const uploader = new FakeUploader({ files: [] })
    const destroy = vi.spyOn(uploader, 'stop')
    render(
      <StrictMode>
        <LakeFSUploader {...DESTINATION} uploader={uploader} />
      </StrictMode>,
    ).unmount()
    expect(destroy).not.toHaveBeenCalled()
    expect(made).toHaveLength(0)
  })
})
