import type { Destination } from '../../core/index.ts'
import { useI18n } from '../i18n/language.ts'
import { Icon } from '../ui/icons.tsx'
import { useCopy } from '../ui/useCopy.ts'
import { addressOf } from './address-of.ts'

/**
 * Destination of the uploads, shown in every state. Only the branch is coloured, because it is what users get wrong.
 */
export function Address({ destination }: { destination: Destination }) {
  const { words } = useI18n()
  const { repository, branch, prefix } = destination
  const address = addressOf(destination)
  const { copied, copy } = useCopy()
  return (
    <div className="lfu-head">
      <span className="lfu-label">{words.uploadTo}</span>
      <bdi className="lfu-address" dir="ltr" title={address}>
        <span className="lfu-faint">lakefs://</span>
        <span>{repository}</span>
        <span className="lfu-faint">/</span>
        <span className="lfu-branch">{branch}</span>
        <span className="lfu-faint">/</span>
        <span className="lfu-cut">{prefix}</span>
      </bdi>
      <button
        type="button"
        className="lfu-icon-button"
        aria-label={copied ? words.copied : words.copyAddress}
        title={copied ? words.copied : words.copyAddress}
        onClick={() => copy(address)}
      >
        <Icon name={copied ? 'tick' : 'copy'} />
      </button>
    </div>
  )
}
