import { type ErrorFacts, UploadError } from '../../core/index.ts'
import { failed, file, MB, type Scene, uploaded } from './scene-files.ts'

/** Something is between the page and the servers. */
export const between = (): Scene => {
  const waiting = (path: string, found: ErrorFacts, side: 'lakefs' | 'storage' = 'storage') =>
    file(path, 48 * MB, {
      status: 'waiting',
      wait: { reason: `${side}-unreachable`, side, until: Date.now() + 30_000, found },
      stored: false,
      sent: 0,
    })
  const origin = 'http://minio:9000'
  const rule = "connect-src 'self' https://store.example.com"
  return {
    files: [
      waiting('images/off.dng', { check: 'network', origin }),
      waiting('images/denied.dng', { check: 'permission', origin, permission: 'local-network' }),
      waiting('images/gateway.dng', { check: 'hidden', origin: 'https://store.example.com' }),
      file('images/later.dng', 48 * MB, {
        status: 'waiting',
        wait: {
          reason: 'busy',
          side: 'lakefs',
          until: Date.now() + 900_000,
          answered: { answer: '429', by: 'unknown' },
        },
        stored: false,
        sent: 0,
      }),
      failed(
        'images/policy.dng',
        48 * MB,
        new UploadError('blocked-by-policy', {
          facts: { check: 'policy', origin: 'https://store.example.com', directive: 'connect-src', rule },
        }),
      ),
      failed('images/spacer.gif', 43, new UploadError('blocked', { facts: { name: 'images/spacer.gif' } })),
      failed(
        'images/large.dng',
        48 * MB,
        new UploadError('storage-unreachable', {
          facts: { check: 'body-limit', origin: 'https://store.example.com', passes: MB, stops: 2 * MB },
        }),
      ),
      uploaded('readme.md', 1843),
    ],
  }
}
