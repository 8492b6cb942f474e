import type { World } from '../world.ts'
import { md5Store } from './direct.ts'
import type { BlockStore } from './store.ts'

/** Creates a store without presigned URLs: all bytes go through the API. */
export function createLocalStore(world: World, url: string): BlockStore {
  const none = async (): Promise<never> => {
    throw new Error('local adapter presigned URL: operation not supported')
  }
  return {
    facts: {
      type: 'local',
      presigns: false,
      multipart: false,
      namespacePattern: '^local://',
      namespaceExample: 'local://example-bucket/',
      namespacePrefix: 'local://',
      imports: false,
    },
    url,
    namespace: (repository) => `local://${repository}`,
    reaches: async (namespace) => namespace.startsWith('local://'),
    presign: none,
    createMultipart: none,
    presignPart: none,
    completeMultipart: none,
    abortMultipart: none,
    ...md5Store(world),
    close: async () => undefined,
  }
}
