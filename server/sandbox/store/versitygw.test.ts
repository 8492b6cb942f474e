import { spawnSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { expect, test } from 'vitest'
import { type Given, MAIN, ON_MAIN, started, uploaded } from '../testing.ts'

/** Absent where it is not installed (CONTRIBUTING.md, "Browser stories"). */
const versitygw = spawnSync('versitygw', ['--version']).status === 0 ? 'versitygw' : undefined

test.runIf(versitygw)('versitygw takes a file, and parts, and lets pages read its ETag', async () => {
  const { ok, call, sandbox } = await started({ versitygw })
  await uploaded({ ok, call, sandbox }, 'ü b+.txt', 'hello')
  expect((await call('GET', `${ON_MAIN}/objects?path=${encodeURIComponent('ü b+.txt')}`)).body).toBe('hello')
  expect(sandbox.requests('store')).toMatchObject([{ route: 'store-put', status: 200, received: 5 }])

  const { upload_id, physical_address } = await ok<Given & { upload_id: string }>(
    'POST',
    `${MAIN}/staging/pmpu?path=big`,
  )
  const at = `${MAIN}/staging/pmpu/${upload_id}`
  const { presigned_url } = await ok<Given>('PUT', `${at}/parts/1?path=big`, { physical_address })
  const headers = { Origin: 'https://page.test' }
  const put = await fetch(presigned_url, { method: 'PUT', body: new Uint8Array(randomBytes(1000)), headers })
  expect(put.headers.get('Access-Control-Expose-Headers')).toMatch(/etag/i)
  // A page sees no status of a refused signature: the answer lacks the CORS headers.
  const tampered = await fetch(presigned_url.replace(/Signature=./, 'Signature=!'), {
    method: 'PUT',
    body: 'x',
    headers,
  })
  expect([tampered.status, tampered.headers.get('Access-Control-Allow-Origin')]).toEqual([403, null])
  const parts = [{ part_number: 1, etag: put.headers.get('ETag') }]
  expect(await ok('PUT', `${at}?path=big`, { physical_address, parts })).toMatchObject({
    size_bytes: 1000,
    checksum: expect.stringMatching(/^[0-9a-f]{32}-1$/),
  })
})
