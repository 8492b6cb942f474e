import { createHash } from 'node:crypto'
import { expect, test } from 'vitest'
import { startSandbox } from './index.ts'
import { client, folder, type Given, MAIN, ON_MAIN, started, uploaded } from './testing.ts'

const md5 = (text: string) => createHash('md5').update(text).digest('hex')

test('a file goes by address, PUT and link, and is read back', async () => {
  const lake = await started()
  const { etag } = await uploaded(lake, 'a b/ü+%2F.txt', 'hello')
  expect(etag).toBe(md5('hello'))
  expect(await lake.call('GET', `${ON_MAIN}/objects?path=${encodeURIComponent('a b/ü+%2F.txt')}`)).toEqual({
    status: 200,
    body: 'hello',
  })
  const commit = await lake.ok<{ id: string }>('POST', `${MAIN}/commits`, { message: 'Add' })
  expect(await lake.ok('GET', MAIN)).toEqual({ id: 'main', commit_id: commit.id })
})

test('everything is there after a restart, and gone with clear', async () => {
  const dir = await folder()
  const first = await startSandbox({ dir, external: null })
  await uploaded(client(first), 'kept.txt', 'kept')
  const open = await client(first).ok<Given & { upload_id: string; presigned_urls: string[] }>(
    'POST',
    `${MAIN}/staging/pmpu?path=big&parts=1`,
  )
  await first.close()

  const second = await startSandbox({ dir, external: null })
  const lake = client(second)
  expect(second.keys).toEqual(first.keys)
  expect(await lake.call('GET', `${ON_MAIN}/objects?path=kept.txt`)).toMatchObject({ status: 200, body: 'kept' })
  expect(second.multiparts()).toMatchObject([{ upload: open.upload_id, parts: [] }])
  await second.close()

  const third = await started({ dir, clear: true })
  expect(await third.call('GET', `${ON_MAIN}/objects?path=kept.txt`)).toMatchObject({ status: 404 })
  expect(third.sandbox.multiparts()).toEqual([])
})

test('it starts with a protected branch and a read-only repository', async () => {
  const lake = await started()
  const refused = async (at: string) => {
    const address = await lake.ok<Given>('GET', `${at}/staging/backing?path=x`)
    return lake.call('PUT', `${at}/staging/backing?path=x`, { staging: address, checksum: 'x', size_bytes: 1 })
  }
  expect(await refused('/repositories/demo/branches/production')).toEqual({
    status: 403,
    body: { message: 'cannot write to protected branch' },
  })
  expect(await refused('/repositories/archive/branches/main')).toEqual({
    status: 403,
    body: { message: 'read-only repository' },
  })
  expect(await lake.ok('GET', `${ON_MAIN}/objects/ls?delimiter=/`)).toMatchObject({
    results: [{ path: 'README.md' }, { path: 'raw/', path_type: 'common_prefix' }],
  })
})

test('a test elsewhere sees what reached the store: headers, bytes, objects', async () => {
  const lake = await started()
  const { address } = await uploaded(lake, 'seen.txt', 'hello')
  const look = async (what: string) => fetch(`${lake.sandbox.apiUrl}/_sandbox/${what}`)
  const requests = (await (await look('requests?side=store')).json()) as { headers: object; received: number }[]
  expect(requests).toMatchObject([{ route: 'store-put', received: 5, status: 200 }])
  expect(Object.keys(requests[0]?.headers ?? {})).not.toContain('authorization')
  const key = address.physical_address.slice('s3://'.length)
  expect(await (await look('objects')).json()).toContainEqual(expect.objectContaining({ key, md5: md5('hello') }))
  expect(await (await look(`bytes?key=${encodeURIComponent(key)}`)).text()).toBe('hello')
})
