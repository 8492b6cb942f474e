import { QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { createElement } from 'react'
import { createRoot } from 'react-dom/client'
import { createUploader, LakeFSUploader } from '../../src/index.ts'
import '../../src/react/style.css'

/** On the page before the drop, as in an application. */
export async function readyOurs({ component = false, ...options }) {
  const uploader = createUploader({
    repository: 'lake',
    branch: 'main',
    prefix: 'bench/',
    onConflict: 'overwrite',
    ...options,
  })
  if (component) {
    const widget = createElement(LakeFSUploader, { repository: 'lake', branch: 'main', uploader })
    createRoot(document.querySelector('#root')).render(
      createElement(QueryClientProvider, { client: new QueryClient() }, widget),
    )
  }
  uploader.subscribe(() => {})
  return uploader
}

export async function runOurs(uploader, files, { only }) {
  const adding = performance.now()
  await uploader.add(files)
  const added = performance.now() - adding
  if (only === 'add') {
    await new Promise((resolve) => setTimeout(resolve, 2000))
    window.kept = uploader
    return { ms: added }
  }
  const { uploaded, errors } = await uploader.finished()
  if (uploaded !== files.length) throw new Error(`${uploaded} of ${files.length} uploaded: ${errors[0]?.error}`)
  window.kept = uploader
  return { added }
}
