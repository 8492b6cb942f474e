import { useState } from 'react'
import type { Rejection, Uploader, UploaderOptions } from '../../core/index.ts'
import { useI18n } from '../i18n/language.ts'
import { Icon } from '../ui/icons.tsx'

interface RejectionsProps {
  rejections: readonly Rejection[]
  uploader: Uploader
  limits: Pick<UploaderOptions, 'accept' | 'maxFiles' | 'maxSize'>
}

/** Number of rejected files that are listed; the others are counted. */
const MAX_SHOWN = 100

/** Order of the list: rejections that the user can act on come first. */
const ORDER: readonly Rejection['code'][] = [
  'file-invalid-type',
  'file-too-large',
  'too-many-files',
  'file-unreadable',
  'system-file',
  'empty-folder',
]
const groupOf = ({ code }: Rejection) => Math.max(2, ORDER.indexOf(code))

/** Maximum number of system file names in the sentence, and of rejections that are searched for them. */
const MAX_NAMES = 4
const MAX_SEARCHED = 1000

/** Returns the sentence about rejected files, for the line and for the alert. */
export function useRejectionsSentence(rejections: readonly Rejection[]): string {
  const { words } = useI18n()
  const count = (...codes: Rejection['code'][]) => rejections.filter(({ code }) => codes.includes(code)).length
  const names = rejections
    .filter(({ code }) => code === 'system-file')
    .slice(0, MAX_SEARCHED)
    .map(({ path }) => path.slice(path.lastIndexOf('/') + 1))
  return words.rejections({
    systemFiles: count('system-file'),
    systemNames: [...new Set(names.map((name) => (name.startsWith('._') ? '._*' : name)))].slice(0, MAX_NAMES),
    emptyFolders: count('empty-folder'),
    unreadable: count('file-unreadable'),
    unfit: count('file-invalid-type', 'file-too-large', 'too-many-files'),
  })
}

/** Line "Left out: 12 system files … Show them", so that no rejected file goes unnoticed. */
export function Rejections(props: RejectionsProps) {
  const { words } = useI18n()
  const [open, setOpen] = useState(false)
  const sentence = useRejectionsSentence(props.rejections)
  return (
    <div className="lfu-aside">
      <Icon name="info" />
      <span className="lfu-aside-text">{sentence}</span>
      <button type="button" className="lfu-link" aria-expanded={open} onClick={() => setOpen(!open)}>
        {open ? words.hideThem : words.showThem}
      </button>
      {open && <RejectionList {...props} />}
    </div>
  )
}

/** Lists the rejected files with their reasons, and a button that adds the system files. */
function RejectionList({ rejections, uploader, limits }: RejectionsProps) {
  const { words, format } = useI18n()
  const { accept, maxFiles, maxSize } = limits
  const formatted = {
    ...(accept === undefined ? {} : { accept }),
    ...(maxFiles === undefined ? {} : { maxFiles: format.number(maxFiles) }),
    ...(maxSize === undefined ? {} : { maxSize: format.bytes(maxSize) }),
  }
  const systemFiles = rejections.filter(({ code }) => code === 'system-file').length
  const sorted = [...rejections].sort((a, b) => groupOf(a) - groupOf(b))
  return (
    <div className="lfu-aside-more">
      {/* biome-ignore lint/a11y/noRedundantRoles: Safari drops the role of a list without bullets. */}
      <ul role="list">
        {sorted.slice(0, MAX_SHOWN).map((rejection) => (
          <li key={`${rejection.code} ${rejection.path}`}>
            <bdi dir="ltr">{rejection.code === 'empty-folder' ? `${rejection.path}/` : rejection.path}</bdi>{' '}
            <span className="lfu-faint">{words.rejected(rejection, formatted)}</span>
          </li>
        ))}
        {sorted.length > MAX_SHOWN && <li className="lfu-faint">{words.andMore(sorted.length - MAX_SHOWN)}</li>}
      </ul>
      {systemFiles > 0 && (
        <button type="button" className="lfu-button lfu-small" onClick={() => uploader.addSystemFiles()}>
          {words.includeJunk(systemFiles)}
        </button>
      )}
    </div>
  )
}
