import { QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { useEffect, useMemo, useRef, useState } from 'react'
import { ResponseError, toUploadError } from '../core/lakefs/index.ts'
import type { ErrorCode } from '../index.ts'
import { I18nProvider, useLocale } from '../react/i18n/language.ts'
import { useLakeFS } from '../react/query-client.ts'
import { type QueryWithState, refetchAfterFailure } from '../react/refetch-after-failure.ts'
import { NOWHERE, type Place, placeOf } from './address.ts'
import { PageProvider } from './context.tsx'
import { Header } from './header.tsx'
import { useSession } from './session.ts'
import type { Settings, SettingsError } from './settings.ts'
import { SignInCard } from './sign-in.tsx'
import type { PageWords } from './words.ts'
import { Workbench } from './workbench.tsx'

export function App({ settings, words }: { settings: Settings; words: PageWords }) {
  const [client] = useState(() => new QueryClient({ defaultOptions: { queries } }))
  useEffect(() => {
    // React Query assumes at the start that the browser is online, so that it misses the first `online` event.
    const ask = () => void client.refetchQueries({ predicate: isUnanswered }, { cancelRefetch: false })
    addEventListener('online', ask)
    return () => removeEventListener('online', ask)
  }, [client])
  return (
    <QueryClientProvider client={client}>
      <Inside settings={settings} words={words} />
    </QueryClientProvider>
  )
}

/** Failed requests are repeated in hidden tabs too, because the upload of unfinished files waits for them. */
const queries = { retry, refetchInterval: refetchAfterFailure, refetchIntervalInBackground: true }

const isUnanswered = (query: QueryWithState & { isActive: () => boolean }) =>
  query.isActive() && refetchAfterFailure(query) !== false

const TRANSIENT: ReadonlySet<string> = new Set<ErrorCode>(['lakefs-unreachable', 'lakefs-error', 'throttled'])

/** Repeats a request without an answer, with a 5xx or a 429; a refusal is final. */
function retry(failures: number, error: unknown): boolean {
  const { code } = toUploadError(error)
  return failures < 3 && error instanceof ResponseError && TRANSIENT.has(code)
}

function Inside({ settings, words }: { settings: Settings; words: PageWords }) {
  const lakefs = useLakeFS({ endpoint: settings.endpoint })
  const speech = useLocale(words.language)
  const context = useMemo(() => ({ settings, words, lakefs, format: speech.format }), [settings, words, lakefs, speech])
  return (
    <I18nProvider value={speech}>
      <PageProvider value={context}>
        <Gate settings={settings} words={words} />
      </PageProvider>
    </I18nProvider>
  )
}

function Gate({ settings, words }: { settings: Settings; words: PageWords }) {
  const session = useSession()
  // Kept above the sign-in, so that the destination survives a sign-out.
  const [place, setPlace] = useState<Place>(() => ({
    ...NOWHERE,
    ...settings.destination,
    ...(settings.locked ? {} : placeOf(location.search)),
  }))
  const busy = useRef(false)
  useEffect(() => {
    document.documentElement.lang = words.language
    document.documentElement.dir = words.direction
    document.title = words.title
  }, [words])
  return (
    <div className="lfp lfu-tokens">
      <Header session={session} busy={busy} />
      {session.state === 'signed-in' ? (
        <Workbench session={session} place={place} onPlace={setPlace} busy={busy} />
      ) : session.state === 'looking' ? (
        <main className="lfp-gate" aria-busy="true" aria-label={words.loading} />
      ) : (
        <SignInCard session={session} place={place} />
      )}
    </div>
  )
}

/** Replaces the page while its server does not answer the request for config.json. */
export function Unanswered({ words, onAsk }: { words: PageWords; onAsk: () => void }) {
  return (
    <div className="lfp lfu-tokens">
      <main className="lfp-broken">
        <h1 className="lfp-title">{words.unreachableTitle}</h1>
        <p role="alert">{words.unreachable}</p>
        <button type="button" className="lfu-button lfu-big" onClick={onAsk}>
          {words.askNow}
        </button>
      </main>
    </div>
  )
}

/** Replaces the page when config.json has mistakes. */
export function BrokenSettings({ error, words }: { error: SettingsError; words: PageWords }) {
  return (
    <div className="lfp lfu-tokens">
      <main className="lfp-broken" role="alert">
        <h1 className="lfp-title">{words.settingsBroken}</h1>
        <ul>
          {error.mistakes.map((mistake) => (
            <li key={mistake}>{mistake}</li>
          ))}
        </ul>
        <p>{words.settingsHint}</p>
      </main>
    </div>
  )
}
