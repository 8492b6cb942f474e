/** What is left of a path that is too long for its place. `cut` is true where something was taken out. */
export interface CutPath {
  /** Folders without the slash at their end; empty where there are none. */
  folders: string
  name: string
  cut: boolean
}

/** The end of a name that is never cut, extension included. */
const NAME_END = 12

/**
 * Takes whole folders out of the middle until the path fits: `video/2025-06-14/…/left/take-0042.mp4`. The folders kept
 * are as many as fit, first and last ones in turn, so that both where it belongs and what is near the file can be read.
 * A name too long alone loses its own middle and keeps its last 12 characters.
 * @param measure width of a text in px.
 */
export function cutPath(path: string, width: number, measure: (text: string) => number): CutPath {
  const trailing = path.endsWith('/') ? '/' : ''
  const pieces = path.slice(0, path.length - trailing.length).split('/')
  const name = `${pieces.pop() ?? ''}${trailing}`
  const whole = pieces.join('/')
  if (width <= 0 || measure(path) <= width) return { folders: whole, name, cut: false }

  const room = width - measure(`/${name}`)
  // From one folder less down to none: half of them from the start, the odd one from the end.
  for (let kept = pieces.length - 1; kept >= 0; kept -= 1) {
    const first = Math.min(Math.floor(kept / 2), pieces.length) || (kept > 0 ? 1 : 0)
    const last = kept - first
    const folders = [...pieces.slice(0, first), '…', ...pieces.slice(pieces.length - last)].join('/')
    if (measure(folders) <= room) return { folders, name, cut: true }
  }
  const folders = pieces.length > 0 ? '…' : ''
  return { folders, name: cutName(name, width - (folders ? measure('…/') : 0), measure), cut: true }
}

function cutName(name: string, width: number, measure: (text: string) => number): string {
  const letters = [...name]
  const end = letters.slice(-NAME_END).join('')
  let low = 0
  let high = Math.max(0, letters.length - NAME_END)
  // The longest start that fits, found by halving.
  while (low < high) {
    const middle = Math.ceil((low + high) / 2)
    if (measure(`${letters.slice(0, middle).join('')}…${end}`) <= width) low = middle
    else high = middle - 1
  }
  return low >= letters.length - NAME_END ? name : `${letters.slice(0, low).join('')}…${end}`
}

/** Widths of texts in a font without touching the page's layout; an estimate where there is no canvas. */
export function createMeasure(font: string): (text: string) => number {
  const context = typeof document === 'undefined' ? null : document.createElement('canvas').getContext?.('2d')
  if (!context) return (text) => text.length * 7.5
  context.font = font
  // Half a percent more than measured: hinting on the screen differs a little from the canvas.
  return (text) => context.measureText(text).width * 1.005 + 1
}
