import { type KeyboardEvent, useId, useState } from 'react'
import { allows } from '../../core/file/actions.ts'
import { isUploadError, type Uploader, type UploadFile } from '../../core/index.ts'
import { useI18n } from '../i18n/language.ts'
import { useCopy } from '../ui/useCopy.ts'
import { foundOf } from './row.ts'
import { StoreCheck } from './StoreCheck.tsx'
import { ThroughLakeFS } from './ThroughLakeFS.tsx'

interface Props {
  file: UploadFile
  uploader: Uploader
  /** True when the user opened the row for the store check, which is then scrolled into view. */
  showCheck: boolean
}

/** Content of an opened row. */
export function FileDetails({ file, uploader, showCheck }: Props) {
  const { words, format } = useI18n()
  const metadata = Object.entries(file.metadata)
  // Read again with every change of the file, which is twice a second while it is sent.
  const details = uploader.getDetails(file.id)
  const detail = file.status === 'failed' ? file.error.detail : file.status === 'waiting' ? file.wait.detail : undefined
  const found = foundOf(file)
  return (
    <>
      {found && <StoreCheck facts={found} show={showCheck} />}
      <ThroughLakeFS id={file.id} uploader={uploader} />
      {allows(file, 'rename') && <Destination key={file.path} file={file} uploader={uploader} />}
      <dl>
        {details?.address !== undefined && <Fact name={words.physicalAddress} value={details.address} code />}
        {file.status === 'uploaded' && <Fact name={words.checksum} value={file.object.checksum} code />}
        <Fact name={words.contentType} value={file.contentType} code />
        {metadata.length > 0 && (
          <Fact name={words.metadata} value={metadata.map(([key, value]) => `${key}=${value}`).join(', ')} code />
        )}
        {details?.parts && (
          <Fact
            name={words.parts}
            value={
              file.status === 'uploaded' && file.verified
                ? words.partsCompared(format.number(details.parts.all))
                : words.partsOf(format.number(details.parts.done), format.number(details.parts.all))
            }
          />
        )}
        {details && details.tries > 1 && <Fact name={words.tries} value={format.number(details.tries)} />}
      </dl>
      {details && details.rates.length > 1 && <Rates rates={details.rates} />}
      {detail && <p className="lfu-note">{words.errorDetails(detail)}</p>}
      {file.status === 'failed' && <CopyReport uploader={uploader} id={file.id} />}
    </>
  )
}

/** Button that copies the report about one file to the clipboard. */
function CopyReport({ uploader, id }: { uploader: Uploader; id: string }) {
  const { words } = useI18n()
  const { copied, copy } = useCopy()
  return (
    <button type="button" className="lfu-button lfu-small" onClick={() => copy(uploader.getReport(id))}>
      {copied ? words.copied : words.copyReport}
    </button>
  )
}

const CHART_WIDTH = 180
const CHART_HEIGHT = 36

/** Chart of the speed in the last minutes, from zero to the maximum. */
function Rates({ rates }: { rates: readonly number[] }) {
  const { words, format } = useI18n()
  const top = Math.max(...rates, 1)
  const points = rates.map((rate, index) => {
    const x = (index / (rates.length - 1)) * CHART_WIDTH
    return `${x.toFixed(1)},${(CHART_HEIGHT - 2 - (rate / top) * (CHART_HEIGHT - 4)).toFixed(1)}`
  })
  const now = format.rate(rates.at(-1) ?? 0)
  return (
    <figure className="lfu-rates">
      <figcaption>{words.lastMinutes}</figcaption>
      <svg viewBox={`0 0 ${CHART_WIDTH} ${CHART_HEIGHT}`} preserveAspectRatio="none" aria-hidden="true">
        <polygon points={`0,${CHART_HEIGHT} ${points.join(' ')} ${CHART_WIDTH},${CHART_HEIGHT}`} />
        <polyline points={points.join(' ')} />
      </svg>
      <bdi>{now}</bdi>
    </figure>
  )
}

function Fact({ name, value, code }: { name: string; value: string; code?: boolean }) {
  return (
    <>
      <dt>{name}</dt>
      <dd>
        <bdi className={code ? 'lfu-mono' : undefined}>{value}</bdi>
      </dd>
    </>
  )
}

function Destination({ file, uploader }: { file: UploadFile; uploader: Uploader }) {
  const { words } = useI18n()
  const [path, setPath] = useState(file.path)
  const [problem, setProblem] = useState<string>()
  const field = useId()
  const problemId = useId()
  const save = () => {
    if (path === file.path) return
    try {
      uploader.rename(file.id, path)
    } catch (thrown) {
      if (!isUploadError(thrown)) throw thrown
      setProblem(words.errors[thrown.code](thrown.facts, 1))
    }
  }
  const saveByEnter = (event: KeyboardEvent) => {
    // Enter also ends the composition of an input method.
    if (event.key === 'Enter' && !event.nativeEvent.isComposing) save()
  }
  // Not a form: the host may render the widget inside one, and forms cannot be nested.
  return (
    <div className="lfu-rename">
      <label htmlFor={field}>{words.destination}</label>
      <span className="lfu-field">
        <bdi className="lfu-prefix">{file.destination.prefix}</bdi>
        <input
          id={field}
          form=""
          dir="ltr"
          value={path}
          spellCheck={false}
          autoComplete="off"
          aria-invalid={problem !== undefined}
          aria-describedby={problem === undefined ? undefined : problemId}
          onChange={(event) => {
            setPath(event.target.value)
            setProblem(undefined)
          }}
          onKeyDown={saveByEnter}
        />
      </span>
      <button type="button" className="lfu-button lfu-small" disabled={path === file.path} onClick={save}>
        {words.saveDestination}
      </button>
      {problem !== undefined && (
        <p className="lfu-problem" id={problemId} role="alert">
          {problem}
        </p>
      )}
    </div>
  )
}
