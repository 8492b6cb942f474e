import { expect, test, vi } from 'vitest'
import { ResponseError } from '../request/response-error.ts'
import { TestClock } from '../testing/clock.ts'
import { createLakeFSClient } from './retrying-client.ts'

const at = { repository: 'lake', branch: 'main' }
const json = (status: number, body: unknown) =>
  new Response(JSON.stringify(body), { status, headers: { 'Content-Type': 'application/json' } })

function setup(...answers: Response[]) {
  const clock = new TestClock()
  const fetch = vi.fn(async () => answers.shift() ?? json(200, { id: 'main', commit_id: 'c1' }))
  return { clock, fetch, lakefs: createLakeFSClient({ endpoint: 'http://lake/api/v1', fetch, clock }) }
}

test('each call is repeated while the server is busy', async () => {
  const { clock, fetch, lakefs } = setup(json(503, {}), json(503, {}))
  expect(await clock.run(lakefs.branch(at))).toEqual({ id: 'main', commit_id: 'c1' })
  expect(fetch).toHaveBeenCalledTimes(3)
})

test('a step is repeated as a whole, and its own calls are not', async () => {
  const { clock, fetch, lakefs } = setup(json(503, {}))
  const tries: number[] = []
  const step = lakefs.repeat(async (once, count) => {
    tries.push(count)
    await once.branch(at)
    return await once.branch(at)
  })
  expect(await clock.run(step)).toMatchObject({ commit_id: 'c1' })
  expect(tries).toEqual([0, 1])
  expect(fetch).toHaveBeenCalledTimes(3)
})

test('what is final is not repeated', async () => {
  const { clock, fetch, lakefs } = setup(json(403, { message: 'forbidden' }))
  await expect(clock.run(lakefs.branch(at))).rejects.toThrow(ResponseError)
  expect(fetch).toHaveBeenCalledTimes(1)
})

test('the signal of a call ends its waiting', async () => {
  const { lakefs } = setup(json(503, { message: 'busy' }))
  const controller = new AbortController()
  const asked = lakefs.branch(at, controller.signal)
  controller.abort()
  await expect(asked).rejects.toMatchObject({ name: 'AbortError' })
})
