import type { Uploader } from '../../core/index.ts'
import { useI18n } from '../i18n/language.ts'
import { download } from '../ui/download.ts'

/** Button that saves the report about all files. */
export function DownloadLog({ uploader }: { uploader: Uploader }) {
  const { words } = useI18n()
  return (
    <button
      type="button"
      className="lfu-link lfu-log"
      onClick={() => download('lakefs-uploader.log', uploader.getReport(), 'text/plain')}
    >
      {words.downloadLog}
    </button>
  )
}
