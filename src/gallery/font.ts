/** Average width of a letter, in ems, of a narrow and of a wide font family. Arial has about 0.5. */
const EMS = { narrow: 0.42, wide: 0.62 } as const
/** Families that `local()` is asked for. Every machine with a screen has one of them. */
const KNOWN = [
  'DejaVu Sans',
  'Liberation Sans',
  'Noto Sans',
  'Arial',
  'Helvetica',
  'Roboto',
  'Segoe UI',
  'Ubuntu',
  'Cantarell',
]
const SAMPLE = 'Finishing 1,204 files, about 50 s left: annotations/labels-2025-06.parquet'

/** Returns the average width of a letter of a family, in ems. */
function letterOf(family: string): number {
  const context = document.createElement('canvas').getContext('2d')
  if (!context) throw new Error('this browser measures no text')
  context.font = `100px "${family}"`
  return context.measureText(SAMPLE).width / 100 / SAMPLE.length
}

/**
 * A machine without the bold letters of a family takes those of another one, which have another baseline; the overrides
 * imitate that.
 */
const FACES = [
  { weight: '100 450', ascentOverride: '93%', descentOverride: '24%' },
  { weight: '451 900', ascentOverride: '108%', descentOverride: '9%' },
]

async function addFamily(name: string, adjust: number): Promise<void> {
  const source = KNOWN.map((family) => `local("${family}")`).join(', ')
  for (const face of FACES) {
    // The types lack some descriptors.
    const descriptors = { ...face, sizeAdjust: `${adjust * 100}%` } as FontFaceDescriptors
    document.fonts.add(await new FontFace(name, source, descriptors).load())
  }
}

const style = document.createElement('style')
/** Families that the page has. */
const added = new Set<string>()

/**
 * Shows the widget in a font family of a given width; null shows it in its own. It stretches a family of this machine,
 * so that the layout does not depend on the installed fonts. Rejects if no family is found.
 */
export async function setFamily(kind: string | null): Promise<void> {
  document.head.append(style)
  if (kind === null) {
    style.textContent = ''
    return
  }
  if (kind !== 'narrow' && kind !== 'wide') throw new Error(`no such font: ${kind}; there are narrow and wide`)
  const family = `lfu-${kind}`
  if (!added.has(family)) {
    await addFamily('lfu-as-it-is', 1)
    await addFamily(family, EMS[kind] / letterOf('lfu-as-it-is'))
    added.add(family)
  }
  style.textContent = `.lfu { --lfu-font: "${family}", sans-serif; }`
  document.documentElement.dataset.letter = letterOf(family).toFixed(2)
}
