// @vitest-environment happy-dom
import { act, cleanup, configure, fireEvent, screen } from '@testing-library/react'
import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import { loadRows } from '../list/Queue.tsx'
import { scene, show } from '../testing/show-scene.tsx'

beforeAll(loadRows)
// Pieces are loaded here, which takes its time on a busy machine.
configure({ asyncUtilTimeout: 10_000 })
afterEach(() => {
  cleanup()
  vi.unstubAllGlobals()
  vi.restoreAllMocks()
})

const button = (name: string | RegExp) => screen.getByRole('button', { name })

describe('getting files in', () => {
  const dropped = (...files: File[]) => ({ types: ['Files'], items: [], files, dropEffect: 'none' })
  const happening = (type: string, field: string, value: unknown) => {
    const event = new Event(type, { bubbles: true, cancelable: true })
    Object.defineProperty(event, field, { value })
    return event
  }

  it('takes pasted files, and leaves pasted text to whoever it is for', () => {
    const { uploader } = show(scene('empty'))
    const add = vi.spyOn(uploader, 'add')
    const zone = document.querySelector('.lfu-zone') as Element
    const text = happening('paste', 'clipboardData', { types: ['text/plain'], items: [], files: [] })
    act(() => void zone.dispatchEvent(text))
    expect(add).not.toHaveBeenCalled()
    expect(text.defaultPrevented).toBe(false)
    const clipboard = dropped(new File(['x'], 'a.png'))
    act(() => void zone.dispatchEvent(happening('paste', 'clipboardData', clipboard)))
    expect(add).toHaveBeenCalledWith(clipboard)
  })

  it('leaves copied cells, which are a picture too, to the field that they are pasted into', () => {
    const { uploader } = show(scene('empty'), { dropTarget: 'page' })
    const add = vi.spyOn(uploader, 'add')
    const paste = (at: Element, types: string[]) => {
      const clipboard = { ...dropped(new File(['x'], 'image.png')), types: [...types, 'Files'] }
      const event = happening('paste', 'clipboardData', clipboard)
      act(() => void at.dispatchEvent(event))
      return event.defaultPrevented
    }
    const field = document.body.appendChild(document.createElement('textarea'))
    expect(paste(field, ['text/plain', 'text/html'])).toBe(false)
    expect(add).not.toHaveBeenCalled()
    // A screenshot is nothing that a field could take, and nobody types where there is none.
    expect(paste(field, [])).toBe(true)
    field.remove()
    expect(paste(document.body, ['text/plain', 'text/html'])).toBe(true)
    expect(add).toHaveBeenCalledTimes(2)
  })

  it('takes drops beside the widget only where the page is the target', () => {
    const { uploader } = show(scene('empty'))
    const add = vi.spyOn(uploader, 'add')
    const beside = happening('drop', 'dataTransfer', dropped(new File(['x'], 'a')))
    act(() => void document.body.dispatchEvent(beside))
    expect(add).not.toHaveBeenCalled()
    cleanup()
    const page = show(scene('empty'), { dropTarget: 'page' })
    const taken = vi.spyOn(page.uploader, 'add')
    act(() => void document.body.dispatchEvent(happening('drop', 'dataTransfer', dropped(new File(['x'], 'a')))))
    expect(taken).toHaveBeenCalledOnce()
    act(() => void document.body.dispatchEvent(happening('paste', 'clipboardData', dropped(new File(['x'], 'b')))))
    expect(taken).toHaveBeenCalledTimes(2)
    page.unmount()
    document.body.dispatchEvent(happening('drop', 'dataTransfer', dropped(new File(['x'], 'c'))))
    expect(taken).toHaveBeenCalledTimes(2)
  })

  it('takes nothing while it is disabled', () => {
    const { uploader } = show(scene('empty'), { disabled: true })
    const add = vi.spyOn(uploader, 'add')
    const zone = document.querySelector('.lfu-zone') as Element
    act(() => void zone.dispatchEvent(happening('drop', 'dataTransfer', dropped(new File(['x'], 'a')))))
    expect(add).not.toHaveBeenCalled()
  })

  it('gives the handle of the directory picker on, and falls back to the input where it is refused', async () => {
    const handle = { kind: 'directory', name: 'scans' }
    const picker = vi.fn().mockResolvedValueOnce(handle)
    vi.stubGlobal('showDirectoryPicker', picker)
    const { uploader, container } = show(scene('empty'), { folderPicker: 'handle' })
    const add = vi.spyOn(uploader, 'add')
    const input = vi.fn()
    container.querySelector('input[webkitdirectory]')?.addEventListener('click', input)
    await act(async () => fireEvent.click(button('Choose folder')))
    expect(add).toHaveBeenCalledWith(handle)
    picker.mockRejectedValueOnce(new DOMException('closed', 'AbortError'))
    await act(async () => fireEvent.click(button('Choose folder')))
    expect(input).not.toHaveBeenCalled()
    picker.mockRejectedValueOnce(new DOMException('in a frame', 'SecurityError'))
    await act(async () => fireEvent.click(button('Choose folder')))
    expect(input).toHaveBeenCalledOnce()
  })
})
