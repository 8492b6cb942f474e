import { type Rejection, UploadError, type UploadFile } from '../../core/index.ts'
import { between } from './between-scene.ts'
import { asking, DESTINATION, failed, file, GB, MAY, MB, type Scene, uploaded } from './scene-files.ts'

export { DESTINATION, file, object, type Scene } from './scene-files.ts'

const rejected = (path: string, code: Rejection['code'], size?: number): Rejection => ({
  path,
  code,
  message: '',
  ...(size === undefined ? {} : { size }),
})

const DEEP = 'video/2025-06-14/site-ridge-north/cam-03-long-range/session-b/rectified/left'

const mismatch = () => new UploadError('checksum-mismatch', { facts: { path: '' } })

const sending = (): Scene => ({
  files: [
    uploaded('checkpoints/epoch-11.safetensors', 3.1 * GB),
    file(`${DEEP}/take-0042.mp4`, 6.2 * GB, { status: 'sending', sent: 0.622 * 6.2 * GB }, { bytesPerSecond: 46 * MB }),
    file(`${DEEP}/take-0041.mp4`, 1.4 * GB, { status: 'finishing', sent: 1.4 * GB }),
    asking('annotations/classes.json', 18_400, 17_900, 'annotations/classes-2.json'),
    failed('images/night/IMG_2041.dng', 48.2 * MB, mismatch()),
    file('pointclouds/scan-0008.laz', 640 * MB, {
      status: 'waiting',
      wait: { reason: 'busy', side: 'storage', until: Date.now() + 12_000 },
      stored: false,
      sent: 128 * MB,
    }),
    file('pointclouds/scan-0007.laz', 812 * MB, { status: 'paused', sent: 284.5 * MB }),
    file('annotations/labels-2025-06.parquet', 212 * MB, { status: 'queued' }),
  ],
  bytesPerSecond: 46 * MB,
  secondsLeft: 110,
  totals: { bytes: 12.4 * GB, sent: 8.76 * GB, uploaded: 3.1 * GB },
})

/** The store accepts nothing more: one file stalls, another is sent in full and waits for its confirmation. */
export const idle = (seconds = 12): Scene => ({
  files: [
    uploaded('checkpoints/epoch-11.safetensors', 3.1 * GB),
    file(
      `${DEEP}/take-0042.mp4`,
      6.2 * GB,
      { status: 'sending', sent: 0.622 * 6.2 * GB },
      seconds < 10 ? { bytesPerSecond: 46 * MB } : { idleSeconds: seconds },
    ),
    file('images/day/IMG_0413.dng', 48.6 * MB, { status: 'sending', sent: 48.6 * MB }, { awaitsAnswer: true }),
    file('images/day/IMG_0414.dng', 47.8 * MB, { status: 'queued' }),
  ],
  ...(seconds < 10 ? { bytesPerSecond: 46 * MB, secondsLeft: 50 } : { totals: { idleSeconds: seconds } }),
})

const conflict = (): Scene => ({
  files: [
    asking('annotations/classes.json', 18_400, 17_900, 'annotations/classes-2.json'),
    asking('annotations/labels-2025-06.parquet', 212 * MB, 198 * MB, 'annotations/labels-2025-06-2.parquet'),
    uploaded('images/day/IMG_0412.dng', 47.1 * MB),
    file('images/day/IMG_0413.dng', 48.6 * MB, { status: 'sending', sent: 21.4 * MB }, { bytesPerSecond: 18 * MB }),
    file('images/day/IMG_0414.dng', 47.8 * MB, { status: 'queued' }),
  ],
  bytesPerSecond: 18 * MB,
  secondsLeft: 6,
})

const session = (): Scene => {
  const held = (path: string, size: number, share: number) =>
    file(path, size, {
      status: 'waiting',
      wait: { reason: 'session', side: 'lakefs' },
      stored: share === 1,
      sent: share * size,
    })
  return {
    files: [
      uploaded('checkpoints/epoch-11.safetensors', 3.1 * GB),
      file(`${DEEP}/take-0042.mp4`, 6.2 * GB, { status: 'sending', sent: 0.782 * 6.2 * GB }),
      held(`${DEEP}/take-0041.mp4`, 1.4 * GB, 1),
      held('pointclouds/scan-0007.laz', 812 * MB, 0.352),
      held('pointclouds/scan-0008.laz', 640 * MB, 0.202),
      file('annotations/labels-2025-06.parquet', 212 * MB, { status: 'queued' }),
    ],
    sessionExpired: true,
    totals: { bytes: 12.4 * GB, sent: 9.75 * GB, uploaded: 3.1 * GB },
  }
}

