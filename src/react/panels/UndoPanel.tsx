import { type ReactNode, useId } from 'react'
import { type Taking, type UndoLook, type UndoState, uncommittedAt, workOn } from '../../core/versioned/index.ts'
import type { VersionedMessages } from '../i18n/messages.versioned.ts'
import { Panel } from '../ui/Panel.tsx'
import { Path } from '../ui/Path.tsx'
import { errorText } from './error-text.ts'
import type { PanelContext } from './panel-context.ts'
import { useMissingRight } from './useMissingRight.ts'
import { useWords } from './words.ts'

interface Props extends Pick<PanelContext, 'lakefs' | 'at' | 'session' | 'state' | 'refresh'> {
  /** Commit or merge that contains the upload, if there is one. */
  commit: Taking | undefined
  /** Names the upload where nothing else on the page does. */
  children?: ReactNode
}

const MAX_SHOWN = 8

/** Undoes exactly what was uploaded, after a preview. */
export function UndoPanel({ lakefs, at, session, state, refresh, commit, children }: Props) {
  const words = useWords()
  const { undo } = workOn(state, at)
  const look = 'look' in undo ? undo.look : undefined
  const busy = undo.type === 'looking' || undo.type === 'working'
  const canUndo = commit !== undefined || uncommittedAt(state, at).length > 0
  const forbidden = useMissingRight({ lakefs, at }, 'revert', canUndo)
  const whyId = useId()
  const result = resultText(undo, at.branch, words)
  const revertWord = ({ merge }: { merge: boolean }) => (merge ? words.revertMerge : words.revert)
  return (
    <div className="lfu-undo" data-keeps tabIndex={-1}>
      {children}
      {!look && canUndo && (
        <button
          type="button"
          className="lfu-link"
          aria-disabled={busy || forbidden !== undefined}
          aria-describedby={forbidden === undefined ? undefined : whyId}
          onClick={() => forbidden === undefined && void session.previewUndo(at, commit).then(refresh)}
        >
          {commit ? revertWord(commit) : words.undo}
        </button>
      )}
      {!look && canUndo && forbidden !== undefined && (
        <small id={whyId} className="lfu-faint">
          {forbidden}
        </small>
      )}
      {look && (
        <Panel
          icon="retry"
          // Below a merged upload there is no form with a heading of level 2.
          level={look.type === 'revert' && look.merge ? 2 : 3}
          {...lookText(look, words)}
        >
          <ul className="lfu-conflicts">
            {pathsOf(look)
              .slice(0, MAX_SHOWN)
              .map((path) => (
                <li key={path}>
                  <Path path={path} />
                </li>
              ))}
            {pathsOf(look).length > MAX_SHOWN && <li>{words.more(pathsOf(look).length - MAX_SHOWN)}</li>}
          </ul>
          {pathsOf(look).length > 0 && (
            <button
              type="button"
              className="lfu-button lfu-primary"
              aria-disabled={busy}
              onClick={() => void session.undo(at).then(refresh)}
            >
              {look.type === 'revert' ? revertWord(look) : words.takeBack}
            </button>
          )}
          <button type="button" className="lfu-button" onClick={() => session.closeUndo(at)}>
            {words.cancel}
          </button>
        </Panel>
      )}
      {result !== undefined && <p role="status">{result}</p>}
      {undo.type === 'failed' && (
        <p role="alert" className="lfu-bad-text">
          {errorText(words, undo.error, at.branch)}
        </p>
      )}
    </div>
  )
}

const pathsOf = (look: UndoLook): string[] =>
  (look.type === 'revert' ? look.changes : look.preview.steps).map(({ path }) => path)

function lookText(look: UndoLook, words: VersionedMessages): { title: string; note: string } {
  if (look.type === 'revert') return { title: words.revertTitle(look.changes.length), note: words.revertNote }
  const { steps, left } = look.preview
  if (steps.length === 0) return { title: words.undoNothing, note: left.length > 0 ? words.undoLeft(left.length) : '' }
  const restored = steps.filter(({ restores }) => restores !== undefined).length
  const notes = [words.undoNote(steps.length - restored, restored), left.length > 0 ? words.undoLeft(left.length) : '']
  return { title: words.undoTitle(steps.length), note: notes.filter(Boolean).join(' ') }
}

/** Returns the result in words; undefined before there is one. */
function resultText(undo: UndoState, branch: string, words: VersionedMessages): string | undefined {
  switch (undo.type) {
    case 'reset':
      return [words.undone(undo.removed, undo.restored), undo.left > 0 ? words.undoLeft(undo.left) : '']
        .filter(Boolean)
        .join(' ')
    case 'reverted':
      return undo.before ? words.revertedBefore : undo.merge ? words.mergeReverted : words.reverted
    case 'not-in-history':
      return words.notInHistory(branch)
    default:
      return undefined
  }
}
