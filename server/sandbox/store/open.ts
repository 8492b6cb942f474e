import { storeRoute } from '../routes.ts'
import { openWire, type WireOptions } from '../wire.ts'
import type { World } from '../world.ts'
import { corsHeaders } from './cors.ts'
import { createLocalStore } from './local.ts'
import { createS3Store } from './s3.ts'
import { createS3Wire, S3_CORS } from './s3wire.ts'
import type { BlockStore, StoreName } from './store.ts'

export interface OpenStore {
  store: BlockStore
  close(): Promise<void>
}

/** The store's keys are no secret of anyone: they sign for this folder only. */
const STORE_KEY_ID = 'lakefs-sandbox-store'

export async function openStore(
  world: World,
  options: { store?: StoreName; storePort?: number; dir: string },
): Promise<OpenStore> {
  const wire = (handler: WireOptions['handler'], headers: WireOptions['headers']) =>
    openWire({
      side: 'store',
      route: storeRoute,
      handler,
      headers,
      faults: world.faults,
      requests: world.requests,
      port: options.storePort ?? 0,
    })
  switch (options.store ?? 's3') {
    case 's3': {
      const keys = { accessKeyId: STORE_KEY_ID, secretAccessKey: world.identity.secret }
      const opened = await wire(createS3Wire(world, keys), (request) => corsHeaders(world, request, S3_CORS))
      return { store: createS3Store(world, opened.url, keys), close: opened.close }
    }
    case 'local': {
      const store = createLocalStore(world, '')
      return { store, close: store.close }
    }
    default:
      throw new Error(`no store "${options.store}"`)
  }
}
