import type { Uploader, UploaderOptions } from './api.ts'
import { systemClock } from './clock.ts'
import { createLakeFS } from './lakefs.ts'
import { createMd5 } from './md5.ts'
import { createStore } from './storage.ts'
import { Engine } from './uploader.ts'

export type {
  Added,
  AddInput,
  ConflictPolicy,
  Destination,
  FileInput,
  LeftOut,
  Notice,
  Snapshot,
  Summary,
  Totals,
  Uploader,
  UploaderOptions,
  UploaderStatus,
  UploadFile,
} from './api.ts'
export {
  type Branch,
  type Change,
  type Commit,
  catalog,
  type LoginConfig,
  type Page,
  type Repository,
} from './catalog.ts'
export { type ErrorCode, type ErrorFacts, isUploadError, UploadError, type UploadErrorInit } from './errors.ts'
export {
  type BranchRef,
  createLakeFS,
  type LakeFS,
  type LakeFSOptions,
  type Listing,
  type ServerConfig,
} from './lakefs.ts'
export { precheck, type Verdict } from './precheck.ts'
export { isAbort, Refusal, toUploadError } from './refusal.ts'
export {
  type Answer,
  type Conflict,
  ENDED,
  type FileState,
  type ObjectStats,
  type SkipReason,
  STATUSES,
  type Status,
  type Waiting,
  type WaitReason,
} from './state.ts'

/**
 * An uploader for one destination. Touches nothing until files are added, so it may be made during a server render.
 * @example
 * const uploader = createUploader({ repository: 'lake', branch: 'main', prefix: 'raw/' })
 * await uploader.add(input.files)
 * const summary = await uploader.finished()
 */
export function createUploader(options: UploaderOptions): Uploader {
  let current = options
  const clock = systemClock
  const lakefs = createLakeFS({ endpoint: options.endpoint, getToken: () => current.getToken?.() })
  const engine = new Engine(
    options,
    {
      lakefs,
      clock,
      store: createStore({ clock, stallTimeout: () => current.stallTimeout ?? 60_000 }),
      online: () => globalThis.navigator?.onLine !== false,
      md5: createMd5(),
      reach,
    },
    {
      onOnline: (callback) => listen(globalThis, 'online', callback),
      onShown: (callback) => {
        const { document } = globalThis
        return document
          ? listen(document, 'visibilitychange', () => document.visibilityState === 'visible' && callback())
          : () => {}
      },
    },
  )
  const configure = engine.configure.bind(engine)
  engine.configure = (changes) => {
    current = { ...current, ...changes }
    configure(changes)
  }
  return engine
}

function listen(target: EventTarget, event: string, callback: () => void): () => void {
  target.addEventListener?.(event, callback)
  return () => target.removeEventListener?.(event, callback)
}

/** A request that needs no CORS: its answer cannot be read, but it comes only where a server is. */
async function reach(url: string): Promise<boolean> {
  try {
    await fetch(url, { mode: 'no-cors', credentials: 'omit', cache: 'no-store' })
    return true
  } catch {
    return false
  }
}
