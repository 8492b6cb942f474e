import { MetadataFields, type Pair } from './MetadataFields.tsx'
import { useWords } from './words.ts'

/** Fields for message and metadata of a commit or a merge. */
export function CommitFields(props: {
  message: string
  pairs: readonly Pair[]
  onMessage: (message: string) => void
  onPairs: (pairs: Pair[]) => void
}) {
  const words = useWords()
  return (
    <>
      <label className="lfu-labelled">
        <span>{words.commitMessage}</span>
        <textarea
          className="lfu-area"
          form=""
          rows={2}
          value={props.message}
          onChange={(event) => props.onMessage(event.target.value)}
        />
      </label>
      <MetadataFields pairs={props.pairs} onChange={props.onPairs} />
    </>
  )
}
