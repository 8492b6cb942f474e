import { useState } from 'react'
import type { LeftOut as Left } from '../../core/index.ts'
import { loadFailures, useI18n } from '../i18n/language.ts'
import { Icon } from '../ui/icons.tsx'
import { Late, late } from '../ui/LazyBoundary.tsx'
import type { LeftOutProps } from './LeftOutMore.tsx'

const LeftOutMore = late(async () => {
  await loadFailures()
  return await import('./LeftOutMore.tsx')
})

export function countLeft({ junk, emptyFolders, unreadable, refused }: Left): number {
  return junk.length + emptyFolders.length + unreadable.length + refused.length
}

/** The sentence about what was left out, for the line and for the alert. */
export function useLeftSentence(left: Left): string {
  const { words } = useI18n()
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
export function LeftOut(props: LeftOutProps) {
  const { words } = useI18n()
  const [open, setOpen] = useState(false)
  const sentence = useLeftSentence(props.left)
  return (
    <div className="lfu-aside">
      <Icon name="info" />
      <span className="lfu-aside-text">{sentence}</span>
      <button type="button" className="lfu-link" aria-expanded={open} onClick={() => setOpen(!open)}>
        {open ? words.hideThem : words.showThem}
      </button>
      {open && (
        <Late>
          <LeftOutMore {...props} />
        </Late>
      )}
    </div>
  )
}
