import { storeRoute } from '../routes.ts'
import { openWire, type Wire, type WireOptions } from '../wire.ts'
import type { World } from '../world.ts'
import { ACCOUNT, accountKeyOf, createAzureStore } from './azure.ts'
import { azureCors, createAzureProxy } from './azureproxy.ts'
import { newCertificate, startAzurite } from './azurite.ts'
import { corsHeaders } from './cors.ts'
import { createExternalStore, type ExternalS3 } from './external.ts'
import { createGcsStore, createGcsWire, GCS_CORS, newGoogleKeys } from './gcs.ts'
import { createLocalStore } from './local.ts'
import { createS3Store } from './s3.ts'
import { createS3Wire, S3_CORS } from './s3wire.ts'
import type { BlockStore, StoreName } from './store.ts'
import { startVersityGW } from './versitygw.ts'

interface OpenStores {
  /** Stores by their ids. */
  stores: Map<string, BlockStore>
  close(): Promise<void>
}

interface OpenStore {
  store: BlockStore
  close(): Promise<void>
}

interface StoreOptions {
  dir: string
  store: StoreName
  port: number
  external?: ExternalS3 | undefined
  versitygw?: string | undefined
}

/** Opens stores and their servers for browsers. @param kinds kinds of the stores by their ids; the first has the port. */
export async function openStores(
  world: World,
  kinds: Readonly<Record<string, StoreName>>,
  { port, ...options }: Omit<StoreOptions, 'store'>,
): Promise<OpenStores> {
  const opened: OpenStore[] = []
  const close = async () => {
    for (const one of opened) await one.close()
  }
  const stores = new Map<string, BlockStore>()
  try {
    for (const [id, store] of Object.entries(kinds)) {
      const one = await openStore(world, { ...options, store, port: stores.size === 0 ? port : 0 })
      opened.push(one)
      stores.set(id, one.store)
    }
  } catch (cause) {
    await close()
    throw cause
  }
  return { stores, close }
}

/** Opens a store and its server for browsers. */
async function openStore(world: World, options: StoreOptions): Promise<OpenStore> {
  const wire = (handler: WireOptions['handler'], headers: WireOptions['headers'], tls?: WireOptions['tls']) =>
    openWire({
      side: 'store',
      route: storeRoute,
      handler,
      headers,
      faults: world.faults,
      requests: world.requests,
      port: options.port,
      ...(tls ? { tls } : {}),
    })

  switch (options.store) {
    case 's3': {
      if (options.external) {
        const store = await createExternalStore(world, options.external)
        return { store, close: store.close }
      }
      if (options.versitygw) {
        const gateway = await startVersityGW(world, options.dir, options.versitygw)
        const opened = await wire(gateway.handle, () => ({}))
        const store = await createExternalStore(world, await gateway.prepare(opened.url), gateway.agent)
        return {
          store,
          async close() {
            await opened.close()
            await store.close()
            await gateway.close()
          },
        }
      }
      const keys = { accessKeyId: 'lakefs-sandbox-store', secretAccessKey: world.identity.secret }
      const opened = await wire(createS3Wire(world, keys), (request) => corsHeaders(world, request, S3_CORS))
      return { store: createS3Store(world, opened.url, keys), close: opened.close }
    }
    case 'gcs': {
      const keys = newGoogleKeys()
      const opened = await wire(createGcsWire(world, keys), (request) => corsHeaders(world, request, GCS_CORS))
      return { store: createGcsStore(world, opened.url, keys), close: opened.close }
    }
    case 'azure':
      return openAzure(world, options.dir, wire)
    case 'local': {
      const store = createLocalStore(world, '')
      return { store, close: store.close }
    }
    default:
      throw new Error(`no store "${options.store satisfies never}"`)
  }
}

async function openAzure(
  world: World,
  dir: string,
  wire: (handler: WireOptions['handler'], headers: WireOptions['headers'], tls: WireOptions['tls']) => Promise<Wire>,
): Promise<OpenStore> {
  const certificate = await newCertificate()
  const accountKey = accountKeyOf(world.identity.secret)
  const azurite = await startAzurite(dir, ACCOUNT, accountKey, certificate)
  const proxy = createAzureProxy(world, azurite.port, certificate)
  try {
    const opened = await wire(proxy.handle, (request) => azureCors(world, request), certificate)
    const store = await createAzureStore(world, { url: opened.url, port: azurite.port, accountKey, certificate })
    return {
      store,
      async close() {
        await opened.close()
        proxy.close()
        await store.close()
        await azurite.close()
      },
    }
  } catch (cause) {
    await azurite.close()
    throw cause
  }
}
