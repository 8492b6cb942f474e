import { type CSSProperties, StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { createUploader, LakeFSUploader, loadLanguage } from '../index.ts'
import { FakeUploader } from '../react/testing/fake-uploader.ts'
import { DESTINATION, SCENES } from '../react/testing/scenes.ts'
import { useFamily } from './font.ts'
import { PANEL_SCENES } from './panels.ts'

/**
 * Shows a state of the widget from fixtures, for development only:
 * gallery.html?state=sending&theme=dark&locale=ar&width=320
 * `font` is `narrow` or `wide`, by a font whose width does not depend on the machine.
 * `theme` is that of the widget, `scheme` the color-scheme of the page around it. The state `live` has a real engine.
 */
const query = new URLSearchParams(location.search)
const state = query.get('state') ?? 'sending'
const asked = query.get('theme')
const theme = asked === 'dark' || asked === 'light' ? asked : 'auto'
const scheme = query.get('scheme')
const locale = query.get('locale') ?? (query.get('dir') === 'rtl' ? 'ar' : 'en')
const width = query.get('width')
const font = query.get('font')

const stage = document.querySelector<HTMLElement>('#stage')
const panels = PANEL_SCENES[state]?.()
const scene = panels ?? SCENES[state === 'live' ? 'empty' : state]?.()
if (!stage || !scene) {
  throw new Error(`no such state: ${state}; there are ${Object.keys({ ...SCENES, ...PANEL_SCENES }).join(', ')}`)
}

if (font) await useFamily(font)
if (scheme) document.documentElement.style.colorScheme = scheme
if (theme !== 'auto') document.body.style.colorScheme = theme
document.documentElement.dir = locale.startsWith('ar') ? 'rtl' : 'ltr'
document.documentElement.lang = locale
if (width) {
  stage.style.width = `${width}px`
  document.body.dataset.tight = ''
}

// It accepts files and never sends them, because the gallery has no server.
const live = () => createUploader({ ...DESTINATION, getToken: () => new Promise(() => {}) })
const uploader = state === 'live' ? live() : new FakeUploader(scene, panels)
Object.assign(globalThis, { uploader })
createRoot(stage).render(
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
if (state === 'dragging') {
  const items = new DataTransfer()
  for (const name of ['a', 'b', 'c']) items.items.add(new File([name], name))
  const enter = () => {
    const zone = document.querySelector('.lfu-zone')
    if (!zone) return void requestAnimationFrame(enter)
    zone.dispatchEvent(new DragEvent('dragenter', { dataTransfer: items, bubbles: true, cancelable: true }))
  }
  enter()
}
if (panels) void perform(panels)

/**
 * Clicks the elements of the scene, and marks the page once it is complete. It waits for mutations, because the clock
 * of the page may be stopped.
 */
async function perform({ presses = [], until }: { presses?: readonly string[]; until: string }): Promise<void> {
  for (const selector of presses) (await appears(`${selector}:not([aria-disabled="true"])`)).click()
  await appears(until)
  document.body.dataset.ready = ''
}

function appears(selector: string): Promise<HTMLElement> {
  return new Promise((resolve) => {
    const look = () => {
      const found = document.querySelector<HTMLElement>(selector)
      if (!found) return
      observer.disconnect()
      resolve(found)
    }
    const observer = new MutationObserver(look)
    observer.observe(document.body, { subtree: true, childList: true, attributes: true })
    look()
  })
}
