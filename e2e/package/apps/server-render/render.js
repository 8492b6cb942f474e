// Runs in plain Node: no bundler between it and the package.
import { readFileSync, writeFileSync } from 'node:fs'
import { renderToString } from 'react-dom/server'
import { app } from './app.js'

const page = readFileSync('dist/index.html', 'utf8')
writeFileSync(
  'dist/index.html',
  page.replace('<!--app-->', () => renderToString(app)),
)
