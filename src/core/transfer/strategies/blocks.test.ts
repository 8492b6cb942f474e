import { describe, expect, it } from 'vitest'
import type { Md5 } from '../../checksum/md5.ts'
import { ResponseError } from '../../request/response-error.ts'
import { md5 } from '../../testing/lake.ts'
import { azureRig, headersOf } from '../../testing/other-stores.ts'
import { file } from '../../testing/rig.ts'

const MIB = 2 ** 20
const lost = new ResponseError({ side: 'storage', status: 0, message: 'no answer' })

describe('Azure, blocks', () => {
  const size = 3 * MIB + 5
  const big = () => file('big.bin', size, 'application/x-test')
  const bigMd5 = async () => md5(new Uint8Array(await big().arrayBuffer()))

  it('go in parallel over one address and land byte for byte with the MD5 of the file', async () => {
    const { lake, upload, azure, engine } = azureRig({ partSize: MIB })
    expect(await upload([big()])).toMatchObject({ uploaded: 1, bytes: size })
    expect([lake.count('address'), lake.count('block'), lake.count('blocklist')]).toEqual([1, 4, 1])
    const bytes = new Uint8Array(await big().arrayBuffer())
    const sums = [0, 1, 2, 3].map((block) => md5(bytes.slice(block * MIB, (block + 1) * MIB)))
    const told = sums.map((sum) => ({ 'Content-MD5': Buffer.from(sum, 'hex').toString('base64') }))
    expect(new Set(headersOf(lake, 'block'))).toEqual(new Set(told))
    expect(headersOf(lake, 'blocklist')).toEqual([{ 'x-ms-blob-content-type': 'application/x-test' }])
    const object = lake.objects.get('big.bin')
    expect(object).toMatchObject({ size_bytes: size, checksum: await bigMd5() })
    expect(md5(azure.blobs.get('/lab/data/1') ?? '')).toBe(await bigMd5())
    expect(engine.getSnapshot().files[0]).toMatchObject({ verified: true })
  })

  it('that arrive damaged are sent once more', async () => {
    const { lake, upload, azure, engine } = azureRig({ partSize: MIB })
    lake.twist = ({ route }, count) => (route === 'block' && count === 2 ? 'damaged' : undefined)
    expect(await upload([big()])).toMatchObject({ uploaded: 1 })
    expect([lake.count('address'), lake.count('block')]).toEqual([1, 5])
    expect(md5(azure.blobs.get('/lab/data/1') ?? '')).toBe(await bigMd5())
    expect(engine.getSnapshot().files[0]).toMatchObject({ verified: true })
  })

  it('that arrive damaged twice are never linked', async () => {
    const { lake, upload, azure, engine } = azureRig({ partSize: MIB })
    let first: unknown
    lake.twist = ({ route, body }) => {
      if (route !== 'block') return undefined
      first ??= body
      return body === first ? 'damaged' : undefined
    }
    await upload([big()])
    expect(engine.getSnapshot().files[0]).toMatchObject({ status: 'failed', error: { code: 'checksum-mismatch' } })
    expect([lake.count('blocklist'), lake.count('link'), azure.blobs.size]).toEqual([0, 0, 0])
    expect(lake.seen.filter(({ route, body }) => route === 'block' && body === first)).toHaveLength(2)
  })

  it.each([
    { name: 'verifying is off', options: { verifyChecksums: false }, ports: {} },
    { name: 'nothing can be hashed', options: {}, ports: { md5: async () => undefined } },
  ])('go without their MD5 where $name', async ({ options, ports }) => {
    const { lake, upload, engine } = azureRig({ partSize: MIB, ...options }, ports)
    expect(await upload([big()])).toMatchObject({ uploaded: 1 })
    expect(headersOf(lake, 'block')).toEqual([{}, {}, {}, {}])
    expect(engine.getSnapshot().files[0]).toMatchObject({ verified: false })
  })

  it('are compared by Azure also where the whole file cannot be hashed: its ETag is linked', async () => {
    const hash: Md5 = async (body) => (body.size < size ? md5(new Uint8Array(await body.arrayBuffer())) : undefined)
    const { lake, upload, engine } = azureRig({ partSize: MIB }, { md5: hash })
    expect(await upload([big()])).toMatchObject({ uploaded: 1 })
    expect(lake.objects.get('big.bin')?.checksum).toMatch(/^0x8D/)
    expect(engine.getSnapshot().files[0]).toMatchObject({ verified: true })
  })

  it('that went unverified and whose answer was lost are so after a pause too, when Azure lists them', async () => {
    const { lake, engine, clock } = azureRig({ partSize: 2 * MIB, verifyChecksums: false })
    clock.chance = 1
    lake.twist = ({ route }) => (route === 'block' ? 'lost' : undefined)
    await clock.run(engine.add([big()]))
    await clock.advance(10)
    engine.pause()
    await clock.advance(10)
    const before = lake.count('block')
    // From here on MD5s could be sent; only the last block goes again, for the list does not tell whether it is whole.
    engine.setOptions({ verifyChecksums: true })
    lake.twist = () => undefined
    engine.resume()
    expect(await clock.run(engine.finished())).toMatchObject({ uploaded: 1 })
    expect([before, lake.count('block'), lake.count('look')]).toEqual([2, 3, 1])
    expect(engine.getSnapshot().files[0]).toMatchObject({ verified: false })
  })

  it('are hashed before their turn comes: while the first ones are on their way, two more are ready', async () => {
    const hashed: [size: number, behind: boolean | undefined][] = []
    const hash: Md5 = async (body, _, behind) => {
      hashed.push([body.size, behind])
      return md5(new Uint8Array(await body.arrayBuffer()))
    }
    const { lake, engine, clock } = azureRig({ partSize: MIB / 4, concurrency: { parts: 2 } }, { md5: hash })
    lake.twist = ({ route }) => (route === 'block' ? 'hang' : undefined)
    await clock.run(engine.add([big()]))
    await clock.advance(1000)
    expect(lake.count('block')).toBe(2)
    // The whole file, which lets them pass, and four blocks.
    const block = [MIB / 4, undefined]
    expect(hashed).toEqual([[size, true], block, block, block, block])
    engine.stop()
  })

  describe('where the CORS rule lacks Content-MD5', () => {
    /** What a browser makes of it: no answer that a page can read. */
    const shut = (one: ReturnType<typeof azureRig>) => {
      one.lake.twist = ({ headers }) => (headers['Content-MD5'] === undefined ? undefined : lost)
      return one
    }

    it('go without it, unverified, and the report says why', async () => {
      const { lake, upload, engine } = shut(azureRig({ partSize: MIB }, { reach: async () => true }))
      expect(await upload([big()])).toMatchObject({ uploaded: 1 })
      expect(engine.getSnapshot().files[0]).toMatchObject({ verified: false })
      expect(lake.objects.get('big.bin')?.checksum).toBe(await bigMd5())
      expect(engine.getReport().match(/the CORS rule of the store lacks Content-MD5/g)).toHaveLength(1)
      const before = headersOf(lake, 'block').length
      // Known from then on: nothing is tried in vain again.
      expect(await upload([{ file: big(), path: 'second.bin' }])).toMatchObject({ uploaded: 1 })
      expect(headersOf(lake, 'block').slice(before)).toEqual([{}, {}, {}, {}])
    })

    it('is not taken for so where the line was cut', async () => {
      const { lake, upload, engine } = azureRig({ partSize: MIB }, { reach: async () => true })
      lake.twist = ({ route }, count) => (route === 'block' && count <= 4 ? lost : undefined)
      expect(await upload([big()])).toMatchObject({ uploaded: 1 })
      expect(headersOf(lake, 'block').every((headers) => headers['Content-MD5'] !== undefined)).toBe(true)
      expect(engine.getSnapshot().files[0]).toMatchObject({ verified: true })
    })
  })

  it('are no more than the file needs: one block goes as one PUT', async () => {
    const { lake, upload } = azureRig({ partSize: MIB })
    await upload([file('one.bin', MIB)])
    expect([lake.count('put'), lake.count('block')]).toEqual([1, 0])
  })

  it('that fail are sent again alone', async () => {
    const { lake, upload } = azureRig({ partSize: MIB })
    lake.twist = ({ route }, count) =>
      route === 'block' && count === 2 ? new Response(null, { status: 503 }) : undefined
    expect(await upload([big()])).toMatchObject({ uploaded: 1 })
    expect([lake.count('address'), lake.count('block')]).toEqual([1, 5])
  })

  it('start again on a fresh address when the first one ended, with larger blocks', async () => {
    const { lake, upload, azure, clock } = azureRig({ partSize: MIB, concurrency: { parts: 1 } })
    lake.urlSeconds = 60
    lake.twist = ({ route }, count) => {
      // The second block takes until the address has ended.
      if (route === 'block' && count === 2) clock.jump(50_000)
      return undefined
    }
    expect(await upload([big()])).toMatchObject({ uploaded: 1 })
    expect(lake.count('address')).toBe(2)
    expect(azure.blocks.get('/lab/data/2')?.size).toBe(1)
    expect(lake.objects.get('big.bin')?.checksum).toBe(await bigMd5())
  })

  it('give up after two new beginnings and say why', async () => {
    const { lake, upload, engine } = azureRig({ partSize: MIB })
    lake.urlSeconds = 10
    await upload([big()])
    expect(lake.count('address')).toBe(3)
    expect(lake.count('link')).toBe(0)
    expect(engine.getSnapshot().files[0]).toMatchObject({
      error: { code: 'address-expired', facts: { size, restarts: 2 }, retryable: true },
    })
  })

  it('refused for their signature begin again once, then end', async () => {
    const { lake, upload, engine } = azureRig({ partSize: MIB })
    lake.twist = ({ route }) => (route === 'block' ? new Response(null, { status: 403 }) : undefined)
    await upload([big()])
    expect(lake.count('address')).toBe(2)
    expect(engine.getSnapshot().files[0]).toMatchObject({ error: { code: 'storage-refused', status: 403 } })
  })

  it('are told to be too many for the address before the first one goes, when the speed is known', async () => {
    const { lake, engine, clock } = azureRig({ partSize: MIB, concurrency: { parts: 1 } })
    lake.urlSeconds = 120
    const notices: unknown[] = []
    let sending = 0
    lake.twist = ({ route }) => {
      if (route !== 'block') return undefined
      sending += 1
      // From the second file on, what is seen before its first block is what the first file taught.
      if (sending > 4) notices.push(engine.getSnapshot().files[1]?.notice)
      clock.jump(10_000)
      return undefined
    }
    await clock.run(engine.add([big()]))
    await clock.run(engine.finished())
    lake.urlSeconds = 25
    await clock.run(engine.add([{ file: big(), path: 'second.bin' }]))
    await clock.run(engine.finished())
    expect(notices[0]).toMatchObject({ type: 'address-too-short', secondsLeft: 25 })
    expect(engine.getSnapshot().files[0]?.notice).toBeUndefined()
  })

  it('that have arrived are not sent again after a pause, also those whose answer was lost', async () => {
    const { lake, engine, clock, azure, until } = azureRig({ partSize: MIB, concurrency: { parts: 1 } })
    lake.twist = ({ route, body }, count) => {
      if (route !== 'block' || count !== 2) return undefined
      void (body as Blob).arrayBuffer().then((bytes) => {
        azure.blocks.get('/lab/data/1')?.set(btoa('00001'), new Uint8Array(bytes))
        engine.pause()
      })
      return 'hang'
    }
    await clock.run(engine.add([big()]))
    await until('paused')
    lake.twist = () => undefined
    engine.resume()
    expect(await clock.run(engine.finished())).toMatchObject({ uploaded: 1 })
    expect([lake.count('address'), lake.count('block'), lake.count('look')]).toEqual([1, 4, 1])
    expect(lake.objects.get('big.bin')?.checksum).toBe(await bigMd5())
  })

  it('go on by what we know ourselves where the page may not read the list', async () => {
    const { lake, engine, clock, until } = azureRig({ partSize: MIB, concurrency: { parts: 1 } })
    lake.twist = ({ route }, count) => {
      if (route === 'look') return lost
      if (route !== 'block' || count !== 3) return undefined
      setImmediate(() => engine.pause())
      return 'hang'
    }
    await clock.run(engine.add([big()]))
    await until('paused')
    engine.resume()
    expect(await clock.run(engine.finished())).toMatchObject({ uploaded: 1 })
    expect([lake.count('address'), lake.count('block')]).toEqual([1, 5])
  })

  it('know their own blob behind a 409 to the list after a lost answer', async () => {
    const { lake, upload, azure } = azureRig({ partSize: MIB })
    azure.immutable = true
    lake.twist = ({ route }, count) => {
      if (route !== 'blocklist' || count > 1) return undefined
      azure.blobs.set('/lab/data/1', new Uint8Array(size))
      return lost
    }
    expect(await upload([big()])).toMatchObject({ uploaded: 1 })
    expect(lake.objects.get('big.bin')?.checksum).toBe(await bigMd5())
  })

  describe('that Azure does not find when they are put together', () => {
    const refused = () => new Response('<Error><Code>InvalidBlockList</Code></Error>', { status: 400 })

    it('are asked for, and only those that are missing are sent again', async () => {
      const { lake, upload, azure } = azureRig({ partSize: MIB })
      lake.twist = ({ route }, count) => {
        // One is lost at the first try, two at the second; Azure says by itself that the list is invalid.
        if (route !== 'blocklist' || count > 2) return undefined
        for (const block of ['00001', '00002'].slice(0, count)) azure.blocks.get('/lab/data/1')?.delete(btoa(block))
        return undefined
      }
      expect(await upload([big()])).toMatchObject({ uploaded: 1 })
      expect([lake.count('address'), lake.count('block'), lake.count('look'), lake.count('blocklist')]).toEqual([
        ...[1, 4 + 1 + 2],
        ...[2, 3],
      ])
      expect(md5(azure.blobs.get('/lab/data/1') ?? '')).toBe(await bigMd5())
    })

    it('are put together again where it has them all', async () => {
      const { lake, upload, engine } = azureRig({ partSize: MIB })
      lake.twist = ({ route }, count) => (route === 'blocklist' && count <= 2 ? refused() : undefined)
      expect(await upload([big()])).toMatchObject({ uploaded: 1 })
      expect([lake.count('address'), lake.count('block'), lake.count('blocklist')]).toEqual([1, 4, 3])
      expect(engine.getSnapshot().files[0]).toMatchObject({ verified: true })
    })

    it('begin again once where the page may not read the list', async () => {
      const { lake, upload } = azureRig({ partSize: MIB })
      lake.twist = ({ route }, count) => {
        if (route === 'look') return lost
        return route === 'blocklist' && count === 1 ? refused() : undefined
      }
      expect(await upload([big()])).toMatchObject({ uploaded: 1 })
      expect([lake.count('address'), lake.count('block')]).toEqual([2, 8])
    })

    it('are not asked for without end', async () => {
      const { lake, upload, engine } = azureRig({ partSize: MIB })
      lake.twist = ({ route }) => (route === 'blocklist' ? refused() : undefined)
      expect(await upload([big()])).toMatchObject({ failed: 1 })
      expect(engine.getSnapshot().files[0]).toMatchObject({ error: { code: 'storage-refused', status: 400 } })
      expect(lake.count('blocklist')).toBeLessThanOrEqual(10)
      expect([lake.count('address'), lake.count('link')]).toEqual([2, 0])
    })
  })

  it('never link the MD5 of the list', async () => {
    const { lake, upload, azure } = azureRig({ partSize: MIB }, { md5: async () => undefined })
    azure.exposed = ['content-md5', 'etag']
    await upload([big()])
    expect(lake.objects.get('big.bin')?.checksum).toBe('0x8D1')
  })
})
