import { createMD5 } from '../checksum/hashing.ts'
import { Engine } from '../engine/engine.ts'
import type { FileStatus } from '../file/state.ts'
import { createLakeFS } from '../lakefs/client.ts'
import { patientToken } from '../lakefs/token.ts'
import type { UploaderOptions } from '../options.ts'
import { Log } from '../request/log.ts'
import type { Ports } from '../transfer/transfer-manager.ts'
import { TestClock, underWay } from './clock.ts'
import { md5, TestLake } from './lake.ts'

// The engine loads and compiles it on demand, and the time of a test must not run meanwhile.
await createMD5()

// Nor may it run while a file is read, which the platform may do in its own turns.
const { arrayBuffer } = Blob.prototype
Blob.prototype.arrayBuffer = function () {
  return underWay(arrayBuffer.call(this))
}

/** Creates an engine whose servers, time and network a test controls. */
export function rig(
  options: Partial<UploaderOptions> = {},
  ports: Partial<Ports> = {},
  { clock = new TestClock(), lake = new TestLake(), log = new Log(clock) } = {},
) {
  lake.now = clock.now
  const network = { online: true, back: () => {}, shown: () => {} }
  const getToken = patientToken(
    () => options.getToken?.(),
    clock,
    () => network.back(),
  )
  const engine = new Engine({ repository: 'lake', branch: 'main', onConflict: 'overwrite', ...options }, () => ({
    clock,
    log,
    lakefs: createLakeFS({
      endpoint: 'http://lakefs.test/api/v1',
      fetch: lake.fetch,
      getToken,
      now: clock.now,
      onAnswer: (answer) => log.add({ side: 'lakefs', ...answer }),
    }),
    renewToken: getToken.renew,
    store: lake.store,
    online: () => network.online,
    md5: async (body) => md5(new Uint8Array(await body.arrayBuffer())),
    reach: async () => false,
    breathe: async () => {},
    onProtocol: () => () => {},
    onOnline: (callback) => {
      network.back = callback
      return () => {}
    },
    onShown: (callback) => {
      network.shown = callback
      return () => {}
    },
    ...ports,
  }))
  const statuses = () => engine.getSnapshot().files.map((file) => `${file.path} ${file.status}`)
  /** Adds files and runs the time until every file has ended. */
  const upload = async (...files: Parameters<Engine['add']>) => {
    await clock.run(engine.add(...files))
    return await clock.run(engine.finished())
  }
  /** Runs the time until the first file has one of these statuses. */
  const until = async (...wanted: FileStatus[]) => {
    for (let step = 0; step < 2000; step += 1) {
      const file = engine.getSnapshot().files[0]
      if (file && wanted.includes(file.status)) return file
      await clock.advance(50)
    }
    throw new Error(`never ${wanted.join(' or ')}, but ${statuses().join(', ')}`)
  }
  return { engine, clock, lake, network, statuses, upload, until }
}

/** Bytes 0 to 250, over and over: no two places of a file that lie a part apart look alike. */
const PATTERN = Buffer.from(Array.from({ length: 251 }, (_, index) => index))

/** Creates a file of text, or of that many bytes. */
export function file(name: string, content: string | number = 'hello lakeFS\n', type = ''): File {
  const body = typeof content === 'string' ? content : Buffer.alloc(content, PATTERN)
  return new File([body], name, { type, lastModified: 1_700_000_000_000 })
}
