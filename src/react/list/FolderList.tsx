import { useMemo, useState } from 'react'
import { mayAllow } from '../../core/file/actions.ts'
import { ENDED, type FileStatus, type Snapshot, STATUSES, type Uploader } from '../../core/index.ts'
import { useI18n } from '../i18n/language.ts'
import { Icon } from '../ui/icons.tsx'
import { Path } from '../ui/Path.tsx'
import { FileRow, type RowContext, Rule, StatusDetail } from './FileRow.tsx'
import { type Folder, groupByFolder, statusOfFolder, sumFolders } from './folders.ts'
import { byReason, type FilterName } from './list-items.ts'
import { ReasonRow } from './ReasonRow.tsx'
import { rowTone } from './row.ts'
import { VirtualList } from './VirtualList.tsx'

interface Props {
  uploader: Uploader
  snapshot: Snapshot
  filter: FilterName
}

const keyOf = ({ path }: Folder) => `folder ${path}`

/** List of a large drop with one row for each folder. */
export function FolderList({ uploader, snapshot, filter }: Props) {
  const groups = useMemo(() => groupByFolder(uploader, snapshot.ids), [uploader, snapshot.ids])
  // `snapshot` is a dependency because a new one means that files have changed.
  const folders = useMemo(() => sumFolders(uploader, groups, filter), [uploader, groups, filter, snapshot])
  return (
    <VirtualList uploader={uploader} sessionExpired={snapshot.sessionExpired} items={folders} keyOf={keyOf}>
      {(folder, context) => <FolderRow folder={folder} context={context} />}
    </VirtualList>
  )
}

function FolderRow({ folder, context }: { folder: Folder; context: RowContext }) {
  const { words, format } = useI18n()
  const { uploader, compact, measure } = context
  const { path, ids, counts, bytes } = folder
  const status = statusOfFolder(folder)
  const open = context.isOpen(path)
  const name = path || words.rootFolder
  const count = (some: FileStatus) => counts[some] ?? 0
  const ended = ENDED.has(status)
  const onBranch = count('uploaded') + count('skipped')
  const moving = !ended && status !== 'queued'
  const size = moving && folder.sent > 0 ? words.partOf(folder.sent, bytes) : format.bytes(bytes)
  const details = [
    moving || (onBranch > 0 && !ended)
      ? words.filesOf(format.number(onBranch), ids.length)
      : words.filesCount(ids.length),
    ...(count('skipped') > 0 ? [words.identicalSkipped(count('skipped'))] : []),
  ]

  return (
    <>
      <div className={`lfu-row lfu-${rowTone({ status })} ${open ? 'lfu-opened' : ''}`} data-status={status}>
        <button
          type="button"
          className="lfu-icon-button lfu-toggle"
          aria-expanded={open}
          aria-label={name}
          data-act="open"
          onClick={() => context.toggle(path)}
        >
          <Icon name={open ? 'down' : 'forth'} flip={!open} />
        </button>
        {path ? (
          <Path path={path} width={context.width - (compact ? 0 : measure(size))} measure={measure} />
        ) : (
          <span className="lfu-path">
            <span className="lfu-name">{name}</span>
          </span>
        )}
        {!compact && <bdi className="lfu-size">{size}</bdi>}
        <FolderActs name={name} ids={ids} counts={counts} uploader={uploader} />
        <div className={count('failed') > 0 ? 'lfu-status' : 'lfu-status lfu-line'}>
          <span className="lfu-word">{words.status[status]}</span>
          {details.map((text) => (
            <StatusDetail key={text}>{text}</StatusDetail>
          ))}
          {count('failed') > 0 && (
            <StatusDetail>
              <span className="lfu-bad-text">{words.failedCount(count('failed'))}</span>
            </StatusDetail>
          )}
          {compact && <StatusDetail>{size}</StatusDetail>}
        </div>
        {moving && <Rule name={name} share={bytes > 0 ? folder.uploaded / bytes : 0} done />}
      </div>
      {open && <FolderContent folder={folder} context={context} />}
    </>
  )
}

interface ActsProps {
  name: string
  ids: readonly string[]
  counts: Folder['counts']
  uploader: Uploader
}

