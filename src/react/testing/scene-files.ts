import type {
  FileState,
  ObjectStats,
  Rejection,
  Totals,
  Unfinished,
  UploadError,
  UploadFile,
} from '../../core/index.ts'

export const DESTINATION = { repository: 'lake', branch: 'main', prefix: 'raw/images/' }

/** State of the whole widget. */
export interface Scene {
  files: UploadFile[]
  bytesPerSecond?: number
  secondsLeft?: number
  sessionExpired?: boolean
  neverSignedIn?: boolean
  rejections?: readonly Rejection[]
  unfinished?: Unfinished | undefined
  /** Totals that differ from the sums of the files. */
  totals?: Partial<Totals>
}

export const MB = 1_000_000
export const GB = 1000 * MB
/** Seconds since 1970 of 12 May of the current year, so that pictures do not change with the year. */
export const MAY = Date.UTC(new Date().getFullYear(), 4, 12, 12) / 1000

export function object(path: string, size: number): ObjectStats {
  return {
    path: DESTINATION.prefix + path,
    physical_address: 's3://lake-store/data/gk2c7o3jd5fs73/d3p5s8k2c7o3jd5fs7',
    checksum: '0cc175b9c0f1b6a831c399e269772661',
    size_bytes: size,
    mtime: MAY,
    content_type: 'application/octet-stream',
  }
}

let count = 0
export function file(
  path: string,
  size: number,
  state: FileState,
  more: Pick<UploadFile, 'bytesPerSecond' | 'deadline' | 'idleSeconds' | 'awaitsAnswer'> = {},
): UploadFile {
  count += 1
  const left =
    state.status === 'sending' && more.bytesPerSecond ? { secondsLeft: (size - state.sent) / more.bytesPerSecond } : {}
  return {
    id: `g${count}`,
    path,
    destination: DESTINATION,
    size,
    lastModified: MAY * 1000,
    contentType: 'application/octet-stream',
    metadata: {},
    ...left,
    ...more,
    ...state,
  }
}

export const uploaded = (path: string, size: number, verified = true) =>
  file(path, size, { status: 'uploaded', object: object(path, size), verified })
export const asking = (path: string, size: number, theirs: number, renamed: string) =>
  file(path, size, { status: 'asking', conflict: { existing: object(path, theirs), renamed } })
export const failed = (path: string, size: number, error: UploadError) =>
  file(path, size, { status: 'failed', error, sent: 0 })
