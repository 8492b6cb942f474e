// @vitest-environment happy-dom
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { keepClicks } from './click-keeper.ts'

/** Where the pointer is; the page below it may move. */
const HERE = { clientX: 100, clientY: 100 }

let stops: (() => void)[]
let clicked: string[]

function find(id: string): HTMLElement {
  const found = document.getElementById(id)
  if (!found) throw new Error(`no #${id}`)
  return found
}
const tell = (id: string, type: string, at: MouseEventInit = {}) =>
  find(id).dispatchEvent(new MouseEvent(type, { bubbles: true, button: 0, ...HERE, ...at }))

beforeEach(() => {
  clicked = []
  document.body.innerHTML = `
    <div id="root">
      <div id="inner"><button id="keep" type="button"><svg id="icon"></svg></button></div>
      <button id="skip" type="button"></button>
      <p id="text"></p>
      <label id="label"><input id="box" type="checkbox"><span id="words"></span></label>
    </div>
    <p id="outside"></p>`
  for (const id of ['keep', 'skip']) find(id).addEventListener('click', () => clicked.push(id))
  stops = [keepClicks(find('root'))]
})
afterEach(() => {
  for (const stop of stops) stop()
})

describe('a press', () => {
  it.each(['skip', 'text', 'root', 'outside'])('counts though %s is under the pointer by then', (below) => {
    tell('icon', 'mousedown')
    tell(below, 'mouseup', { clientX: 102 })
    expect(clicked).toEqual(['keep'])
  })

  it('is left to the browser where nothing moved', () => {
    tell('keep', 'mousedown')
    tell('icon', 'mouseup')
    expect(clicked).toEqual([])
  })

  it('is none once the pointer was taken away, and the next one is its own', () => {
    tell('keep', 'mousedown')
    tell('skip', 'mouseup', { clientY: 140 })
    tell('text', 'mousedown')
    tell('skip', 'mouseup')
    expect(clicked).toEqual([])
  })

  it('is none with another button of the mouse', () => {
    tell('keep', 'mousedown', { button: 2 })
    tell('skip', 'mouseup', { button: 2 })
    expect(clicked).toEqual([])
  })

  it('is none on what has gone or is off by then', () => {
    tell('skip', 'mousedown')
    find('skip').setAttribute('disabled', '')
    tell('text', 'mouseup')
    tell('keep', 'mousedown')
    find('keep').remove()
    tell('text', 'mouseup')
    expect(clicked).toEqual([])
  })

  it('on a box with a label sets it once', () => {
    const box = find('box') as HTMLInputElement
    tell('box', 'mousedown')
    tell('words', 'mouseup')
    expect(box.checked).toBe(false)
    tell('words', 'mousedown')
    tell('text', 'mouseup')
    expect(box.checked).toBe(true)
  })

  it('in a widget within another counts once', () => {
    stops.push(keepClicks(find('inner')))
    tell('keep', 'mousedown')
    tell('text', 'mouseup')
    expect(clicked).toEqual(['keep'])
  })

  it('is the browser’s alone once the widget has gone', () => {
    for (const stop of stops) stop()
    tell('keep', 'mousedown')
    tell('text', 'mouseup')
    expect(clicked).toEqual([])
  })
})
