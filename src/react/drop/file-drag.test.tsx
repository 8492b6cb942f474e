// @vitest-environment happy-dom
import { act, cleanup, configure, fireEvent, render, screen } from '@testing-library/react'
import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { LakeFSUploader, type LakeFSUploaderProps } from '../LakeFSUploader.tsx'
import { loadRows } from '../list/Queue.tsx'
import { FakeUploader } from '../testing/fake-uploader.ts'
import { DESTINATION } from '../testing/scenes.ts'
import { scene, show } from '../testing/show-scene.tsx'
import { effectFor } from './file-drag.ts'

beforeAll(loadRows)
configure({ asyncUtilTimeout: 10_000 })

/** Ends the listeners that a test adds as its host page. */
let page: AbortController
beforeEach(() => {
  page = new AbortController()
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
})
afterEach(() => {
  page.abort()
  vi.useRealTimers()
  cleanup()
  vi.restoreAllMocks()
})

const aFile = new File(['x'], 'a.txt')
const transfer = (effectAllowed?: string) => ({
  types: ['Files'],
  items: [{ kind: 'file' }],
  files: [aFile],
  dropEffect: 'none',
  ...(effectAllowed === undefined ? {} : { effectAllowed }),
})

/** Dispatches an event of a drag and returns it with its data. */
function fire(at: Element, type: string, more: { relatedTarget?: Element | null; effectAllowed?: string } = {}) {
  const event = new Event(type, { bubbles: true, cancelable: true, composed: true })
  const dataTransfer = transfer(more.effectAllowed)
  Object.defineProperty(event, 'dataTransfer', { value: dataTransfer })
  Object.defineProperty(event, 'relatedTarget', { value: more.relatedTarget ?? null })
  act(() => void at.dispatchEvent(event))
  return { event, dataTransfer }
}
const dragOnto = (at: Element) => ['dragenter', 'dragover', 'drop'].map((type) => fire(at, type)).at(-1)
const LOST = /they did not arrive/
const zone = () => document.querySelector('.lfu-zone') as Element
const widget = () => document.querySelector('.lfu') as Element

/** Adds a listener of the page around the widget. */
function onPage(type: string, listener: (event: DragEvent) => void, capture: boolean, at: EventTarget = window) {
  at.addEventListener(type, listener as EventListener, { capture, signal: page.signal })
}

function shown(props: Partial<LakeFSUploaderProps> = {}) {
  const { uploader, container } = show(scene('empty'), props)
  return { container, uploader, add: vi.spyOn(uploader, 'add') }
}

describe('a page whose own listeners handle each drag', () => {
  const forbid = ({ dataTransfer }: DragEvent) => {
    if (dataTransfer) dataTransfer.dropEffect = 'none'
  }
  const prevent = (event: Event) => event.preventDefault()

  it.each(['widget', 'page'] as const)('loses no files, and the pointer shows a copy: %s', (dropTarget) => {
    for (const type of ['dragenter', 'dragover', 'drop']) onPage(type, prevent, true)
    for (const capture of [true, false]) onPage('dragover', forbid, capture)
    const { add } = shown({ dropTarget })
    // A library that begins to listen later is no other case.
    onPage('dragover', forbid, false)
    fire(zone(), 'dragenter')
    expect(fire(zone(), 'dragover').dataTransfer.dropEffect).toBe('copy')
    expect(fire(zone(), 'dragover').dataTransfer.dropEffect).toBe('copy')
    const drop = fire(zone(), 'drop')
    expect(add).toHaveBeenCalledExactlyOnceWith(drop.dataTransfer)
    vi.runAllTimers()
    expect(screen.queryByText(LOST)).toBeNull()
  })

  it('keeps its say over drags beside the widget', () => {
    onPage('dragover', forbid, false)
    shown()
    fire(zone(), 'dragenter')
    fire(zone(), 'dragover')
    expect(fire(document.body, 'dragover').dataTransfer.dropEffect).toBe('none')
  })

  it('loses no pasted files', () => {
    onPage('paste', prevent, true)
    const { add } = shown()
    const paste = new Event('paste', { bubbles: true, cancelable: true })
    const clipboardData = { types: ['Files'], items: [], files: [aFile] }
    Object.defineProperty(paste, 'clipboardData', { value: clipboardData })
    act(() => void zone().dispatchEvent(paste))
    expect(add).toHaveBeenCalledExactlyOnceWith(clipboardData)
  })

  it('has two widgets, and a drop is for one of them', () => {
    onPage('drop', prevent, true)
    const one = shown({ dropTarget: 'page' })
    const other = shown()
    dragOnto(document.querySelectorAll('.lfu-zone')[1] as Element)
    expect(other.add).toHaveBeenCalledOnce()
    expect(one.add).not.toHaveBeenCalled()
    dragOnto(document.body)
    expect(one.add).toHaveBeenCalledOnce()
  })

  it('may take what is dropped on its own content inside the widget', () => {
    const { add } = shown({ slots: { footer: <fieldset onDrop={prevent as never} /> } })
    dragOnto(document.querySelector('fieldset') as Element)
    act(() => void vi.runAllTimers())
    expect(add).not.toHaveBeenCalled()
    expect(screen.queryByText(LOST)).toBeNull()
  })
})

