import { expect, test } from 'vitest'
import { StatusCounter, shareOf } from './status-counter.ts'

const MB = 1_000_000
const sending = (sent: number) => shareOf({ status: 'sending', sent }, 100 * MB, sent)

test('the rate that was seen stays when nothing moves any more', () => {
  const counter = new StatusCounter()
  counter.add(sending(0))
  expect(counter.snapshot(0)).not.toHaveProperty('averageBytesPerSecond')
  for (let second = 1; second <= 20; second += 1) {
    counter.change(sending((second - 1) * MB), sending(second * MB), second * 1000)
  }
  const { bytesPerSecond: rate = 0, averageBytesPerSecond = 0 } = counter.snapshot(20_000)
  expect(Math.abs(averageBytesPerSecond - rate) / rate).toBeLessThan(0.2)
  counter.change(sending(20 * MB), shareOf({ status: 'cancelled' }, 100 * MB, 0), 21_000)
  const over = counter.snapshot(60_000)
  expect(over).not.toHaveProperty('bytesPerSecond')
  expect(over.averageBytesPerSecond).toBeCloseTo(averageBytesPerSecond, -5)
})

test('how often somebody looks changes no figure', () => {
  const alone = new StatusCounter()
  const watched = new StatusCounter()
  for (const counter of [alone, watched]) counter.add(sending(0))
  for (let second = 1; second <= 30; second += 1) {
    // From the 8th to the 20th second nothing moves.
    if (second > 8 && second < 20) watched.snapshot(second * 1000)
    else
      for (const counter of [alone, watched])
        counter.change(sending((second - 1) * MB), sending(second * MB), second * 1000)
    watched.snapshot(second * 1000)
    expect(watched.snapshot(second * 1000)).toEqual(alone.snapshot(second * 1000))
  }
})
