// @vitest-environment node
import { renderToString } from 'react-dom/server'
import { describe, expect, it } from 'vitest'
import { LakeFSUploader } from '../index.ts'

describe('a server render', () => {
  it('gives the empty drop zone, without a style attribute that a strict policy would block', () => {
    expect('document' in globalThis).toBe(false)
    const html = renderToString(<LakeFSUploader repository="lake" branch="main" prefix="raw/images/" />)
    expect(html).toContain('aria-label="Upload to lakefs://lake/main/raw/images/"')
    expect(html).toContain('Choose files')
    expect(html).toContain('Drop files or folders')
    expect(html).not.toContain('style=')
  })

  it('turns around for languages from right to left', () => {
    expect(renderToString(<LakeFSUploader repository="lake" branch="main" locale="ar" />)).toContain('dir="rtl"')
  })
})