const CAMERAS = [2640, 2980, 2744, 2512, 2608, 1986, 2050, 2480]

/** 20,000 files in eight folders, a third of them uploaded. */
const folders = (): Scene => {
  const files: UploadFile[] = []
  CAMERAS.forEach((amount, camera) => {
    for (let index = 0; index < amount; index += 1) {
      const path = `2025-06-14/cam-0${camera + 1}/IMG_${String(index).padStart(4, '0')}.jpg`
      const size = 3.4 * MB
      if (camera === 0 && index >= 2160) files.push(file(path, size, { status: 'skipped', reason: 'identical' }))
      else if (camera < 2 || (camera === 2 && index < 2317)) files.push(uploaded(path, size))
      else if (camera === 2 && index < 2320) files.push(failed(path, size, mismatch()))
      else if (camera === 2 && index < 2326) {
        files.push(file(path, size, { status: 'sending', sent: 0.412 * size }))
      } else files.push(file(path, size, { status: 'queued' }))
    }
  })
  return {
    files,
    bytesPerSecond: 48 * MB,
    secondsLeft: 840,
    rejections: [
      ...Array.from({ length: 12 }, (_, index) =>
        rejected(`2025-06-14/cam-0${(index % 6) + 1}/${index < 6 ? '.DS_Store' : 'Thumbs.db'}`, 'system-file'),
      ),
      ...['cam-09', 'cam-10', 'tmp'].map((name) => rejected(`2025-06-14/${name}`, 'empty-folder')),
    ],
  }
}

const thousand = (): Scene => ({
  files: Array.from({ length: 1000 }, (_, index) => {
    const path = `frames/${String(index).padStart(5, '0')}.png`
    const size = 240_000 + ((index * 7919) % 90_000)
    if (index < 612) return uploaded(path, size)
    if (index < 618) return file(path, size, { status: 'sending', sent: size * 0.5 })
    return file(path, size, { status: 'queued' })
  }),
  bytesPerSecond: 21 * MB,
  secondsLeft: 5,
})

const RULE = `[
  {
    "AllowedOrigins": ["https://upload.example.com"],
    "AllowedMethods": ["PUT"],
    "AllowedHeaders": ["content-type"],
    "ExposeHeaders": ["ETag"],
    "MaxAgeSeconds": 3600
  }
]`

const mixed = (): Scene => ({
  files: [
    failed('images/night/IMG_2041.dng', 48.2 * MB, mismatch()),
    failed('images/night/IMG_2042.dng', 47.9 * MB, mismatch()),
    failed('images/night/IMG_2043.dng', 48.4 * MB, mismatch()),
    failed('video/take-0044.mp4', 6.2e12, new UploadError('too-large', { facts: { size: 6.2e12, limit: 5e12 } })),
    failed(
      `${'very-long-folder-name/'.repeat(3)}notes.txt`,
      1200,
      new UploadError('path-too-long', { facts: { bytes: 1102, limit: 1024 } }),
    ),
    failed('scans/page-01.tif', 12 * MB, new UploadError('file-changed')),
    failed(
      'models/resnet.onnx',
      98 * MB,
      new UploadError('storage-refused', { status: 403, detail: 'AccessDenied: Access Denied' }),
    ),
    failed(
      'models/vit.onnx',
      98 * MB,
      new UploadError('storage-unreachable', {
        facts: { check: 'cors', origin: 'https://store.example.com', rule: RULE },
      }),
    ),
    failed('locked.csv', 4000, new UploadError('protected-branch', { facts: { repository: 'lake', branch: 'main' } })),
    uploaded('readme.md', 1843),
    file('old.csv', 9000, { status: 'skipped', reason: 'exists' }),
    file('draft.csv', 9000, { status: 'cancelled' }),
  ],
})

