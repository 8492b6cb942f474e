import { describe, expect, it } from 'vitest'
import { ResponseError } from '../../request/response-error.ts'
import { file, rig } from '../../testing/rig.ts'
import { TestAzure } from '../../testing/stores.ts'

const MIB = 2 ** 20
const S3 = { blockstore_id: 'a', blockstore_type: 's3', pre_sign_support: true, pre_sign_multipart_upload: true }
const AZURE = { ...S3, blockstore_id: 'b', blockstore_type: 'azure', pre_sign_multipart_upload: false }
const json = (body: unknown) => new Response(JSON.stringify(body), { headers: { 'Content-Type': 'application/json' } })

/** Creates an engine in front of a lakeFS with these stores, and a repository on one of them. */
function storesRig(config: object, storage_id: string, ...given: Parameters<typeof rig>) {
  const one = rig(...given)
  one.clock.chance = 0
  const answer = { config, storage_id }
  one.lake.twist = ({ route }) => {
    if (route === 'config') return json(answer.config)
    if (route === 'repository') {
      return json({
        id: 'lake',
        default_branch: 'main',
        storage_namespace: 's3://bucket',
        storage_id: answer.storage_id,
      })
    }
    return undefined
  }
  return { ...one, answer }
}

describe('one of several stores', () => {
  it.each([
    ['without a first one', { storage_config_list: [S3, AZURE] }],
    ['beside a first one of another kind', { storage_config: S3, storage_config_list: [S3, AZURE] }],
  ])('takes blocks where the repository is on Azure, %s', async (_, config) => {
    const { lake, upload } = storesRig(config, 'b')
    lake.other = new TestAzure()
    expect(await upload([file('small.txt'), file('large.bin', 20 * MIB)])).toMatchObject({ uploaded: 2 })
    expect([...lake.counts.keys()]).toEqual(expect.arrayContaining(['put', 'block', 'blocklist']))
    expect(lake.count('create')).toBe(0)
  })

  it('takes parts where the repository is on S3', async () => {
    const { lake, upload } = storesRig({ storage_config: AZURE, storage_config_list: [AZURE, S3] }, 'a')
    expect(await upload([file('small.txt'), file('large.bin', 20 * MIB)])).toMatchObject({ uploaded: 2 })
    expect([lake.count('create'), lake.count('complete'), lake.count('put')]).toEqual([1, 1, 1])
  })

  it('sends nothing to a store that lakeFS does not know, and goes on once it does', async () => {
    const { engine, clock, lake, answer, upload } = storesRig({ storage_config_list: [S3, AZURE] }, 'c')
    expect(await upload([file('a.txt')])).toMatchObject({ failed: 1 })
    expect(engine.getSnapshot().files[0]).toMatchObject({
      error: { code: 'store-unknown', retryable: true, facts: { store: 'c', repository: 'lake' } },
    })
    expect([lake.count('put'), lake.count('upload'), lake.count('address')]).toEqual([0, 0, 0])
    answer.storage_id = 'a'
    engine.retry()
    expect(await clock.run(engine.finished())).toMatchObject({ uploaded: 1 })
  })

  it('uses lakeFS for a repository whose store cannot be read', async () => {
    const { lake, upload } = storesRig({ storage_config_list: [S3, AZURE] }, '')
    const { twist } = lake
    lake.twist = (seen, count) =>
      seen.route === 'repository'
        ? new Response('{"message":"insufficient permissions"}', { status: 401 })
        : twist(seen, count)
    expect(await upload([file('a.txt')])).toMatchObject({ uploaded: 1 })
    expect([lake.count('upload'), lake.count('put')]).toEqual([1, 0])
  })
})

it('does not take what one repository has shown of its store for a fact about another', async () => {
  const { engine, clock, lake } = storesRig({ storage_config: S3 }, '')
  const { twist } = lake
  let missing = true
  lake.twist = (seen, count) => {
    if (seen.route === 'create' && missing) return new Response('{"message":"not supported"}', { status: 501 })
    return twist(seen, count)
  }
  const send = async () => {
    await clock.run(engine.add([file(`${lake.seen.length}.bin`, 20 * MIB)]))
    return await clock.run(engine.finished())
  }
  expect(await send()).toMatchObject({ failed: 0 })
  missing = false
  await send()
  expect([lake.count('create'), lake.count('put')]).toEqual([1, 2])
  engine.setOptions({ repository: 'other' })
  await send()
  expect([lake.count('create'), lake.count('complete')]).toEqual([2, 1])
})

it('tests the store of each repository, whatever another one has answered', async () => {
  const { engine, clock, lake, upload } = storesRig({ storage_config: S3 }, '', {}, { reach: async () => true })
  expect(await upload([file('a.txt')])).toMatchObject({ uploaded: 1 })
  const { twist } = lake
  lake.twist = (seen, count) =>
    seen.route === 'put' ? new ResponseError({ side: 'storage', status: 0 }) : twist(seen, count)
  clock.chance = 1
  const began = clock.now()
  engine.setOptions({ repository: 'other' })
  await clock.run(engine.add([file('b.txt')]))
  await clock.run(engine.finished())
  expect(engine.getSnapshot().files[1]).toMatchObject({
    error: { code: 'storage-unreachable', facts: { check: 'cors' } },
  })
  // Where the store counts as one that has answered, the file waits for the network for ten minutes.
  expect(clock.now() - began).toBeLessThan(60_000)
})
