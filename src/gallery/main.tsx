import { type CSSProperties, StrictMode } from 'react'
import { createRoot, type Root } from 'react-dom/client'
import { createUploader, LakeFSUploader, loadLanguage } from '../index.ts'
import { FakeUploader } from '../react/testing/fake-uploader.ts'
import { DESTINATION, SCENES } from '../react/testing/scenes.ts'
import { setFamily } from './font.ts'
import { PANEL_SCENES } from './panels.ts'

/** Widget that is on the page, until the next one is shown. */
let shown: { root: Root; uploader: { stop(): void }; end: AbortController } | undefined

/**
 * Shows a state of the widget from fixtures, for development only:
 * gallery.html?state=sending&theme=dark&locale=ar&width=320
 * `font` is `narrow` or `wide`, by a font whose width does not depend on the machine.
 * `theme` is that of the widget, `scheme` the color-scheme of the page around it. The state `live` has a real engine.
 * @param search the query of the address. A test shows one state after the other on a page that is loaded once.
 */
async function show(search: string): Promise<void> {
  const query = new URLSearchParams(search)
  const state = query.get('state') ?? 'sending'
  const asked = query.get('theme')
  const theme = asked === 'dark' || asked === 'light' ? asked : 'auto'
  const locale = query.get('locale') ?? (query.get('dir') === 'rtl' ? 'ar' : 'en')
  const width = query.get('width')

  const stage = document.querySelector<HTMLElement>('#stage')
  const panels = PANEL_SCENES[state]?.()
  const scene = panels ?? SCENES[state === 'live' ? 'empty' : state]?.()
  if (!stage || !scene) {
    throw new Error(`no such state: ${state}; there are ${Object.keys({ ...SCENES, ...PANEL_SCENES }).join(', ')}`)
  }
  shown?.end.abort()
  shown?.root.unmount()
  shown?.uploader.stop()

  history.replaceState(null, '', search)
  await setFamily(query.get('font'))
  document.documentElement.style.colorScheme = query.get('scheme') ?? ''
  document.body.style.colorScheme = theme === 'auto' ? '' : theme
  document.documentElement.dir = locale.startsWith('ar') ? 'rtl' : 'ltr'
  document.documentElement.lang = locale
  stage.style.width = width ? `${width}px` : ''
  document.body.toggleAttribute('data-tight', width !== null)
  document.body.removeAttribute('data-ready')

  // It accepts files and never sends them, because the gallery has no server.
  const live = () => createUploader({ ...DESTINATION, getToken: () => new Promise(() => {}) })
  const uploader = state === 'live' ? live() : new FakeUploader(scene, panels)
  const root = createRoot(stage)
  const end = new AbortController()
  shown = { root, uploader, end }
  Object.assign(globalThis, { uploader })
  root.render(
    <StrictMode>
      <LakeFSUploader
        {...DESTINATION}
        uploader={uploader}
        theme={theme}
        locale={locale}
        language={await loadLanguage(locale)}
        accept={state === 'refused' ? '.jpg,.png' : undefined}
        maxSize={state === 'refused' ? 5e9 : undefined}
        maxFiles={state === 'refused' ? 3 : undefined}
        onSignIn={() => {}}
        dropTarget={query.get('drop') === 'page' ? 'page' : 'widget'}
        folderPicker={query.get('picker') === 'handle' ? 'handle' : 'input'}
        {...panels?.props}
        // A short list leaves room for the panels.
        style={panels && ({ '--lfu-list': '224px' } as CSSProperties)}
        notes={locale === 'en' ? [{ icon: 'eye', text: 'You see the plan before a byte is sent' }] : []}
      />
    </StrictMode>,
  )
  if (state === 'dragging') void drag(end.signal)
  if (panels) void perform(panels, end.signal)
}

/** Holds three files over the drop zone. */
async function drag(signal: AbortSignal): Promise<void> {
  const items = new DataTransfer()
  for (const name of ['a', 'b', 'c']) items.items.add(new File([name], name))
  const zone = await appears('.lfu-zone', signal)
  // The zone listens a moment after it has appeared.
  await new Promise(requestAnimationFrame)
  const fire = (type: string) =>
    zone.dispatchEvent(new DragEvent(type, { dataTransfer: items, bubbles: true, cancelable: true }))
  fire('dragenter')
  // As browsers do while the pointer rests; without it the drag would have ended.
  const beat = setInterval(() => fire('dragover'), 500)
  signal.addEventListener('abort', () => clearInterval(beat), { once: true })
}

/**
 * Clicks the elements of the scene, and marks the page once it is complete. It waits for mutations, because the clock
 * of the page may be stopped.
 */
async function perform(
  { presses = [], until }: { presses?: readonly string[]; until: string },
  signal: AbortSignal,
): Promise<void> {
  for (const selector of presses) (await appears(`${selector}:not([aria-disabled="true"])`, signal)).click()
  await appears(until, signal)
  document.body.dataset.ready = ''
}

/** @param signal ends the search when another state is shown; the promise stays open then. */
function appears(selector: string, signal: AbortSignal): Promise<HTMLElement> {
  return new Promise((resolve) => {
    const look = () => {
      const found = document.querySelector<HTMLElement>(selector)
      if (!found) return
      observer.disconnect()
      resolve(found)
    }
    const observer = new MutationObserver(look)
    observer.observe(document.body, { subtree: true, childList: true, attributes: true })
    signal.addEventListener('abort', () => observer.disconnect())
    look()
  })
}

Object.assign(globalThis, { show })
await show(location.search)
