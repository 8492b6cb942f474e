import { createHmac } from 'node:crypto'
import { sameText } from './ids.ts'
import type { World } from './world.ts'

/** User to whom the keys of the sandbox belong. */
export const ADMIN = 'admin'

export interface Keys {
  accessKeyId: string
  secretAccessKey: string
}

/** Returns the keys of a user. All but the admin's are derived, so that they stay the same over a restart. */
export function keysOf({ identity }: Pick<World, 'identity'>, user: string): Keys {
  const { accessKeyId, secretAccessKey, secret } = identity
  if (user === ADMIN) return { accessKeyId, secretAccessKey }
  const derived = (what: string) => createHmac('sha256', secret).update(`${what} ${user}`).digest()
  return {
    accessKeyId: `AKIA${derived('id').toString('hex').toUpperCase().slice(0, 16)}`,
    secretAccessKey: derived('key').subarray(0, 30).toString('base64url'),
  }
}

/** Returns the user with these keys; undefined when nobody has them. */
export function userWith(world: Pick<World, 'identity' | 'settings'>, given: Keys): string | undefined {
  return Object.keys(world.settings.policies).find((user) => {
    const { accessKeyId, secretAccessKey } = keysOf(world, user)
    return sameText(given.accessKeyId, accessKeyId) && sameText(given.secretAccessKey, secretAccessKey)
  })
}
