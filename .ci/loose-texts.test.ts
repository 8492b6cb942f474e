import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { looseTexts } from './loose-texts.ts'

const ROOT = fileURLToPath(new URL('..', import.meta.url))

/**
 * What is an element although its syntax does not say so. The shapes of icons have no text, and what a host gives stands
 * in an element of its own.
 */
const ELEMENTS: Readonly<Record<string, readonly string[]>> = {
  'src/react/LakeFSUploader.tsx': ['fill(slots.', 'body ??', 'savedPanel(', 'picking.inputs'],
  'src/react/drop/DropZone.tsx': ['children'],
  'src/react/list/FileRow.tsx': ['createElement( Fragment'],
  'src/react/list/StoreCheck.tsx': ['button('],
  'src/react/panels/LandPanel.tsx': ['autoCheckbox'],
  'src/react/panels/SavedPanel.tsx': ['forget'],
  'src/react/panels/UndoPanel.tsx': ['children'],
  'src/react/ui/icons.tsx': ['ring', 'dot('],
  'src/page/picker.tsx': ['icon'],
  'src/page/rules-form.tsx': ['children'],
}

/**
 * A translation by the browser puts each text into an element that React does not know. React then fails to remove the
 * text, or to put something before it, and takes the whole widget away
 * (https://github.com/facebook/react/issues/11538). A text that is all there is in its element is set and removed
 * with the element.
 */
describe('a text beside other children', () => {
  it('is found', () => {
    const found = (jsx: string) => looseTexts('a.tsx', `const a = ${jsx}`)
    expect(found('<p>text</p>')).toEqual([])
    expect(found('<p>{words.a}</p>')).toEqual([])
    expect(found('<p>\n  <b />\n  {a && <i />}\n  {list.map((one) => <u key={one} />)}\n</p>')).toEqual([])
    expect(found('<p>\n  {open ? <b /> : null}\n  {/* nothing */}\n</p>')).toEqual([])
    expect(found('<p><b />{words.a}</p>')).toEqual(['a.tsx:1 {words.a}'])
    expect(found("<p><b />{' '}<i /></p>")).toEqual(["a.tsx:1 {' '}"])
    expect(found('<p>\n  <b />text\n</p>')).toEqual(['a.tsx:2 text'])
    expect(found('<p><b />{open ? <i /> : words.a}</p>')).toHaveLength(1)
    expect(found('<p>{a && words.a}{b && words.b}</p>')).toHaveLength(2)
    expect(found('<>{words.a}</>')).toEqual(['a.tsx:1 {words.a}'])
  })

  it('is in no component', () => {
    const files = ['src/react', 'src/page'].flatMap((folder) =>
      readdirSync(`${ROOT}/${folder}`, { recursive: true, encoding: 'utf8' })
        .map((file) => `${folder}/${file.replaceAll('\\', '/')}`)
        .filter((file) => file.endsWith('.tsx') && !file.endsWith('.test.tsx')),
    )
    expect(files.length).toBeGreaterThan(50)
    const loose = files.flatMap((file) => looseTexts(file, readFileSync(`${ROOT}/${file}`, 'utf8')))
    const isElement = (found: string) =>
      ELEMENTS[found.slice(0, found.indexOf(':'))]?.some((text) => found.includes(text)) === true
    expect(loose.filter((found) => !isElement(found))).toEqual([])
  })
})
