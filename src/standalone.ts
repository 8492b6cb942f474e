import { type ComponentProps, createElement } from 'react'
import { createRoot } from 'react-dom/client'
import { serveHashes, WORKER_NAME } from './core/checksum/hashing.ts'
import { LakeFSUploader } from './index.ts'
import css from './react/style.css?inline'

/** Everything that {@link LakeFSUploader} takes. */
export type MountOptions = ComponentProps<typeof LakeFSUploader>

/** A widget on a page. */
export interface Mounted {
  /** Changes these options and keeps the others; files under way go on. Nothing happens once it is off the page. */
  update(options: Partial<MountOptions>): void
  /** Takes the widget off the page. What is being sent is stopped and stays resumable. */
  unmount(): void
}

const mounts = new WeakMap<Element, Mounted>()

/**
 * Puts the widget into an element of a page that has no React, in place of one that is there already. The style comes along as a constructed stylesheet of the
 * document or shadow root that the element is in: no style tag, so a strict Content-Security-Policy allows it.
 * @example
 * const widget = mount(document.querySelector('#upload'), { repository: 'lake', branch: 'main', prefix: 'raw/' })
 * widget.update({ branch: 'dev' })
 */
export function mount(element: Element, options: MountOptions): Mounted {
  adoptStyle(element.getRootNode())
  mounts.get(element)?.unmount()
  // The page may have a React of its own, whose ids would be the same.
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

// This file is also its own Worker: one file with everything in it, and no blob: that a policy would forbid.
if ('DedicatedWorkerGlobalScope' in globalThis && self.name === WORKER_NAME) serveHashes(self)