function FolderActs({ name, ids, counts, uploader }: ActsProps) {
  const { words } = useI18n()
  const some = (isMeant: (status: FileStatus) => boolean) =>
    STATUSES.some((status) => (counts[status] ?? 0) > 0 && isMeant(status))
  const open = some((status) => !ENDED.has(status))
  // A check is over before the button could be reached, as in a row.
  const first = some((status) => status !== 'checking' && mayAllow(status, 'pause'))
    ? ({ act: 'pause', icon: 'pause' } as const)
    : some((status) => mayAllow(status, 'resume'))
      ? ({ act: 'resume', icon: 'play' } as const)
      : some((status) => status === 'failed') && !open
        ? ({ act: 'retry', icon: 'retry' } as const)
        : undefined
  const last = open ? 'cancel' : 'remove'
  const each = (act: 'pause' | 'resume' | 'retry' | 'cancel' | 'remove') => {
    for (const id of ids) uploader[act](id)
  }
  return (
    <span className="lfu-acts">
      {first && (
        <button
          key="first"
          type="button"
          className="lfu-icon-button"
          aria-label={words[first.act](name)}
          title={words[first.act](name)}
          data-act="first"
          onClick={() => each(first.act)}
        >
          <Icon name={first.icon} />
        </button>
      )}
      <button
        key="last"
        type="button"
        className="lfu-icon-button"
        aria-label={words[last](name)}
        title={words[last](name)}
        data-act="last"
        onClick={() => each(last)}
      >
        <Icon name="cross" />
      </button>
    </span>
  )
}

/** Number of files that an opened folder shows at first, and that each click on the link adds. */
const FIRST_SHOWN = 1
const MORE_SHOWN = 50

/** Content of an opened folder: files that need the user, then files in progress, then a link to the rest. */
function FolderContent({ folder, context }: { folder: Folder; context: RowContext }) {
  const { words } = useI18n()
  const { uploader, compact } = context
  const [limit, setLimit] = useState(FIRST_SHOWN)
  const inner = useMemo(() => ({ ...context, width: context.width - 50 }), [context])
  const withStatus = (...some: FileStatus[]) =>
    folder.ids.filter((id) => some.includes(uploader.getFile(id)?.status ?? 'queued'))
  const failed = byReason(uploader, withStatus('failed')).filter((item, index, all) => {
    // A heading stands for its files; a file is listed by itself only when no other has the same reason.
    if (typeof item !== 'string') return true
    return !all.some((other, place) => place < index && typeof other !== 'string' && other.ids.includes(item))
  })
  const asking = withStatus('asking').slice(0, MORE_SHOWN)
  const moving = withStatus('sending', 'finishing', 'checking', 'waiting', 'paused')
  const queued = withStatus('queued')
  const rest = [...moving, ...queued]
  const shown = rest.slice(0, limit)
  const hiddenMoving = Math.max(0, moving.length - shown.length)
  const hidden = rest.length - shown.length
  const inFolder = (id: string) => uploader.getFile(id)?.path.slice(folder.path.length) ?? ''
  return (
    <div className="lfu-nest">
      {/* biome-ignore lint/a11y/noRedundantRoles: Safari drops the role of a list without bullets. */}
      <ul role="list">
        {failed.map((item) =>
          typeof item === 'string' ? (
            <li key={item}>
              <FileRow id={item} context={inner} shownPath={inFolder(item)} />
            </li>
          ) : (
            <li key={`reason ${item.reason}`}>
              <ReasonRow ids={item.ids} uploader={uploader} compact={compact} />
            </li>
          ),
        )}
        {[...asking, ...shown].map((id) => (
          <li key={id}>
            <FileRow id={id} context={inner} shownPath={inFolder(id)} />
          </li>
        ))}
      </ul>
      {hidden > 0 && (
        <p className="lfu-more">
          <button type="button" className="lfu-link" onClick={() => setLimit(limit + MORE_SHOWN)}>
            {words.showMore(hiddenMoving, hidden - hiddenMoving)}
          </button>
        </p>
      )}
      {failed.length + asking.length + rest.length === 0 && <p className="lfu-more lfu-faint">{words.allDone}</p>}
    </div>
  )
}
