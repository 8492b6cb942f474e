import 'lakefs-uploader/style.css'
import { hydrateRoot } from 'react-dom/client'
import { app } from './app.js'

hydrateRoot(document.getElementById('root'), app, {
  onRecoverableError: (error) => console.error(`hydration: ${error.message}`),
})
document.documentElement.dataset.hydrated = 'true'