const finished = (): Scene => ({
  files: [
    ...Array.from({ length: 20 }, (_, index) => uploaded(`cam-01/IMG_${1000 + index}.jpg`, 3.4 * MB)),
    file('cam-01/IMG_0999.jpg', 3.4 * MB, { status: 'skipped', reason: 'identical' }),
    failed('cam-01/IMG_1021.jpg', 3.4 * MB, mismatch()),
  ],
})

/** One row for every status. */
const statuses = (): Scene => ({
  files: [
    file('a/queued.bin', 1 * MB, { status: 'queued' }),
    file('a/checking.bin', 1 * MB, { status: 'checking' }),
    file('a/sending.bin', 80 * MB, { status: 'sending', sent: 30 * MB, repeating: 7 }, { bytesPerSecond: 12 * MB }),
    file('a/finishing.bin', 1 * MB, { status: 'finishing', sent: 1 * MB }),
    file('a/offline.bin', 9 * MB, {
      status: 'waiting',
      wait: { reason: 'offline', side: 'lakefs' },
      stored: false,
      sent: 2 * MB,
    }),
    file(
      'a/silent.bin',
      9 * MB,
      {
        status: 'waiting',
        wait: { reason: 'lakefs-unreachable', side: 'lakefs', until: Date.now() + 30_000 },
        stored: true,
        sent: 9 * MB,
      },
      { deadline: MAY * 1000 },
    ),
    file('a/paused.bin', 9 * MB, { status: 'paused', sent: 0 }),
    asking('a/asking.bin', 9 * MB, 8 * MB, 'a/asking-2.bin'),
    uploaded('a/uploaded.bin', 9 * MB, false),
    file('a/skipped.bin', 9 * MB, { status: 'skipped', reason: 'identical' }),
    failed('a/failed.bin', 9 * MB, new UploadError('file-changed')),
    file('a/cancelled.bin', 9 * MB, { status: 'cancelled' }),
    file(`a/${'long'.repeat(40)}-name-0001.tiff`, 12, { status: 'queued' }),
    file('عربي/صورة ١.png', 0, { status: 'queued' }),
  ],
})

const refused = (): Scene => ({
  files: [],
  rejections: [
    rejected('notes.txt', 'file-invalid-type', 900),
    rejected('film.mov', 'file-too-large', 9 * GB),
    rejected('one-more.jpg', 'too-many-files', 900),
    { ...rejected('secret.key', 'file-unreadable'), error: new UploadError('file-unreadable') },
    rejected('.DS_Store', 'system-file'),
    ...['config', 'HEAD', 'objects/4b/825dc'].map((name) => ({
      ...rejected(`model/.git/${name}`, 'version-control', 40),
      matched: '.git/',
    })),
  ],
})

export const arrivedFiles = (amount: number): UploadFile[] =>
  Array.from({ length: amount }, (_, index) => uploaded(`cam-01/IMG_${1000 + index}.jpg`, 3.4 * MB))

/** Every file is uploaded, and no action is left. */
const arrived = (): Scene => ({ files: arrivedFiles(6) })

const gaveUp = (): Scene => ({
  files: Array.from({ length: 3 }, (_, index) => file(`cam-01/IMG_${index}.jpg`, 3.4 * MB, { status: 'cancelled' })),
})

/** Unfinished files of an earlier visit: some need nothing from the user, some have to be chosen again. */
const unfinished = (): Scene => ({
  files: [],
  unfinished: {
    files: Array.from({ length: 6 }, (_, index) => ({
      id: `u${index}`,
      path: `cam-01/IMG_${1000 + index}.jpg`,
      destination: DESTINATION,
      size: 3.4 * MB,
      stored: index < 2 ? 3.4 * MB : 0,
      needs: index < 2 ? ('nothing' as const) : ('file' as const),
      // Files that need nothing are only offered when the user had paused them.
      stopped: { type: index < 2 ? ('paused' as const) : ('interrupted' as const) },
    })),
    bytesLeft: 13.6 * MB,
    landed: 14,
  },
})

export const SCENES: Readonly<Record<string, () => Scene>> = {
  empty: () => ({ files: [] }),
  dragging: () => ({ files: [] }),
  refused,
  sending,
  idle: () => idle(),
  conflict,
  statuses,
  between,
  session,
  folders,
  thousand,
  mixed,
  finished,
  arrived,
  gaveUp,
  unfinished,
}
