import { expect, test } from '../../support/fixtures.ts'
import { THROUGH } from '../../support/store-route.ts'

test.skip(({ store }) => store === 'local', THROUGH)

/** A 409 at link says: the address met a commit, send the bytes to another one. */
for (const hint of ['location', 'no-url', 'error'] as const) {
  test(`409 (${hint}): the file is sent once more, to the new address`, async ({ uploadPage, choose, sandbox }) => {
    sandbox.faults.add({ route: 'link', fault: { kind: 'conflict', hint } })
    await uploadPage.open()
    await choose('a.txt')
    await uploadPage.expectUploaded('a.txt')
    expect(sandbox.counters()).toMatchObject({
      'store-put': 2,
      link: 2,
      // A hint with its URL is used as it is; the two others need a new address.
      address: hint === 'location' ? 1 : 2,
    })
    const { physical_address = '' } = (await uploadPage.stat('a.txt')) ?? {}
    const puts = sandbox.requests('store').filter(({ route }) => route === 'store-put')
    const key = (target = '') => decodeURIComponent(target.split('?')[0] ?? '').replace(/^\/[^/]+/, '')
    expect(physical_address).toContain(key(puts[1]?.target))
    expect(key(puts[0]?.target)).not.toBe(key(puts[1]?.target))
    expect(String(await uploadPage.read('a.txt'))).toBe('a.txt\n')
  })
}

test('409 for ever ends in a failure after five rounds', async ({ uploadPage, choose, sandbox }) => {
  sandbox.faults.add({ route: 'link', fault: { kind: 'conflict', hint: 'location' }, times: 0 })
  await uploadPage.open()
  await choose('a.txt')
  await uploadPage.expectStatus('a.txt', /Failed.*moved this file to another place again and again/)
  expect(sandbox.counters()['store-put']).toBeLessThanOrEqual(6)
  expect(await uploadPage.stat('a.txt')).toBeUndefined()
})
