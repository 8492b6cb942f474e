// @vitest-environment happy-dom
import { act } from 'react'
import { expect, it } from 'vitest'
import { mount } from './standalone.ts'

Object.assign(globalThis, { IS_REACT_ACT_ENVIRONMENT: true })

it('follows its options as long as it is on the page, and nothing breaks after that', async () => {
  const place = document.body.appendChild(document.createElement('div'))
  const region = () => place.querySelector('.lfu')?.getAttribute('aria-label')
  const widget = await act(async () => mount(place, { repository: 'lake', branch: 'main' }))
  expect(region()).toBe('Upload to lakefs://lake/main/')
  await act(async () => widget.update({ branch: 'dev' }))
  expect(region()).toBe('Upload to lakefs://lake/dev/')
  await act(async () => widget.unmount())
  await act(async () => widget.update({ branch: 'late' }))
  expect(place.innerHTML).toBe('')
  await act(async () => widget.unmount())
  expect(place.innerHTML).toBe('')
})

it('takes the place of one that is in the element already, which can no longer change it', async () => {
  const place = document.body.appendChild(document.createElement('div'))
  const regions = () => [...place.querySelectorAll('.lfu')].map((one) => one.getAttribute('aria-label'))
  const first = await act(async () => mount(place, { repository: 'lake', branch: 'main' }))
  const second = await act(async () => mount(place, { repository: 'lake', branch: 'dev' }))
  expect(regions()).toEqual(['Upload to lakefs://lake/dev/'])
  await act(async () => first.update({ branch: 'late' }))
  await act(async () => first.unmount())
  expect(regions()).toEqual(['Upload to lakefs://lake/dev/'])
  await act(async () => second.unmount())
  expect(place.innerHTML).toBe('')
})

it('has ids that no other React of the page gives', async () => {
  const place = document.body.appendChild(document.createElement('div'))
  const widget = await act(async () => mount(place, { repository: 'lake', branch: 'main', disabled: true }))
  const ids = [...place.querySelectorAll('[id]')].map(({ id }) => id)
  expect(ids.length).toBeGreaterThan(0)
  expect(ids.filter((id) => !id.includes('lfu'))).toEqual([])
  await act(async () => widget.unmount())
})
