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
  'version-control',
  'system-file',
  'empty-folder',
]
const groupOf = ({ code }: Rejection) => Math.max(2, ORDER.indexOf(code))

/** Maximum number of names in the sentence, and of rejections that are searched for them. */
const MAX_NAMES = 4
const MAX_SEARCHED = 1000

/** Returns the sentence about rejected files, for the line and for the alert. */
export function useRejectionsSentence(rejections: readonly Rejection[]): string {
  const { words } = useI18n()
  const count = (...codes: Rejection['code'][]) => rejections.filter(({ code }) => codes.includes(code)).length
  const names = (wanted: Rejection['code']) => [
    ...new Set(
      rejections
        .filter(({ code }) => code === wanted)
        .slice(0, MAX_SEARCHED)
        .map(({ path, matched }) => matched ?? path.slice(path.lastIndexOf('/') + 1))
        .map((name) => (name.startsWith('._') ? '._*' : name)),
    ),
  ]
  return words.rejections({
    systemFiles: count('system-file'),
    systemNames: names('system-file').slice(0, MAX_NAMES),
    versionControl: count('version-control'),
    versionControlNames: names('version-control').slice(0, MAX_NAMES),
    emptyFolders: count('empty-folder'),
    unreadable: count('file-unreadable'),
    unfit: count('file-invalid-type', 'file-too-large', 'too-many-files'),
  })
}

/** Returns the number of files that were left out for this reason and can be included. */
const includable = (rejections: readonly Rejection[], wanted: Rejection['code']) =>
  rejections.filter(({ code, error }) => code === wanted && !error).length

/**
 * Line "Left out: 12 junk files … Show them", so that no rejected file goes unnoticed. Files of version control are
 * included from here, because they may be wanted; junk only from the list.
 */
export function Rejections(props: RejectionsProps) {
  const { words } = useI18n()
  const [open, setOpen] = useState(false)
  const sentence = useRejectionsSentence(props.rejections)
  const versionControl = includable(props.rejections, 'version-control')
  return (
    <div className="lfu-aside">
      <Icon name="info" />
      <div className="lfu-aside-line">
        <span className="lfu-aside-text">{sentence}</span>
        <button type="button" className="lfu-link" aria-expanded={open} onClick={() => setOpen(!open)}>
          {open ? words.hideThem : words.showThem}
        </button>
        {versionControl > 0 && (
          <button type="button" className="lfu-button lfu-small" onClick={() => props.uploader.addVersionControl()}>
            {words.includeVersionControl(versionControl)}
          </button>
        )}
      </div>
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
  const systemFiles = includable(rejections, 'system-file')
  const sorted = foldersOf(rejections).sort((a, b) => groupOf(a.rejection) - groupOf(b.rejection))
  const hidden = sorted.slice(MAX_SHOWN).reduce((sum, { count }) => sum + count, 0)
  return (
    <div className="lfu-aside-more">
      {/* biome-ignore lint/a11y/noRedundantRoles: Safari drops the role of a list without bullets. */}
      <ul role="list">
        {sorted.slice(0, MAX_SHOWN).map(({ rejection, count }) => (
          <li key={`${rejection.code} ${rejection.path}`}>
            <bdi dir="ltr">{rejection.code === 'empty-folder' ? `${rejection.path}/` : rejection.path}</bdi>
            <span className="lfu-faint">
              {` ${words.rejected(rejection, formatted)}${count > 1 ? ` · ${words.filesCount(count)}` : ''}`}
            </span>
          </li>
        ))}
        {hidden > 0 && <li className="lfu-faint">{words.andMore(hidden)}</li>}
      </ul>
      {systemFiles > 0 && (
        <button type="button" className="lfu-button lfu-small" onClick={() => uploader.addSystemFiles()}>
          {words.includeJunk(systemFiles)}
        </button>
      )}
    </div>
  )
}

/** Folds what was left out with a whole folder, such as `.git/`, into one row for the folder. */
function foldersOf(rejections: readonly Rejection[]): { rejection: Rejection; count: number }[] {
  const rows = new Map<string, { rejection: Rejection; count: number }>()
  for (const rejection of rejections) {
    const { code, path, matched } = rejection
    const at = matched?.endsWith('/') ? `/${path}/`.indexOf(`/${matched}`) : -1
    const shown = at < 0 || matched === undefined ? path : path.slice(0, at) + matched
    const key = `${code} ${shown}`
    const row = rows.get(key)
    if (row) row.count += 1
    else rows.set(key, { rejection: shown === path ? rejection : { ...rejection, path: shown }, count: 1 })
  }
  return [...rows.values()]
}
