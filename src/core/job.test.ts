import { expect, it } from 'vitest'
import { ADDRESS_LIFE, createJob, viewOf } from './job.ts'

const SIZE = 100e9
const BEGAN = 1_000_000_000_000

/** A file by parts that moves at a steady rate, seen ten seconds later. */
function slow(bytesPerSecond: number, since = BEGAN) {
  const job = createJob({
    id: 'f1',
    path: 'a.bin',
    destination: { repository: 'lake', branch: 'main', prefix: '' },
    size: SIZE,
    lastModified: 0,
    contentType: 'application/octet-stream',
    metadata: {},
    file: undefined,
  })
  job.memo = {
    multipart: { upload_id: 'u', physical_address: 'p', partSize: 8e6, etags: new Map(), verified: true, since },
  }
  job.state = { status: 'sending', sent: 0 }
  for (let second = 0; second <= 10; second += 1) job.meter.add(bytesPerSecond, BEGAN + second * 1000)
  return viewOf(job, BEGAN + 10_000)
}

it('tells when the address ends if the rate of now will miss it', () => {
  expect(slow(1e6).deadline).toBe(BEGAN + ADDRESS_LIFE)
})

it('tells no deadline that will be kept', () => {
  expect(slow(10e6).deadline).toBeUndefined()
})

it('counts the life of an address that was begun in an earlier visit', () => {
  const since = BEGAN - ADDRESS_LIFE + 3_600_000
  expect(slow(10e6, since).deadline).toBe(since + ADDRESS_LIFE)
})
