// @vitest-environment happy-dom
import { act, cleanup, configure, fireEvent, render, waitFor } from '@testing-library/react'
import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import { PANEL_SCENES } from '../../gallery/panels.ts'
import { LakeFSUploader, type LakeFSUploaderProps } from '../LakeFSUploader.tsx'
import { loadRows } from '../list/Queue.tsx'
import { FakeUploader } from '../testing/fake-uploader.ts'
import { DESTINATION, SCENES } from '../testing/scenes.ts'

beforeAll(loadRows)
// Pieces are loaded here, which takes its time on a busy machine.
configure({ asyncUtilTimeout: 20_000 })
afterEach(() => {
  cleanup()
  vi.unstubAllGlobals()
  vi.restoreAllMocks()
})

function textsOf(root: Element): Text[] {
  const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT)
  const found: Text[] = []
  while (walker.nextNode()) found.push(walker.currentNode as Text)
  return found
}

/** Returns each text that is not the only child of its element, with that element. */
const looseTexts = (root: Element): string[] =>
  textsOf(root)
    .filter(({ parentNode }) => (parentNode?.childNodes.length ?? 0) > 1)
    .map(({ data, parentElement }) => `"${data}" in ${parentElement?.outerHTML.slice(0, 160)}`)

/** Puts each text into two `font` elements: as it is, or a copy of it. Browsers have done both. */
const TRANSLATIONS = {
  'moves texts': (text: Text) => wrap(text, text),
  'replaces texts': (text: Text) => wrap(text, new Text(`${text.data}`)),
}

function wrap(text: Text, inside: Text): void {
  const outer = document.createElement('font')
  const inner = outer.appendChild(document.createElement('font'))
  text.replaceWith(outer)
  inner.append(inside)
}

/** Translates all that is not translated yet. */
function translate(root: Element, one: (text: Text) => void): void {
  for (const text of textsOf(root)) if (text.parentElement?.tagName !== 'FONT') one(text)
}

const settle = () => act(async () => {})
const shownTexts = (root: Element) =>
  [...root.querySelectorAll('.lfu > :not(.lfu-sr)')].map(({ textContent }) => textContent)

/** Presses every button that is there, one after another, and has all that comes of it translated. */
async function pressAll(root: Element, one: (text: Text) => void): Promise<void> {
  const most = 25
  for (const button of [...root.querySelectorAll<HTMLElement>('button, input[type=checkbox]')].slice(0, most)) {
    if (!button.isConnected || button.getAttribute('aria-disabled') === 'true') continue
    fireEvent.click(button)
    await settle()
    translate(root, one)
  }
}

function stubBrowser(): void {
  vi.spyOn(URL, 'createObjectURL').mockReturnValue('blob:a')
  vi.spyOn(HTMLAnchorElement.prototype, 'click').mockImplementation(() => {})
}

async function showPanels(name: string, step: (root: Element) => void = () => {}) {
  const panels = PANEL_SCENES[name]?.()
  if (!panels) throw new Error(`no scene ${name}`)
  const uploader = new FakeUploader(panels, panels)
  const { container } = render(
    <LakeFSUploader {...DESTINATION} uploader={uploader} {...(panels.props as LakeFSUploaderProps)} />,
  )
  for (const selector of panels.presses ?? []) {
    const find = () => container.querySelector(`${selector}:not([aria-disabled="true"])`)
    await waitFor(() => expect(find()).not.toBeNull())
    step(container)
    fireEvent.click(find() as Element)
    step(container)
  }
  await waitFor(() => expect(container.querySelector(panels.until)).not.toBeNull())
  return { container, uploader }
}

const names = Object.keys(SCENES)
/** Pausing thousands of files one by one takes the pretended uploader too long; their list has the same buttons. */
const small = names.filter((name) => name !== 'folders' && name !== 'thousand')
const sceneOf = (name = '') => SCENES[name]?.() ?? { files: [] }

describe('every text is all there is in its element', () => {
  const openAll = async (root: Element) => {
    for (const button of root.querySelectorAll<HTMLElement>('[aria-expanded=false]')) fireEvent.click(button)
    await settle()
  }

  it.each(names)('of the list: %s', async (name) => {
    const { container } = render(<LakeFSUploader {...DESTINATION} uploader={new FakeUploader(sceneOf(name))} />)
    await settle()
    await openAll(container)
    expect(looseTexts(container)).toEqual([])
  })

  it.each(Object.keys(PANEL_SCENES))('of the panels: %s', async (name) => {
    const { container } = await showPanels(name)
    await openAll(container)
    expect(looseTexts(container)).toEqual([])
  })

  it('of what a host puts into the widget, which goes as a whole', async () => {
    const uploader = new FakeUploader(sceneOf('finished'))
    const slots = { header: 'Title', finished: <>Well {'done'}</>, footer: () => 'The end' }
    const { container, rerender } = render(<LakeFSUploader {...DESTINATION} uploader={uploader} slots={slots} />)
    expect(container.textContent).toContain('Well done')
    translate(container, TRANSLATIONS['replaces texts'])
    act(() => uploader.show(sceneOf('sending')))
    rerender(<LakeFSUploader {...DESTINATION} uploader={uploader} />)
    await settle()
    expect(container.textContent).not.toContain('The end')
  })
})

describe.each(Object.entries(TRANSLATIONS))('a browser that %s when it translates', (_, one) => {
  it('goes through all states of the list, and each is shown as it is', async () => {
    const uploader = new FakeUploader(sceneOf('empty'))
    const { container } = render(<LakeFSUploader {...DESTINATION} uploader={uploader} />)
    await settle()
    for (const name of [...names, ...[...names].reverse(), 'sending', 'finished', 'empty', 'mixed']) {
      translate(container, one)
      act(() => uploader.show(sceneOf(name)))
      await settle()
      expect(container.querySelector('.lfu')).not.toBeNull()
    }
    const translated = shownTexts(container)
    cleanup()
    const fresh = render(<LakeFSUploader {...DESTINATION} uploader={new FakeUploader(sceneOf('mixed'))} />)
    await settle()
    expect(translated).toEqual(shownTexts(fresh.container))
  })

  it.each(small)('loses nothing whatever is pressed: %s', async (name) => {
    stubBrowser()
    const { container } = render(<LakeFSUploader {...DESTINATION} uploader={new FakeUploader(sceneOf(name))} />)
    await settle()
    translate(container, one)
    await pressAll(container, one)
    expect(container.querySelector('.lfu')).not.toBeNull()
  })

  it('takes a change of the language', async () => {
    const uploader = new FakeUploader(sceneOf('mixed'))
    const { container, rerender } = render(<LakeFSUploader {...DESTINATION} uploader={uploader} />)
    await settle()
    translate(container, one)
    rerender(<LakeFSUploader {...DESTINATION} uploader={uploader} locale="de" />)
    await waitFor(() => expect(container.textContent).toContain('Hochladen nach'))
    const translated = shownTexts(container)
    cleanup()
    const fresh = render(<LakeFSUploader {...DESTINATION} uploader={uploader} locale="de" />)
    await settle()
    expect(translated).toEqual(shownTexts(fresh.container))
  })
})

describe('a translated panel loses nothing whatever is pressed', () => {
  const replace = TRANSLATIONS['replaces texts']
  it.each(Object.keys(PANEL_SCENES))('%s', async (name) => {
    stubBrowser()
    const { container, uploader } = await showPanels(name, (root) => translate(root, replace))
    translate(container, replace)
    await pressAll(container, replace)
    act(() => uploader.show(sceneOf('sending')))
    await settle()
    expect(container.querySelector('.lfu')).not.toBeNull()
  })
})
