import { expect, it } from 'vitest'
import { Queue } from './queue.ts'

const drain = (queue: Queue, largeToo = true) => {
  const ids: string[] = []
  for (let id = queue.take(largeToo); id !== undefined; id = queue.take(largeToo)) ids.push(id)
  return ids
}

it('gives begun files first, then new ones in their order', () => {
  const queue = new Queue()
  for (const id of ['a', 'b', 'c', 'd']) queue.add(id, false)
  queue.addFirst('c', false)
  queue.add('c', false)
  queue.delete('b')
  expect(drain(queue)).toEqual(['c', 'a', 'd'])
})

it('puts an id that left and came back at the end', () => {
  const queue = new Queue()
  for (const id of ['a', 'b']) queue.add(id, false)
  queue.delete('a')
  queue.add('a', false)
  expect(drain(queue)).toEqual(['b', 'a'])
})

it('starts large files early, and small ones alone once enough large ones run', () => {
  const queue = new Queue()
  queue.add('s1', false)
  queue.add('L1', true)
  queue.add('s2', false)
  queue.add('L2', true)
  expect([queue.take(true), queue.take(false), queue.take(false), queue.take(false)]).toEqual([
    'L1',
    's1',
    's2',
    undefined,
  ])
  expect(drain(queue)).toEqual(['L2'])
})

it('takes as many as there are, however long the line', () => {
  const queue = new Queue()
  const ids = Array.from({ length: 5000 }, (_, index) => `f${index}`)
  for (const id of ids) queue.add(id, false)
  expect(drain(queue)).toEqual(ids)
  expect(queue.take(true)).toBeUndefined()
})
