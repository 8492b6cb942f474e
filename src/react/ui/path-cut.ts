/** Path that is shortened to its room. `cut` is true when anything was taken out. */
export interface CutPath {
  /** Folders without a slash at their end; empty without folders. */
  folders: string
  name: string
  cut: boolean
}

/** Characters at the end of a name that are never taken out, extension included. */
const NAME_END = 12

/**
 * Takes whole folders out of the middle until the path fits: `video/2025-06-14/…/left/take-0042.mp4`. It keeps as many
 * folders as fit, from the start and the end alternately, so that the user sees both the root and the neighbourhood of
 * the file. A name that is too long by itself loses its middle and keeps its last 12 characters.
 * @param measure returns the width of a text in px.
 */
export function cutPath(path: string, width: number, measure: (text: string) => number): CutPath {
  const trailing = path.endsWith('/') ? '/' : ''
  const pieces = path.slice(0, path.length - trailing.length).split('/')
  const name = `${pieces.pop() ?? ''}${trailing}`
  const whole = pieces.join('/')
  if (width <= 0 || measure(path) <= width) return { folders: whole, name, cut: false }

  const room = width - measure(`/${name}`)
  // Tries one folder fewer each time: half of them from the start, an odd one from the end.
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
  // Binary search for the longest start that fits.
  while (low < high) {
    const middle = Math.ceil((low + high) / 2)
    if (measure(`${letters.slice(0, middle).join('')}…${end}`) <= width) low = middle
    else high = middle - 1
  }
  return low >= letters.length - NAME_END ? name : `${letters.slice(0, low).join('')}…${end}`
}

/** Creates a function that measures text in a font without a layout of the page. Without a canvas it estimates. */
export function createMeasure(font: string): (text: string) => number {
  const context = typeof document === 'undefined' ? null : document.createElement('canvas').getContext?.('2d')
  if (!context) return (text) => text.length * 7.5
  context.font = font
  // Half a percent is added, because hinting on the screen differs a little from the canvas.
  return (text) => context.measureText(text).width * 1.005 + 1
}
