import { expect, test } from 'vitest'
import { placeOf, withPlace } from './address.ts'

test('a URL presets what it names and nothing else', () => {
  expect(placeOf('?repo=lake&branch=main&prefix=raw%2Fimages%2F')).toEqual({
    repository: 'lake',
    branch: 'main',
    prefix: 'raw/images/',
  })
  expect(placeOf('?repo=lake&branch=')).toEqual({ repository: 'lake' })
})

test('the place goes back into the URL and leaves the rest of it alone', () => {
  const href = withPlace('https://x.test/up/?lang=de&branch=old#here', {
    repository: 'lake',
    branch: 'täst+1',
    prefix: 'a b/',
  })
  expect(new URL(href).hash).toBe('#here')
  expect(new URL(href).searchParams.get('lang')).toBe('de')
  expect(placeOf(new URL(href).search)).toEqual({ repository: 'lake', branch: 'täst+1', prefix: 'a b/' })
  expect(withPlace('https://x.test/?prefix=a', { repository: 'lake', branch: 'main', prefix: '' })).toBe(
    'https://x.test/?repo=lake&branch=main',
  )
})

test('a folder whose name ends in a space is the same one after a reload', () => {
  const place = { repository: 'lake', branch: 'main', prefix: 'raw /sites ' }
  expect(placeOf(new URL(withPlace('https://x.test/', place)).search)).toEqual(place)
})
