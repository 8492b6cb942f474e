import { Icon } from '../ui/icons.tsx'
import { Panel } from '../ui/Panel.tsx'
import { errorText } from './error-text.ts'
import { type PlanProps, PlanTable } from './PlanTable.tsx'
import { useWords } from './words.ts'

interface Props extends Omit<PlanProps, 'review'> {
  /** Number of files in later uploads that wait for this one. */
  queuedFiles: number
}

/** Plan of an upload before its first byte is sent, and a note about files that were added meanwhile. */
export function PlanBody({ queuedFiles, ...props }: Props) {
  const words = useWords()
  return (
    <>
      <AskedUpload key={props.upload.id} {...props} />
      <div role="status">
        {queuedFiles > 0 && (
          <p className="lfu-plan-note">
            <Icon name="info" />
            <span>{words.behind(queuedFiles)}</span>
          </p>
        )}
      </div>
    </>
  )
}

function AskedUpload(props: Omit<Props, 'queuedFiles'>) {
  const { upload, session } = props
  const { id, stage, files } = upload
  const cancel = () => void session.ready().then((loaded) => loaded.cancel(id))
  const words = useWords()
  if (stage.type === 'comparing') {
    const { step, done, of } = stage
    return (
      <div className="lfu-summary lfu-plan-head" role="status">
        <h2>{words.planning(files)}</h2>
        <p className="lfu-soft">{step === 'listing' ? words.reading(done) : words.hashing(done, of)}</p>
        <div className="lfu-go">
          <button type="button" className="lfu-button" onClick={cancel}>
            {words.cancel}
          </button>
        </div>
      </div>
    )
  }
  if (stage.type === 'failed') {
    const title = stage.what === 'plan' ? words.planFailed : words.noBranch
    return (
      <div className="lfu-plan-failed" role="alert">
        <Panel icon="failed" title={title} note={errorText(words, stage.error, stage.branch)}>
          <button
            type="button"
            className="lfu-button lfu-primary"
            onClick={() => void session.ready().then((loaded) => loaded.retry(id))}
          >
            {words.again}
          </button>
          <button type="button" className="lfu-button" onClick={cancel}>
            {words.cancel}
          </button>
        </Panel>
      </div>
    )
  }
  if (stage.type !== 'review') return null
  return <PlanTable {...props} review={stage.review} />
}
