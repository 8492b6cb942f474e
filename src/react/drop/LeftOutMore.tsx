import type { LeftOut, Uploader, UploaderOptions } from '../../core/index.ts'
import { useI18n } from '../i18n/language.ts'

/** Lines shown of what was left out; the rest is a number. */
const SHOWN = 100

export interface LeftOutProps {
  left: LeftOut
  uploader: Uploader
  limits: Pick<UploaderOptions, 'accept' | 'maxFiles' | 'maxSize'>
}

/** What was left out, one by one with its reason; junk can be taken along. */
export default function LeftOutMore({ left, uploader, limits }: LeftOutProps) {
  const { words, format } = useI18n()
  const { accept, maxFiles, maxSize } = limits
  const said = {
    ...(accept === undefined ? {} : { accept }),
    ...(maxFiles === undefined ? {} : { maxFiles: format.number(maxFiles) }),
    ...(maxSize === undefined ? {} : { maxSize: format.bytes(maxSize) }),
  }
  const lines = [
    ...left.refused.map((refused) => [refused.path, words.refused(refused, said)] as const),
    ...left.unreadable.map(({ path }) => [path, words.leftUnreadable] as const),
    ...left.junk.map((path) => [path, words.leftJunk] as const),
    ...left.emptyFolders.map((path) => [`${path}/`, words.leftEmpty] as const),
  ]
  return (
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
        <button type="button" className="lfu-button lfu-small" onClick={() => uploader.addSystemFiles()}>
          {words.includeJunk(left.junk.length)}
        </button>
      )}
    </div>
  )
}
