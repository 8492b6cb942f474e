import { type ComponentProps, createElement } from 'react'
import { createRoot } from 'react-dom/client'
import { serveHashes, WORKER_NAME } from './core/checksum/hashing.ts'
import { LakeFSUploader } from './index.ts'
import css from './react/style.css?inline'

/** Props of {@link LakeFSUploader}. */
export type MountOptions = ComponentProps<typeof LakeFSUploader>

/** Widget that is mounted on a page. */
export interface Mounted {
  /** Changes these options and keeps the others. Running uploads continue. Does nothing after `unmount`. */
  update(options: Partial<MountOptions>): void
  /** Removes the widget from the page. Running uploads stop and can be resumed. */
  unmount(): void
}

const mounts = new WeakMap<Element, Mounted>()

/**
 * Mounts the widget into an element of a page without React, and replaces a widget that is mounted there already. Its
 * style is added to the document or shadow root of the element as a constructed stylesheet: without a style tag it
 * works under a strict Content-Security-Policy.
 * @example
 * const widget = mount(document.querySelector('#upload'), { repository: 'lake', branch: 'main', prefix: 'raw/' })
 * widget.update({ branch: 'dev' })
 */
export function mount(element: Element, options: MountOptions): Mounted {
  adoptStyle(element.getRootNode())
  mounts.get(element)?.unmount()
  // The page may have another React, whose generated ids would be the same.
  const root = createRoot(element, { identifierPrefix: 'lfu' })
  let current = options
  let mounted = true
  const render = () => root.render(createElement(LakeFSUploader, current))
  render()
  const widget: Mounted = {
    update(changes) {
      current = { ...current, ...changes }
      if (mounted) render()
    },
    unmount() {
      mounted = false
      root.unmount()
    },
  }
  mounts.set(element, widget)
  return widget
}

let sheet: CSSStyleSheet | undefined

function adoptStyle(root: Node): void {
  const styled = root instanceof ShadowRoot || root instanceof Document ? root : document
  if (!sheet) {
    sheet = new CSSStyleSheet()
    sheet.replaceSync(css)
  }
  if (!styled.adoptedStyleSheets.includes(sheet)) styled.adoptedStyleSheets = [sheet, ...styled.adoptedStyleSheets]
}

// This file is also the script of its own Worker: it needs no second file, and no blob: URL, which a policy may forbid.
if ('DedicatedWorkerGlobalScope' in globalThis && self.name === WORKER_NAME) serveHashes(self)
