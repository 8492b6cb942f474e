import { QueryClient } from '@tanstack/react-query'
import { expect, it } from 'vitest'
import { createLakeFS } from '../core/lakefs/index.ts'
import { repositoriesLike } from './repositories.ts'

/** A lakeFS of so many repositories; it answers with three at a time. */
function searched(repositories: string[], knowsSearch: boolean) {
  const lakefs = createLakeFS({
    endpoint: 'http://lakefs.test/api/v1',
    fetch: async (input, init) => {
      const { searchParams } = new URL(new Request(input, init).url)
      const prefix = searchParams.get('prefix') ?? ''
      const search = (knowsSearch && searchParams.get('search')) || ''
      const found = repositories.filter((id) => id.startsWith(prefix) && id.includes(search))
      const results = found.slice(0, 3).map((id) => ({ id, default_branch: 'main' }))
      const pagination = { has_more: found.length > 3, next_offset: 'x', results: results.length }
      return new Response(JSON.stringify({ pagination, results }))
    },
  })
  return async (text: string) =>
    (await new QueryClient().fetchQuery(repositoriesLike(lakefs, text))).results.map(({ id }) => id)
}

const many = ['a-1', 'a-2', 'a-3', 'b-1', 'lake-1', 'lake-2']

it('finds repositories by any part of their name', async () => {
  expect(await searched(many, true)('ke-')).toEqual(['lake-1', 'lake-2'])
})

it('finds them by their beginning where the server does not know how to search', async () => {
  expect(await searched(many, false)('lake')).toEqual(['lake-1', 'lake-2'])
  expect(await searched(['a-1', 'lake-1'], false)('lake')).toEqual(['a-1', 'lake-1'])
  expect(await searched(many, false)('')).toEqual(['a-1', 'a-2', 'a-3'])
})
