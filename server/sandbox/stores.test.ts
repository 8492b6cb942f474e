import { expect, test } from 'vitest'
import { type Given, started } from './testing.ts'

test('each repository of several stores is on its own, and the config lists them', async () => {
  const { ok, call } = await started({ stores: { a: 's3', b: 'gcs', c: 'local' } })
  const config = await ok<Record<string, unknown>>('GET', '/config')
  expect(config).not.toHaveProperty('storage_config')
  expect(config.storage_config_list).toMatchObject([
    { blockstore_id: 'a', blockstore_type: 's3', pre_sign_support: true, pre_sign_multipart_upload: true },
    { blockstore_id: 'b', blockstore_type: 'gs', pre_sign_support: true, pre_sign_multipart_upload: false },
    { blockstore_id: 'c', blockstore_type: 'local', pre_sign_support: false },
  ])
  const staged = (id: string, query = '') =>
    call('GET', `/repositories/${id}/branches/main/staging/backing?path=x${query}`)
  const address = async (id: string) => ((await staged(id)).body as Given).physical_address
  expect([await address('demo'), await address('demo-b')]).toEqual([
    expect.stringMatching(/^s3:/),
    expect.stringMatching(/^gs:/),
  ])
  expect((await staged('demo', '&presign=true')).status).toBe(200)
  expect((await staged('demo-c', '&presign=true')).status).toBe(500)
  const parts = (id: string) => call('POST', `/repositories/${id}/branches/main/staging/pmpu?path=x`)
  expect([(await parts('demo')).status, (await parts('demo-b')).status]).toEqual([201, 501])

  for (const [id, storage_id] of Object.entries({ demo: 'a', 'demo-b': 'b', 'demo-c': 'c' })) {
    expect(await ok('GET', `/repositories/${id}`)).toMatchObject({ storage_id })
    const headers = { 'Content-Type': 'text/plain' }
    const put = await call('POST', `/repositories/${id}/branches/main/objects?path=x`, 'hello', headers)
    expect(put.status).toBe(201)
    expect(await call('GET', `/repositories/${id}/refs/main/objects?path=x`)).toMatchObject({ body: 'hello' })
  }
  const made = { name: 'made', storage_namespace: 's3://lakefs-data/made', storage_id: 'a' }
  expect(await ok('POST', '/repositories', made)).toMatchObject({ storage_id: 'a' })
  const wrong = await call('POST', '/repositories', { ...made, name: 'wrong', storage_id: 'z' })
  expect(wrong.status).toBe(400)
})
