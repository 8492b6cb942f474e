// @vitest-environment happy-dom
import { act } from 'react'
import { expect, it } from 'vitest'
import { mount } from './standalone.ts'

Object.assign(globalThis, { IS_REACT_ACT_ENVIRONMENT: true })

it('follows its options as long as it is on the page, and nothing breaks after that', async () => {
  const place = document.body.appendChild(document.createElement('div'))
  const region = () => place.querySelector('section')?.getAttribute('aria-label')
  const widget = await act(async () => mount(place, { repository: 'lake', branch: 'main' }))
  expect(region()).toBe('Upload to lakefs://lake/main/')
  await act(async () => widget.update({ branch: 'dev' }))
  expect(region()).toBe('Upload to lakefs://lake/dev/')
  await act(async () => widget.unmount())
  await act(async () => widget.update({ branch: 'late' }))
  expect(place.innerHTML).toBe('')
})
