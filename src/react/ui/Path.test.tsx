// @vitest-environment happy-dom
import { cleanup, render } from '@testing-library/react'
import { afterEach, expect, it } from 'vitest'
import { Path } from './Path.tsx'

afterEach(cleanup)

const PATH = 'video/2025-06-14/site-ridge-north/take-0042.mp4'
/** What a screen reader finds. */
const read = (container: HTMLElement) => {
  const hidden = container.querySelectorAll('[aria-hidden]')
  for (const one of hidden) one.remove()
  return container.textContent
}

it.each([4, 7, 12])('reads as one whole path, whatever room a font of %i px a letter leaves of it', (letter) => {
  const { container } = render(<Path path={PATH} width={400} measure={(text) => text.length * letter} />)
  // Only what stays in one line is read in one go: boxes in a row are read with a space between.
  expect(container.querySelector('.lfu-whole, .lfu-sr')?.textContent).toBe(PATH)
  expect(read(container)).toBe(PATH)
})
