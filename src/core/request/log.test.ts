import { describe, expect, it } from 'vitest'
import { TestClock } from '../testing/clock.ts'
import { say } from '../testing/lake.ts'
import { file, rig } from '../testing/rig.ts'
import { Log } from './log.ts'
import { ResponseError } from './response-error.ts'

describe('the log', () => {
  it('keeps the last 2,000 events and says how many came before', () => {
    const log = new Log(new TestClock())
    for (let index = 0; index < 2500; index += 1) log.add({ what: `event ${index}` })
    const text = log.text({})
    expect(text).toContain('500 earlier events are left out')
    expect(text).not.toContain('event 499\n')
    expect(text.indexOf('event 500')).toBeLessThan(text.indexOf('event 2499'))
    expect(text.match(/event /g)).toHaveLength(2000)
  })

  it('never takes a credential in', () => {
    const log = new Log(new TestClock())
    log.add({ what: 'PUT http://s/k?X-Amz-Signature=dead', detail: 'Authorization: Bearer jwt-secret' })
    expect(log.text({ page: 'http://p/?token=dead' })).not.toMatch(/dead|jwt-secret/)
  })
})

describe('a report', () => {
  it('tells times, statuses, codes and request ids, of one file or of all', async () => {
    const { engine, lake, upload } = rig({ prefix: 'raw', getToken: () => 'jwt-secret' })
    lake.twist = ({ route, path }) => {
      if (route === 'put') return undefined
      return path === 'raw/b.csv' && route === 'link' ? say(403, 'no', { 'X-Request-Id': 'req-7' }) : undefined
    }
    await upload([file('a.csv', 'content of a'), file('b.csv')])
    const [a, b] = engine.getSnapshot().ids
    const all = engine.getReport()
    expect(all).toMatch(/lakefs-uploader: \d+\.\d+\.\d+/)
    expect(all).toContain('destination: lakefs://lake/main/raw/')
    expect(all).toContain('files: {"uploaded":1,"failed":1}')
    expect(all).toMatch(/PUT staging\/backing {2}200/)
    expect(all).toMatch(/failed {2}403 {2}forbidden {2}request req-7 {2}"raw\/b.csv"/)
    expect(all).toMatch(/storage {2}PUT 12 B {2}200/)
    for (const secret of ['jwt-secret', 'Signature', '?path', 'content of a']) expect(all).not.toContain(secret)
    expect(engine.getReport(b)).not.toContain('a.csv')
    expect(engine.getReport(a)).not.toContain('b.csv')
  })

  it('names silences', async () => {
    const { engine, lake, upload } = rig()
    lake.twist = ({ route }, count) =>
      route === 'put' && count === 1 ? new ResponseError({ side: 'storage', status: 0 }) : undefined
    await upload([file('a.csv')])
    expect(engine.getReport()).toMatch(/waiting, storage-unreachable {2}300 ms/)
  })
})
