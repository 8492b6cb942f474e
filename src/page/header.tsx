import { type RefObject, useRef, useState } from 'react'
import { usePage } from './context.tsx'
import type { Session } from './session.ts'

interface Props {
  session: Session
  /** True while uploads run that a sign-out would stop. */
  busy: RefObject<boolean>
}

export function Header({ session, busy }: Props) {
  const { words, settings } = usePage()
  // On the sign-in page the slogan is the heading.
  const Title = session.user ? 'h1' : 'span'
  const host = settings.name ?? new URL(settings.endpoint, location.href).host
  return (
    <header className="lfp-header">
      <Title className="lfp-mark">
        <Mark />
        <span>{words.product}</span>
      </Title>
      <span className="lfp-host" dir="ltr">
        {host}
      </span>
      {session.user && <SignOut session={session} busy={busy} />}
    </header>
  )
}

/** Asks for confirmation when the sign-out would stop uploads, as closing the tab does. */
function SignOut({ session, busy }: Props) {
  const { words } = usePage()
  const [confirming, setConfirming] = useState(false)
  const button = useRef<HTMLButtonElement>(null)
  return (
    <span className={confirming ? 'lfp-me lfp-asks' : 'lfp-me'}>
      {confirming ? (
        <>
          <span role="alert">{words.signOutStops}</span>
          <button
            type="button"
            className="lfu-button lfu-small"
            onClick={() => {
              setConfirming(false)
              button.current?.focus()
            }}
          >
            {words.stay}
          </button>
        </>
      ) : (
        <bdi>{session.user}</bdi>
      )}
      <button
        ref={button}
        type="button"
        className="lfu-button lfu-small lfu-quiet"
        onClick={() => (busy.current && !confirming ? setConfirming(true) : void session.signOut())}
      >
        {words.signOut}
      </button>
    </span>
  )
}

function Mark() {
  return (
    <svg width="24" height="24" viewBox="0 0 24 24" aria-hidden="true">
      <circle className="lfp-drop" cx="12" cy="5.6" r="2.9" />
      <path d="M8.2 14.2c-1.3.4-2.1 1-2.1 1.7 0 1.3 2.6 2.3 5.9 2.3s5.9-1 5.9-2.3c0-.7-.8-1.3-2.1-1.7" />
      <path
        d="M5 11.6c-2 .9-3.2 2.2-3.2 3.7 0 3 4.6 5.5 10.2 5.5s10.2-2.5 10.2-5.5c0-1.5-1.2-2.8-3.2-3.7"
        opacity=".55"
      />
    </svg>
  )
}
