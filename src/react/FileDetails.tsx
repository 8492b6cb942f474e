import { type FormEvent, useId, useState } from 'react'
import { isUploadError, type Uploader, type UploadFile } from '../core/index.ts'
import { useSpeech } from './language.ts'
import { CopyReport } from './Report.tsx'

const RENAMABLE: ReadonlySet<string> = new Set(['queued', 'paused', 'asking', 'failed'])

/** What a row opens to. Comes in a piece of its own, when the first row is opened. */
export default function FileDetails({ file, uploader }: { file: UploadFile; uploader: Uploader }) {
  const { words, format } = useSpeech()
  const metadata = Object.entries(file.metadata)
  const detail = file.status === 'failed' ? file.error.detail : undefined
  return (
    <>
      {RENAMABLE.has(file.status) && <Destination key={file.path} file={file} uploader={uploader} />}
      <dl>
        {file.status === 'uploaded' && (
          <>
            <Fact name={words.physicalAddress} value={file.object.physical_address} code />
            <Fact name={words.checksum} value={file.object.checksum} code />
          </>
        )}
        <Fact name={words.contentType} value={file.contentType} code />
        {metadata.length > 0 && (
          <Fact name={words.metadata} value={metadata.map(([key, value]) => `${key}=${value}`).join(', ')} code />
        )}
        {file.rate !== undefined && <Fact name={words.lastMinutes} value={format.rate(file.rate)} />}
      </dl>
      {detail && <p className="lfu-note">{words.errorDetails(detail)}</p>}
      {file.status === 'failed' && <CopyReport uploader={uploader} id={file.id} />}
    </>
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
  const { words } = useSpeech()
  const [path, setPath] = useState(file.path)
  const [problem, setProblem] = useState<string>()
  const field = useId()
  const problemId = useId()
  const save = (event: FormEvent) => {
    event.preventDefault()
    try {
      uploader.rename(file.id, path)
    } catch (thrown) {
      if (!isUploadError(thrown)) throw thrown
      setProblem(words.errors[thrown.code](thrown.facts, file.destination, 1))
    }
  }
  return (
    <form className="lfu-rename" onSubmit={save}>
      <label htmlFor={field}>{words.destination}</label>
      <span className="lfu-field">
        <bdi className="lfu-prefix">{file.destination.prefix}</bdi>
        <input
          id={field}
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
        />
      </span>
      <button type="submit" className="lfu-button lfu-small" disabled={path === file.path}>
        {words.saveDestination}
      </button>
      {problem !== undefined && (
        <p className="lfu-problem" id={problemId} role="alert">
          {problem}
        </p>
      )}
    </form>
  )
}
