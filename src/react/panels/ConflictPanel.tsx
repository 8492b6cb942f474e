import { toUploadError } from '../../core/index.ts'
import { type MergeConflict, MergeNotTakenBack } from '../../core/versioned/index.ts'
import type { VersionedMessages } from '../i18n/messages.versioned.ts'
import { Panel } from '../ui/Panel.tsx'
import { Path } from '../ui/Path.tsx'
import { errorText } from './error-text.ts'
import { useWords } from './words.ts'

const MAX_SHOWN = 20
/** Number of characters of a commit id that are shown. */
const ID_LENGTH = 12

/** Paths that conflicted in a merge, and whether the merge was made nevertheless. */
export function ConflictPanel({ error, target }: { error: MergeConflict | MergeNotTakenBack; target: string }) {
  const words = useWords()
  const { paths } = error
  return (
    <div role="alert" className="lfu-hook">
      <Panel icon="asking" {...textsOf(words, error, target)}>
        <ul className="lfu-conflicts">
          {paths.slice(0, MAX_SHOWN).map((path) => (
            <li key={path}>
              <Path path={path} />
            </li>
          ))}
          {paths.length > MAX_SHOWN && <li>{words.more(paths.length - MAX_SHOWN)}</li>}
        </ul>
      </Panel>
    </div>
  )
}

function textsOf(words: VersionedMessages, error: MergeConflict | MergeNotTakenBack, target: string) {
  if (error instanceof MergeNotTakenBack) {
    const why = revertFailure(words, error.cause, target)
    const note = words.notTakenBackNote(error.merge.slice(0, ID_LENGTH))
    return { title: words.notTakenBack(target), note: `${why} ${note}` }
  }
  if (error.takenBack === undefined) return { title: words.conflict(target), note: words.conflictNote }
  return { title: words.takenBack(target), note: words.takenBackNote(target) }
}

/** Returns why a merge could not be reverted. */
function revertFailure(words: VersionedMessages, cause: unknown, target: string): string {
  if (cause instanceof Error && cause.name === 'RevertIncomplete') return words.revertIncomplete(target)
  const { status, detail = '' } = toUploadError(cause)
  if (/dirty branch/i.test(detail)) return words.revertDirty(target)
  return status === 409 ? words.revertLater(target) : errorText(words, cause, target)
}
