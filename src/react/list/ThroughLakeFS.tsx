import type { Uploader } from '../../core/index.ts'
import { useI18n } from '../i18n/language.ts'

interface Props {
  /** File whose repository is meant. */
  id: string
  uploader: Uploader
}

/** Button that sends files around a store that stops them, with what that costs. Nothing where it would not help. */
export function ThroughLakeFS({ id, uploader }: Props) {
  const { words } = useI18n()
  if (!uploader.getDetails(id)?.mayGoThroughLakeFS) return null
  return (
    <div className="lfu-through">
      <p>{words.throughLakeFSCosts}</p>
      <button
        type="button"
        className="lfu-button lfu-small"
        data-act="through-lakefs"
        onClick={() => uploader.sendThroughLakeFS(id)}
      >
        {words.sendThroughLakeFS}
      </button>
    </div>
  )
}
