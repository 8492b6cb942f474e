import { usePage } from './context.tsx'
import type { Session } from './session.ts'

export function Header({ session }: { session: Session }) {
  const { words, settings } = usePage()
  // Signed out, the slogan is the page's heading.
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
      {session.user && (
        <span className="lfp-me">
          <bdi>{session.user}</bdi>
          <button type="button" className="lfu-button lfu-small lfu-quiet" onClick={() => void session.signOut()}>
            {words.signOut}
          </button>
        </span>
      )}
    </header>
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
