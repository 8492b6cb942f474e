import type { World } from '../world.ts'
import type { BlockStore } from './store.ts'

/** Returns bucket and key, as in the path of a URL. */
export function keyOf(address: string): string {
  return address.replace(/^[a-z0-9]+:\/\//, '')
}

/** Creates reading and writing for stores whose bytes are in the folder of the sandbox. */
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
