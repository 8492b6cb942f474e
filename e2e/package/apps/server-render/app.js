import { LakeFSUploader } from 'lakefs-uploader'
import { createElement, StrictMode } from 'react'

export const app = createElement(
  StrictMode,
  null,
  createElement(LakeFSUploader, { repository: 'demo', branch: 'main', prefix: 'rendered/' }),
)
