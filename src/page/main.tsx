import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import '../react/style.css'
import { App, BrokenSettings, Unanswered } from './app.tsx'
import './page.css'
import { wordsFor } from './language.ts'
import { untilAnswered } from './retry-until-answered.ts'
import { readSettings, SettingsError, SettingsUnanswered } from './settings.ts'

const element = document.getElementById('page')
if (!element) throw new Error('index.html has no element "page"')
const root = createRoot(element)
const asked = new URLSearchParams(location.search).get('lang') ?? undefined

try {
  const settings = await untilAnswered(
    () => readSettings(fetch, document.baseURI),
    (thrown) => thrown instanceof SettingsUnanswered,
    (askNow) => root.render(<Unanswered words={wordsFor([asked, ...navigator.languages])} onAsk={askNow} />),
  )
  const words = wordsFor([asked, settings.language, ...navigator.languages])
  root.render(
    <StrictMode>
      <App settings={settings} words={words} />
    </StrictMode>,
  )
} catch (thrown) {
  const error =
    thrown instanceof SettingsError
      ? thrown
      : new SettingsError([thrown instanceof Error ? thrown.message : `${thrown}`])
  root.render(<BrokenSettings error={error} words={wordsFor([asked, ...navigator.languages])} />)
}
