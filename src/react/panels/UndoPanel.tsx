import { type ReactNode, useState } from 'react'
import type { Change } from '../../core/index.ts'
import {
  isInHistory,
  previewRevert,
  previewUndo,
  revertCommit,
  saysNothingChanged,
  type UndoPreview,
  undoUploads,
} from '../../core/versioned/index.ts'
import { Panel } from '../ui/Panel.tsx'
import { Path } from '../ui/Path.tsx'
import type { Around } from './around.ts'
import type { Desk } from './desk.ts'
import { refused } from './refused.ts'
import { useWords } from './words.ts'

interface Props extends Around {
  desk: Desk
  /** The commit that has taken the drop, or its merge, if one has. */
  commit: { id: string; merge: boolean } | undefined
  /** It is taken back, or there is nothing left to take back; with the paths where nothing of the drop is left. */
  onUndone: (paths: ReadonlySet<string>) => void
  /** Which drop it is, where nothing else tells. */
  children?: ReactNode
}

type Look =
  | { type: 'reset'; preview: UndoPreview }
  | { type: 'revert'; commit: string; merge: boolean; changes: readonly Change[] }

const SHOWN = 8

/** Takes back exactly this drop, after showing what comes back. */
export function UndoPanel({ lakefs, at, desk, commit, onUndone, children }: Props) {
  const words = useWords()
  const [look, setLook] = useState<Look>()
  const [busy, setBusy] = useState(false)
  const [said, setSaid] = useState<string>()
  const [problem, setProblem] = useState<string>()
  const arrived = desk.arrivalsOn(at.repository, at.branch)

  const attempt = (work: () => Promise<void>) => async () => {
    if (busy) return
    setBusy(true)
    setProblem(undefined)
    setSaid(undefined)
    try {
      await work()
    } catch (thrown) {
      setProblem(refused(words, thrown, at.branch))
    } finally {
      setBusy(false)
    }
  }
  const end = (sentence: string, paths: readonly string[] = []) => {
    setSaid(sentence)
    setLook(undefined)
    onUndone(new Set(paths))
  }
  const preview = attempt(async () => {
    if (commit) {
      const { id, merge } = commit
      // It may be long ago, and the branch anybody's.
      if (!(await isInHistory(lakefs, at, id))) return end(words.notInHistory(at.branch))
      setLook({ type: 'revert', commit: id, merge, changes: await previewRevert(lakefs, at, id) })
    } else setLook({ type: 'reset', preview: await previewUndo(lakefs, at, arrived) })
  })
  const go = attempt(async () => {
    if (look?.type === 'reset') {
      const { removed, restored, left } = await undoUploads(lakefs, look.preview)
      const stays = new Set(left.map(({ path }) => path))
      const gone = look.preview.steps.flatMap(({ path }) => (stays.has(path) ? [] : path))
      const said = [words.undone(removed, restored), left.length > 0 && words.undoLeft(left.length)]
      end(said.filter(Boolean).join(' '), gone)
    } else if (look) {
      const gone = look.changes.map(({ path }) => path)
      try {
        await revertCommit(lakefs, at, look.commit)
      } catch (thrown) {
        if (!saysNothingChanged(thrown)) throw thrown
        return end(words.revertedBefore, gone)
      }
      end(look.merge ? words.mergeReverted : words.reverted, gone)
    }
  })

  const revertWord = ({ merge }: { merge: boolean }) => (merge ? words.revertMerge : words.revert)
  const steps = look?.type === 'reset' ? look.preview.steps : []
  const restored = steps.filter(({ restores }) => restores !== undefined).length
  const paths = look?.type === 'revert' ? look.changes.map(({ path }) => path) : steps.map(({ path }) => path)
  return (
    <div className="lfu-undo" data-keeps tabIndex={-1}>
      {children}
      {!look && (commit || arrived.length > 0) && (
        <button type="button" className="lfu-link" aria-disabled={busy} onClick={() => void preview()}>
          {commit ? revertWord(commit) : words.undo}
        </button>
      )}
      {look && (
        <Panel
          icon="retry"
          // A drop that has landed has no form above, whose heading this one would stand under.
          level={look.type === 'revert' && look.merge ? 2 : 3}
          title={
            look.type === 'revert'
              ? words.revertTitle(look.changes.length)
              : steps.length > 0
                ? words.undoTitle(steps.length)
                : words.undoNothing
          }
          note={
            look.type === 'revert'
              ? words.revertNote
              : [
                  steps.length > 0 ? words.undoNote(steps.length - restored, restored) : '',
                  look.preview.left.length > 0 ? words.undoLeft(look.preview.left.length) : '',
                ]
                  .filter(Boolean)
                  .join(' ')
          }
        >
          <ul className="lfu-conflicts">
            {paths.slice(0, SHOWN).map((path) => (
              <li key={path}>
                <Path path={path} />
              </li>
            ))}
            {paths.length > SHOWN && <li>{words.more(paths.length - SHOWN)}</li>}
          </ul>
          {paths.length > 0 && (
            <button type="button" className="lfu-button lfu-primary" aria-disabled={busy} onClick={() => void go()}>
              {look.type === 'revert' ? revertWord(look) : words.takeBack}
            </button>
          )}
          <button type="button" className="lfu-button" onClick={() => setLook(undefined)}>
            {words.cancel}
          </button>
        </Panel>
      )}
      {said && <p role="status">{said}</p>}
      {problem && (
        <p role="alert" className="lfu-bad-text">
          {problem}
        </p>
      )}
    </div>
  )
}
