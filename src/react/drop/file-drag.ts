import type { DragEvent as ReactDragEvent } from 'react'

/** What a drag of files does to the widget. */
export interface DragView {
  /** Called with the number of dragged items, 0 where the browser does not tell, and undefined once none are over it. */
  show(items: number | undefined): void
  /** Called in the event, after which browsers empty the files. */
  take(files: DataTransfer): void
  /** Called when a drag over the widget has ended and neither its drop nor its leaving was seen. */
  lose(): void
}

/**
 * Ms without an event after which a drag has ended. Browsers repeat `dragover` all the time, also while the pointer
 * rests (HTML, "drag-and-drop processing model": every 350 ms).
 */
const SILENCE_MS = 3000

/** Drops that a widget has taken. There may be several on a page, and one of them may take those beside it. */
const taken = new WeakSet<Event>()
/** Events that somebody around the widget has prevented, as a drag library does with all of them and takes none. */
const preventedOutside = new WeakSet<Event>()

type AnyDragEvent = ReactDragEvent | DragEvent
const nativeOf = (event: AnyDragEvent): DragEvent => ('nativeEvent' in event ? event.nativeEvent : event)

/** Returns the element under the pointer; a document sees only the host element of a shadow root. */
const innermost = (event: Event): EventTarget | null => event.composedPath()[0] ?? event.target

/** True where nobody between the page and the widget, but somebody inside it, has taken the event. */
export function isTakenInside(event: Event): boolean {
  return event.defaultPrevented && !preventedOutside.has(event)
}

/**
 * Follows drags of files over a widget, up to their drop. Other listeners of the page may prevent the events and forbid
 * the drop, as the HTML5 backend of react-dnd does for the whole window; the files are taken all the same, unless
 * something inside the widget takes them or the event does not arrive.
 */
export class FileDrag {
  /** False while no files are accepted. Their drags are handled even then: browsers would open a dropped file. */
  accepting = true
  readonly #view: DragView
  readonly #root: () => Element | null
  #over: EventTarget | null = null
  #last: DragEvent | undefined
  #timer: ReturnType<typeof setTimeout> | undefined

  /** @param root returns the element of the widget. */
  constructor(root: () => Element | null, view: DragView) {
    this.#root = root
    this.#view = view
  }

  /** Handles `dragenter` and `dragover`. */
  readonly over = (event: AnyDragEvent) => {
    const native = nativeOf(event)
    if (!hasFiles(native)) return
    native.preventDefault()
    this.#over = innermost(native)
    this.#last = native
    this.#setEffect(native)
    // A listener that is added now is called after all others of the window, which may forbid the drop.
    removeEventListener(native.type, this.#afterOthers)
    addEventListener(native.type, this.#afterOthers)
    clearTimeout(this.#timer)
    this.#timer = setTimeout(this.#fallSilent, SILENCE_MS)
    this.#view.show(Array.from(native.dataTransfer.items).filter(({ kind }) => kind === 'file').length)
  }

  /** Handles `dragleave`. */
  readonly leave = (event: AnyDragEvent) => {
    const native = nativeOf(event)
    const { relatedTarget } = native
    // WebKit does not tell the next element. Since that one is entered before the last one is left (HTML,
    // "drag-and-drop processing model"), the drag leaves the widget only from the one that was entered last.
    const inside =
      relatedTarget instanceof Node
        ? (event.currentTarget as Node | null)?.contains(relatedTarget)
        : this.#over !== null && innermost(native) !== this.#over
    if (!inside) this.end()
  }

  /** Handles `drop`. */
  readonly drop = (event: AnyDragEvent) => {
    const native = nativeOf(event)
    this.end()
    if (!hasFiles(native) || taken.has(native) || isTakenInside(native)) return
    taken.add(native)
    native.preventDefault()
    this.#view.take(native.dataTransfer)
  }

  /**
   * Listens to what no handler of the widget is told of. Returns a function that stops it.
   * @param inner elements around all that may take an event for itself.
   */
  listen(inner: readonly Element[]): () => void {
    const stop = new AbortController()
    const options = { capture: true, signal: stop.signal }
    const reached = new WeakSet<Event>()
    const reach = (event: Event) => {
      reached.add(event)
      if (event.defaultPrevented) preventedOutside.add(event)
    }
    for (const element of inner) for (const type of ['drop', 'paste']) element.addEventListener(type, reach, options)
    const look = (event: DragEvent) => {
      if (!this.#isInRoot(innermost(event)) || !hasFiles(event)) return
      setTimeout(() => {
        if (taken.has(event)) return
        const isTaken = reached.has(event) && isTakenInside(event)
        this.end()
        if (!isTaken && this.accepting && !stop.signal.aborted) this.#view.lose()
      })
    }
    addEventListener('drop', look, options)
    return () => {
      stop.abort()
      this.end()
    }
  }

  /** Forgets the drag. */
  readonly end = () => {
    clearTimeout(this.#timer)
    removeEventListener('dragenter', this.#afterOthers)
    removeEventListener('dragover', this.#afterOthers)
    this.#over = null
    this.#last = undefined
    this.#view.show(undefined)
  }

  readonly #fallSilent = () => {
    const isLost = this.accepting && this.#isInRoot(this.#over)
    this.end()
    if (isLost) this.#view.lose()
  }

  readonly #afterOthers = (event: Event) => {
    if (event !== this.#last || !hasFiles(this.#last)) return
    event.preventDefault()
    this.#setEffect(this.#last)
  }

  #setEffect({ dataTransfer }: FilesEvent): void {
    dataTransfer.dropEffect = this.accepting ? effectFor(dataTransfer.effectAllowed) : 'none'
  }

  #isInRoot(target: EventTarget | null): boolean {
    return target instanceof Node && this.#root()?.contains(target) === true
  }
}

type FilesEvent = DragEvent & { readonly dataTransfer: DataTransfer }

function hasFiles(event: DragEvent): event is FilesEvent {
  return event.dataTransfer?.types.includes('Files') === true
}

/**
 * Returns the effect to ask for. One that the source does not allow means no drop at all. Moving comes last, because a
 * program may delete what it believes to have moved.
 */
export function effectFor(allowed: DataTransfer['effectAllowed'] | undefined): DataTransfer['dropEffect'] {
  if (allowed === 'link' || allowed === 'linkMove') return 'link'
  return allowed === 'move' ? 'move' : 'copy'
}
