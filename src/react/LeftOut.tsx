import { useState } from 'react'
import type { LeftOut as Left, Uploader, UploaderOptions } from '../core/index.ts'
import { Icon } from './icons.tsx'
import { useSpeech } from './language.ts'

/** Lines shown of what was left out; the rest is a number. */
const SHOWN = 100

type Limits = Pick<UploaderOptions, 'accept' | 'maxFiles' | 'maxSize'>

export function countLeft({ junk, emptyFolders, unreadable, refused }: Left): number {
  return junk.length + emptyFolders.length + unreadable.length + refused.length
}

/** The sentence about what was left out, for the line and for the alert. */
export function useLeftSentence(left: Left): string {
  const { words } = useSpeech()
  const names = left.junk.slice(0, 1000).map((path) => path.slice(path.lastIndexOf('/') + 1))
  return words.leftOut({
    junk: left.junk.length,
    junkNames: [...new Set(names.map((name) => (name.startsWith('._') ? '._*' : name)))].slice(0, 4),
    empty: left.emptyFolders.length,
    unreadable: left.unreadable.length,
    refused: left.refused.length,
  })
}

/** "Left out: 12 junk files … Show them": nothing of a drop goes unseen. */
export function LeftOut({ left, uploader, limits }: { left: Left; uploader: Uploader; limits: Limits }) {
  const { words, format } = useSpeech()
  const [open, setOpen] = useState(false)
  const sentence = useLeftSentence(left)
  const { accept, maxFiles, maxSize } = limits
  const said = {
    ...(accept === undefined ? {} : { accept }),
    ...(maxFiles === undefined ? {} : { maxFiles: format.number(maxFiles) }),
    ...(maxSize === undefined ? {} : { maxSize: format.bytes(maxSize) }),
  }
  const lines = open
    ? [
        ...left.refused.map((refused) => [refused.path, words.refused(refused, said)] as const),
        ...left.unreadable.map(({ path }) => [path, words.leftUnreadable] as const),
        ...left.junk.map((path) => [path, words.leftJunk] as const),
        ...left.emptyFolders.map((path) => [`${path}/`, words.leftEmpty] as const),
      ]
    : []
  return (
    <div className="lfu-aside">
      <Icon name="info" />
      <span className="lfu-aside-text">{sentence}</span>
      <button type="button" className="lfu-link" aria-expanded={open} onClick={() => setOpen(!open)}>
        {open ? words.hideThem : words.showThem}
      </button>
      {open && (
        <div className="lfu-aside-more">
          {/* biome-ignore lint/a11y/noRedundantRoles: Safari drops the role of a list without bullets. */}
          <ul role="list">
            {lines.slice(0, SHOWN).map(([path, why]) => (
              <li key={`${why} ${path}`}>
                <bdi dir="ltr">{path}</bdi> <span className="lfu-faint">{why}</span>
              </li>
            ))}
            {lines.length > SHOWN && <li className="lfu-faint">{words.andMore(lines.length - SHOWN)}</li>}
          </ul>
          {left.junk.length > 0 && (
            <button type="button" className="lfu-button lfu-small" onClick={() => uploader.includeJunk()}>
              {words.includeJunk(left.junk.length)}
            </button>
          )}
        </div>
      )}
    </div>
  )
}