describe('a drop that does not arrive', () => {
  const stopEvent = (event: Event) => event.stopImmediatePropagation()
  it.each([
    ['before all others', () => onPage('drop', stopEvent, true), true],
    ['where the widget listens too', () => onPage('drop', stopEvent, true), false],
    ['on its way to the widget', () => onPage('drop', stopEvent, true, document.body), false],
    ['behind the widget', () => onPage('drop', stopEvent, false, widget()), false],
  ] as const)('is said where the page stops it %s', (_, stop, first) => {
    const warned = vi.spyOn(console, 'warn').mockImplementation(() => {})
    if (first) stop()
    const { add } = shown()
    if (!first) stop()
    dragOnto(zone())
    act(() => void vi.runAllTimers())
    expect(add).not.toHaveBeenCalled()
    expect(screen.getByText(LOST).closest('[role=alert]')).not.toBeNull()
    expect(warned).toHaveBeenCalledOnce()
    expect(document.querySelector('.lfu-over')).toBeNull()
    // It is out of date with the next drag.
    fire(zone(), 'dragenter')
    expect(screen.queryByText(LOST)).toBeNull()
  })

  it('is not said while the drag goes on, nor once it has left', () => {
    shown()
    fire(zone(), 'dragenter')
    for (let beat = 0; beat < 20; beat += 1) {
      act(() => void vi.advanceTimersByTime(2000))
      fire(zone(), 'dragover')
    }
    expect(screen.queryByText(LOST)).toBeNull()
    fire(zone(), 'dragleave')
    act(() => void vi.runAllTimers())
    expect(screen.queryByText(LOST)).toBeNull()
  })

  it('is not said of a drag that the widget would not have taken', () => {
    shown({ disabled: true })
    expect(fire(zone(), 'dragover').dataTransfer.dropEffect).toBe('none')
    act(() => void vi.runAllTimers())
    expect(screen.queryByText(LOST)).toBeNull()
  })
})

describe('the effect of a drag', () => {
  it.each([
    [undefined, 'copy'],
    ['uninitialized', 'copy'],
    ['all', 'copy'],
    ['copy', 'copy'],
    ['copyLink', 'copy'],
    ['copyMove', 'copy'],
    ['link', 'link'],
    ['linkMove', 'link'],
    ['move', 'move'],
  ] as const)('of a source that allows %s is %s', (allowed, effect) => {
    expect(effectFor(allowed)).toBe(effect)
    shown()
    fire(zone(), 'dragenter', allowed === undefined ? {} : { effectAllowed: allowed })
    const over = fire(zone(), 'dragover', allowed === undefined ? {} : { effectAllowed: allowed })
    expect(over.dataTransfer.dropEffect).toBe(effect)
    expect(over.event.defaultPrevented).toBe(true)
  })
})

describe('the frame around the widget', () => {
  /** Moves a drag over elements as browsers do: the next one is entered before the last one is left. */
  function move(path: readonly (Element | null)[], told: boolean): boolean[] {
    const seen: boolean[] = []
    const look = () => seen.push(widget().classList.contains('lfu-dragged'))
    let last: Element | null = null
    for (const next of path) {
      if (next) {
        fire(next, 'dragenter', { relatedTarget: told ? last : null })
        look()
      }
      if (last) {
        fire(last, 'dragleave', { relatedTarget: told ? next : null })
        look()
      }
      if (next) {
        fire(next, 'dragover')
        look()
      }
      last = next
    }
    return seen
  }

  it.each([
    ['widget', 'tells', true],
    ['widget', 'does not tell', false],
    ['page', 'tells', true],
    ['page', 'does not tell', false],
  ] as const)('is steady over the rows of a %s whose browser %s where the drag goes', (dropTarget, _, told) => {
    show(scene('sending'), { dropTarget })
    const rows = [...document.querySelectorAll('.lfu-row')]
    expect(rows.length).toBeGreaterThan(3)
    const path = [widget(), ...rows.flatMap((row) => [row, row.firstElementChild ?? row]), widget()]
    expect(new Set(move(path, told))).toEqual(new Set([true]))
    fire(widget(), 'dragleave')
    expect(widget().classList.contains('lfu-dragged')).toBe(false)
  })

  it('is gone once the drag is beside the widget, whether or not the browser tells where it goes', () => {
    shown()
    for (const relatedTarget of [document.body, null]) {
      fire(zone(), 'dragenter')
      expect(widget().classList.contains('lfu-dragged')).toBe(true)
      fire(zone(), 'dragleave', { relatedTarget })
      expect(widget().classList.contains('lfu-dragged')).toBe(false)
    }
  })
})

describe('the inputs of the pickers', () => {
  const EVENTS = ['click', 'input', 'change', 'cancel', 'close', 'invalid'] as const

  it('keep their events from the page around the widget', () => {
    const { container, add } = shown()
    const heard = vi.fn()
    for (const type of EVENTS) for (const at of [container, document, window]) onPage(type, heard, false, at)
    for (const input of container.querySelectorAll('input[type=file]'))
      for (const type of EVENTS) fireEvent(input, new Event(type, { bubbles: true, cancelable: true }))
    expect(heard).not.toHaveBeenCalled()
    expect(add).not.toHaveBeenCalled()
  })

  it('keep them from a dialog and a form of React around it, and give their files', () => {
    const heard = vi.fn()
    const uploader = new FakeUploader(scene('empty'))
    const add = vi.spyOn(uploader, 'add')
    const { container } = render(
      <dialog open onCancel={heard} onClose={heard}>
        <form onChange={heard} onInput={heard} onInvalid={heard}>
          <LakeFSUploader {...DESTINATION} uploader={uploader} />
        </form>
      </dialog>,
    )
    const input = container.querySelector<HTMLInputElement>('input[type=file]') as HTMLInputElement
    fireEvent(input, new Event('cancel', { bubbles: true }))
    Object.defineProperty(input, 'files', { value: [aFile], configurable: true })
    fireEvent.input(input)
    fireEvent.change(input)
    expect(add).toHaveBeenCalledExactlyOnceWith([aFile])
    expect(heard).not.toHaveBeenCalled()
  })
})
