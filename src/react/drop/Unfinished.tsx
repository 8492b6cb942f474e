import { useMemo, useState } from 'react'
import type { Snapshot, Uploader } from '../../core/index.ts'
import { useI18n } from '../i18n/language.ts'
import { Icon } from '../ui/icons.tsx'
import { stopsOf } from './unfinished-reasons.ts'
import type { Picking } from './usePicking.tsx'

interface Props {
  uploader: Uploader
  unfinished: NonNullable<Snapshot['unfinished']>
  picking: Picking
}

/**
 * Panel of unfinished files of earlier visits: the user can resume them, choose the same files again, or discard them.
 */
export function Unfinished({ uploader, unfinished, picking }: Props) {
  const { words, format } = useI18n()
  const [busy, setBusy] = useState(false)
  const stops = useMemo(() => stopsOf(unfinished.files), [unfinished])
  const [first] = unfinished.files
  if (!first) return null

  const { files, bytesLeft, landed, deadline } = unfinished
  const { branch } = first.destination
  const places = [
    ...new Map(files.map(({ destination: to }) => [`${to.repository}/${to.branch}/\n${to.prefix}`, to])).values(),
  ]
  const chosen = files.filter(({ needs }) => needs === 'file')
  const inFolders = chosen.some(({ path }) => path.includes('/'))
  const act = (work: () => Promise<unknown>) => () => {
    if (busy) return
    setBusy(true)
    void work().finally(() => setBusy(false))
  }
  return (
    <section className="lfu-unfinished" aria-label={words.unfinishedTitle}>
      <h3>{words.unfinishedTitle}</h3>
      <div className="lfu-unfinished-item">
        <Icon name="folder" />
        <div>
          {places.map(({ repository, branch, prefix }) => (
            <div key={`${repository}/${branch}/\n${prefix}`}>
              <bdi dir="ltr">
                <span className="lfu-faint">{`${repository}/${branch}/`}</span>
                <span>{prefix}</span>
              </bdi>
            </div>
          ))}
          <p>
            {words.unfinished({
              files: files.length,
              bytes: format.bytes(bytesLeft),
              // With several branches it is not known how many files each has.
              landed: files.every(({ destination }) => destination.branch === branch) ? landed : 0,
              branch,
              until: deadline === undefined ? undefined : format.moment(deadline),
            })}
          </p>
          {stops.stopped.length > 0 && <p>{words.stopped(stops.stopped)}</p>}
          {stops.failed.map(({ code, count }) => (
            <p key={code}>{words.saysFailedMany(count, words.errors[code]({ branch }, count))}</p>
          ))}
        </div>
        <div className="lfu-unfinished-acts">
          <button type="button" className="lfu-link" onClick={act(() => uploader.discardUnfinished())}>
            {words.discard}
          </button>
          {chosen.length > 0 && (
            <button
              type="button"
              className="lfu-button lfu-small"
              onClick={inFolders ? picking.chooseFolder : picking.chooseFiles}
            >
              {inFolders ? words.chooseFolderAgain : words.chooseFilesAgain}
            </button>
          )}
          {chosen.length < files.length && (
            <button type="button" className="lfu-button lfu-small" onClick={act(() => uploader.resumeUnfinished())}>
              {words.goOn}
            </button>
          )}
        </div>
      </div>
    </section>
  )
}
