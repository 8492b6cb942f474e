import { expect, it } from 'vitest'
import { SpeedMeter, secondsLeft } from './speed-meter.ts'

const DAY = 86_400

it('tells the time left of any rate that a person can plan by, and none beyond 30 days', () => {
  expect(secondsLeft(1e6, 1e6)).toBe(1)
  expect(secondsLeft(30 * DAY, 1)).toBe(30 * DAY)
  expect(secondsLeft(30 * DAY + 1, 1)).toBeUndefined()
  expect(secondsLeft(1e12, 2)).toBeUndefined()
})

it('tells none where there is no rate, and none where nothing is left', () => {
  expect(secondsLeft(1e6, undefined)).toBeUndefined()
  expect(secondsLeft(0, 1e6)).toBeUndefined()
  expect(secondsLeft(-5, 1e6)).toBeUndefined()
})

it('takes less than a byte a second for no rate', () => {
  const meter = new SpeedMeter()
  meter.add(3, 0)
  meter.add(1, 5000)
  expect(meter.rate(7000)).toBeUndefined()
  meter.add(100, 7000)
  expect(meter.rate(7000)).toBeGreaterThan(1)
})
