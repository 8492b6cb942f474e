import type { World } from '../world.ts'
import type { BlockStore } from './store.ts'

/** Bucket and key, as they stand in the path of a URL. */
export function keyOf(address: string): string {
  return address.replace(/^[a-z0-9]+:\/\//, '')
}

/** Writing and reading for stores whose bytes lie in the sandbox's own folder. */
export function md5Store(world: World): Pick<BlockStore, 'put' | 'get'> {
  return {
    async put(address, { stream, ...rest }) {
      const { md5, ...stored } = await world.blobs.receive({ body: stream, ...rest })
      world.record({ t: 'object', key: keyOf(address), stored })
      return { checksum: md5, size: stored.size }
    },
    async get(address, start, end) {
      const stored = world.state.objects.get(keyOf(address))
      return stored && world.blobs.read(stored, start, Math.min(end, stored.size))
    },
  }
}
