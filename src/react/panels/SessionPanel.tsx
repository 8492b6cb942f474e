import { type ReactNode, useState } from 'react'
import type { Uploader } from '../../core/index.ts'
import { useI18n } from '../i18n/language.ts'
import { Panel } from '../ui/Panel.tsx'

interface Props {
  uploader: Uploader
  /** True where no session has ended: lakeFS has never known the user. */
  never: boolean
  onSignIn: (() => void | Promise<void>) | undefined
  /** Replaces the button. */
  content: ReactNode
}

/**
 * Panel for an expired login session, or for none. It assures the user that nothing is lost and asks them to sign in.
 */
export function SessionPanel({ uploader, never, onSignIn, content }: Props) {
  const { words } = useI18n()
  const [busy, setBusy] = useState(false)
  const signIn = async () => {
    setBusy(true)
    try {
      await onSignIn?.()
      uploader.sessionRenewed()
    } finally {
      setBusy(false)
    }
  }
  return (
    <Panel
      icon="key"
      title={never ? words.signedOutTitle : words.sessionTitle}
      note={never ? words.signedOutNote(content !== undefined || onSignIn !== undefined) : words.sessionNote}
    >
      {content ??
        (onSignIn && (
          <button
            type="button"
            className="lfu-button lfu-primary lfu-big"
            aria-disabled={busy}
            onClick={() => !busy && void signIn()}
          >
            {words.signIn}
          </button>
        ))}
    </Panel>
  )
}
