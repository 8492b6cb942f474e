import { memo } from 'react'
import { type CutPath, cutPath } from './path-cut.ts'

interface Props {
  path: string
  /** Px for the path; absent: all the room there is, and CSS truncates. */
  width?: number | undefined
  measure?: ((text: string) => number) | undefined
}

/**
 * Path with faint folders and a strong name. Screen readers and the text of the page always have the whole path,
 * because whether it is shortened depends on the font.
 */
export const Path = memo(function Path({ path, width, measure }: Props) {
  const measured = width !== undefined && measure
  const { folders, name, cut } = measured ? cutPath(path, width, measure) : uncut(path)
  const shown = (
    <>
      {folders !== '' && <span className="lfu-dir">{folders}</span>}
      <span className="lfu-name">
        {folders !== '' && <span className="lfu-slash">/</span>}
        <span>{name}</span>
      </span>
    </>
  )
  return (
    <bdi className={measured && !cut ? 'lfu-path lfu-whole' : 'lfu-path'} dir="ltr" title={path}>
      {cut ? (
        <>
          <span className="lfu-cut-path" aria-hidden="true">
            {shown}
          </span>
          <span className="lfu-sr">{path}</span>
        </>
      ) : (
        shown
      )}
    </bdi>
  )
})

function uncut(path: string): CutPath {
  const slash = path.lastIndexOf('/', path.length - 2)
  return { folders: path.slice(0, Math.max(0, slash)), name: path.slice(slash + 1), cut: false }
}
