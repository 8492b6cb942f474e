import { useQuery } from '@tanstack/react-query'
import { type FormEvent, useId, useState } from 'react'
import { lakefsQueries } from '../core/lakefs/index.ts'
import { Icon } from '../react/ui/icons.tsx'
import type { Place } from './address.ts'
import { usePage } from './context.tsx'
import { type Session, useSignInProblem } from './session.ts'

/** Form with the two keys and the button, for the card and for the panel in the widget. */
function KeyFields({ session, wide }: { session: Session; wide: boolean }) {
  const { words } = usePage()
  const problemOf = useSignInProblem()
  const id = useId()
  const [shown, setShown] = useState(false)
  const [busy, setBusy] = useState(false)
  const [problem, setProblem] = useState<string>()

  async function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault()
    if (busy) return
    const data = new FormData(event.currentTarget)
    setBusy(true)
    setProblem(undefined)
    try {
      await session.signIn({
        access_key_id: String(data.get('access_key_id') ?? '').trim(),
        secret_access_key: String(data.get('secret_access_key') ?? '').trim(),
      })
    } catch (thrown) {
      setProblem(problemOf(thrown))
    } finally {
      setBusy(false)
    }
  }

  return (
    <form className={wide ? 'lfp-keys lfp-keys-wide' : 'lfp-keys'} onSubmit={submit}>
      <div className="lfp-labelled">
        <label htmlFor={`${id}k`}>{words.accessKeyId}</label>
        <span className="lfu-field lfp-in">
          <input
            id={`${id}k`}
            name="access_key_id"
            className="lfu-mono"
            autoComplete="username"
            autoCapitalize="off"
            spellCheck={false}
            dir="ltr"
            required
          />
        </span>
      </div>
      <div className="lfp-labelled">
        <label htmlFor={`${id}s`}>{words.secretAccessKey}</label>
        <span className="lfu-field lfp-in">
          <input
            id={`${id}s`}
            name="secret_access_key"
            className={shown ? 'lfu-mono' : undefined}
            type={shown ? 'text' : 'password'}
            autoComplete="current-password"
            autoCapitalize="off"
            spellCheck={false}
            dir="ltr"
            required
          />
          <button
            type="button"
            className="lfu-icon-button"
            aria-label={shown ? words.hideKey : words.showKey}
            aria-pressed={shown}
            onClick={() => setShown(!shown)}
          >
            <Icon name="eye" />
          </button>
        </span>
      </div>
      <button type="submit" className="lfu-button lfu-primary lfu-big" aria-disabled={busy}>
        {words.signIn}
      </button>
      {problem && (
        <p className="lfp-problem" role="alert">
          {problem}
        </p>
      )}
    </form>
  )
}

/** Returns the link to single sign-on, which leads back to this page; undefined where lakeFS has none. */
function useRedirect() {
  const { lakefs } = usePage()
  const { data } = useQuery(lakefsQueries.login(lakefs))
  if (!data?.login_url) return undefined
  const url = new URL(data.login_url, location.href)
  if (url.protocol !== 'https:' && url.protocol !== 'http:') return undefined
  if (!url.searchParams.has('next')) url.searchParams.set('next', location.pathname + location.search)
  // With the method "redirect" keys are not accepted; with "select" the user has both ways.
  return { href: url.href, only: data.login_url_method === 'redirect' }
}

/** Page before the sign-in. */
export function SignInCard({ session, place }: { session: Session; place: Partial<Place> }) {
  const { words } = usePage()
  const redirect = useRedirect()
  const unreachable = session.state === 'unreachable'
  return (
    <main className="lfp-gate">
      <Wash />
      <div className="lfp-pitch">
        <h1>{words.slogan}</h1>
        <p>{words.pitch}</p>
      </div>
      <section className="lfp-card">
        <h2>{unreachable ? words.unreachableTitle : words.signIn}</h2>
        {session.stillSignedIn && (
          <p className="lfp-problem" role="alert">
            {words.signedOutOnlyHere}
          </p>
        )}
        {unreachable ? (
          <>
            <p role="alert">{words.unreachable}</p>
            <button type="button" className="lfu-button lfu-big" onClick={session.lookAgain}>
              {words.askNow}
            </button>
          </>
        ) : (
          <>
            {redirect && (
              <a className="lfu-button lfu-big" href={redirect.href}>
                {words.byBrowserSignIn}
              </a>
            )}
            {redirect && !redirect.only && <p className="lfp-soft">{words.orByKeys}</p>}
            {!redirect?.only && <KeyFields session={session} wide={false} />}
          </>
        )}
        {place.repository && (
          <div className="lfp-then">
            <span>{words.thenYouUploadTo}</span>
            <span className="lfp-address" dir="ltr">
              <span className="lfu-faint">lakefs://</span>
              <span>{place.repository}</span>
              {place.branch && <span className="lfu-faint">/</span>}
              {place.branch && <b>{place.branch}</b>}
              {place.branch && <span className="lfu-faint">/</span>}
              {place.branch && place.prefix && <span className="lfp-cut">{place.prefix}</span>}
            </span>
          </div>
        )}
      </section>
    </main>
  )
}

/** Sign-in inside the panel of the widget, for a session that expired while files are uploaded. */
export function SignInWays({ session }: { session: Session }) {
  const { words } = usePage()
  const redirect = useRedirect()
  return (
    <>
      {redirect && (
        // Opens a new tab, because this one holds the files.
        <a className="lfu-button lfu-big" href={redirect.href} target="_blank" rel="noreferrer">
          {words.byBrowserSignIn}
        </a>
      )}
      {!redirect?.only && <KeyFields session={session} wide />}
    </>
  )
}

const RINGS = [
  [56, 10.6, 1],
  [120, 22.8, 0.9],
  [204, 38.8, 0.8],
  [312, 59.3, 0.68],
  [446, 84.7, 0.56],
  [612, 116.3, 0.44],
  [810, 153.9, 0.32],
  [1040, 197.6, 0.22],
] as const

/** Drawing of rings on water. */
function Wash() {
  return (
    <svg className="lfp-wash" viewBox="0 0 1200 760" preserveAspectRatio="xMidYMid slice" aria-hidden="true">
      {RINGS.map(([rx, ry, opacity]) => (
        <ellipse key={rx} cx="300" cy="640" rx={rx} ry={ry} opacity={opacity} />
      ))}
      <circle cx="300" cy="591" r="8.5" />
    </svg>
  )
}
