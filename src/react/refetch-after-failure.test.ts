import { describe, expect, it } from 'vitest'
import { ResponseError } from '../core/index.ts'
import { refetchAfterFailure } from './refetch-after-failure.ts'

const lakefs = (status: number, message = '') => new ResponseError({ side: 'lakefs', status, message })
/** A query after so many failures, the last of them this one. */
const query = (errorUpdateCount: number, error: unknown, status = 'error') => ({
  state: { status, error, errorUpdateCount },
})

describe('a question without an answer', () => {
  it('is asked again after growing distances, up to 15 s', () => {
    const distances = [1, 2, 3, 4, 5, 6, 40].map((failures) => refetchAfterFailure(query(failures, lakefs(0))))
    expect(distances).toEqual([1000, 2000, 4000, 8000, 15_000, 15_000, 15_000])
  })

  it('begins with the first distance after each answer', () => {
    const one = query(3, null, 'success')
    expect(refetchAfterFailure(one)).toBe(false)
    one.state.status = 'error'
    one.state.error = lakefs(502)
    one.state.errorUpdateCount = 4
    expect(refetchAfterFailure(one)).toBe(1000)
  })

  it.each([0, 429, 500, 502, 503, 504, 200])('is one that had %d', (status) => {
    expect(refetchAfterFailure(query(1, lakefs(status)))).toBe(1000)
  })

  it.each([
    [lakefs(401)],
    [lakefs(403, 'insufficient permissions')],
    [lakefs(404, 'branch not found')],
    [new Error('a mistake of ours')],
  ])('is not one that was refused: %s', (thrown) => {
    expect(refetchAfterFailure(query(1, thrown))).toBe(false)
    expect(refetchAfterFailure(query(1, thrown), () => true)).toBe(1000)
  })

  it('is left alone while it is asked', () => {
    expect(refetchAfterFailure(query(2, null, 'pending'))).toBe(false)
  })
})
