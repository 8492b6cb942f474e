import { useEffect, useMemo, useRef, useState, useSyncExternalStore } from 'react'
import {
  createUploader,
  ENDED,
  type FileStatus,
  type Snapshot,
  type Uploader,
  type UploaderOptions,
  type UploadFile,
} from '../core/index.ts'
import { useFreshListings } from './query-client.ts'

/** Snapshot of the uploader and the methods to control it. Its options are those of the hook. */
export interface UseUploader
  extends Snapshot,
    Pick<
      Uploader,
      | 'add'
      | 'pause'
      | 'resume'
      | 'cancel'
      | 'cancelAdding'
      | 'retry'
      | 'remove'
      | 'dismissUpload'
      | 'rename'
      | 'resolveConflict'
      | 'addSystemFiles'
      | 'addVersionControl'
      | 'dismissRejections'
      | 'sessionRenewed'
      | 'getFile'
      | 'getDetails'
      | 'findUnfinished'
      | 'resumeUnfinished'
      | 'discardUnfinished'
      | 'getReport'
      | 'finished'
    > {
  /** The uploader, for the prop `uploader` of {@link LakeFSUploader} and for code outside React. */
  readonly uploader: Uploader
}

/**
 * Creates one uploader for the component and stops it when the component unmounts. Options may change at any time: a
 * new destination applies to files added from then on, and always the latest callbacks are called. `endpoint` is read
 * once. The hook is safe in StrictMode and in a server render.
 */
export function useUploader(options: UploaderOptions): UseUploader {
  const uploader = useEngine(options)
  const snapshot = useSnapshot(uploader)
  return useMemo(
    () => ({
      uploader,
      // A getter, because building the list walks over all files.
      get files() {
        return snapshot.files
      },
      ids: snapshot.ids,
      uploads: snapshot.uploads,
      totals: snapshot.totals,
      status: snapshot.status,
      branchCheck: snapshot.branchCheck,
      sessionExpired: snapshot.sessionExpired,
      destination: snapshot.destination,
      rejections: snapshot.rejections,
      adding: snapshot.adding,
      add: uploader.add.bind(uploader),
      pause: uploader.pause.bind(uploader),
      resume: uploader.resume.bind(uploader),
      cancel: uploader.cancel.bind(uploader),
      cancelAdding: uploader.cancelAdding.bind(uploader),
      retry: uploader.retry.bind(uploader),
      remove: uploader.remove.bind(uploader),
      dismissUpload: uploader.dismissUpload.bind(uploader),
      rename: uploader.rename.bind(uploader),
      resolveConflict: uploader.resolveConflict.bind(uploader),
      addSystemFiles: uploader.addSystemFiles.bind(uploader),
      addVersionControl: uploader.addVersionControl.bind(uploader),
      dismissRejections: uploader.dismissRejections.bind(uploader),
      sessionRenewed: uploader.sessionRenewed.bind(uploader),
      unfinished: snapshot.unfinished,
      findUnfinished: uploader.findUnfinished.bind(uploader),
      resumeUnfinished: uploader.resumeUnfinished.bind(uploader),
      discardUnfinished: uploader.discardUnfinished.bind(uploader),
      getReport: uploader.getReport.bind(uploader),
      getFile: uploader.getFile.bind(uploader),
      getDetails: uploader.getDetails.bind(uploader),
      finished: uploader.finished.bind(uploader),
    }),
    [uploader, snapshot],
  )
}

/** Returns the current snapshot and renders again after every change, at most ten times a second. */
export function useSnapshot(uploader: Uploader): Snapshot {
  const store = useMemo(
    () => ({
      subscribe: (listener: () => void) => uploader.subscribe(listener),
      get: () => uploader.getSnapshot(),
    }),
    [uploader],
  )
  return useSyncExternalStore(store.subscribe, store.get, store.get)
}

/**
 * Returns the uploader behind the hook and the component.
 * @param given uploader of the host, which is used as it is: its options are not set and it is not stopped.
 */
export function useEngine(options: UploaderOptions, given?: Uploader): Uploader {
  const latest = useRef(options)
  const refresh = useFreshListings(options.endpoint)
  const [own] = useState(() => (given ? undefined : makeUploader(latest, refresh)))
  const configured = useRef(options)

  useEffect(() => {
    latest.current = options
    if (!own) return
    const changes = changedOptions(configured.current, options)
    configured.current = options
    if (changes) own.setOptions('onConflict' in changes ? { ...changes, ...conflictOption(latest) } : changes)
  })
  // A stopped uploader can be started again. So the simulated unmount of StrictMode does no harm, and a hidden
  // <Activity> resumes its files when it is shown again.
  const stopped = useRef<readonly UploadFile[]>([])
  useEffect(() => {
    if (!own) return
    for (const { id } of stopped.current) own.resume(id)
    return () => {
      stopped.current = own.getSnapshot().files.filter(({ status }) => !UNINTERRUPTED.has(status))
      own.stop()
    }
  }, [own])

  const uploader = given ?? own
  if (!uploader) throw new Error('LakeFSUploader cannot lose its `uploader` prop: give the component a new key')
  return uploader
}

/** Statuses of files that stopping does not interrupt. */
const UNINTERRUPTED: ReadonlySet<FileStatus> = new Set<FileStatus>([...ENDED, 'paused', 'asking'])

/** Looks callbacks up when they are called, so that the engine never calls an outdated one. */
function makeUploader(
  latest: { readonly current: UploaderOptions },
  refresh: (object: { repository: string; branch: string }) => void,
): Uploader {
  return createUploader({
    ...latest.current,
    ...conflictOption(latest),
    getToken: () => latest.current.getToken?.(),
    beforeUpload: async (drop, lakefs) =>
      latest.current.beforeUpload ? await latest.current.beforeUpload(drop, lakefs) : drop,
    onUploaded(object, file) {
      refresh(file.destination)
      latest.current.onUploaded?.(object, file)
    },
    onError: (file, error) => latest.current.onError?.(file, error),
    onRejected: (rejections) => latest.current.onRejected?.(rejections),
    onProgress: (totals) => latest.current.onProgress?.(totals),
    onFinished: (summary) => latest.current.onFinished?.(summary),
    onSessionExpired: () => latest.current.onSessionExpired?.(),
  })
}

/** Returns a policy unchanged, and wraps a function so that the latest one is called. */
function conflictOption(latest: { readonly current: UploaderOptions }): Pick<UploaderOptions, 'onConflict'> {
  const { onConflict } = latest.current
  if (typeof onConflict !== 'function') return { onConflict }
  return {
    onConflict: (conflict) => {
      const decide = latest.current.onConflict
      // When a policy has replaced the function, setOptions of the same effect tells the engine.
      return (typeof decide === 'function' ? decide : onConflict)(conflict)
    },
  }
}

const CALLBACKS: readonly (keyof UploaderOptions)[] = [
  'getToken',
  'beforeUpload',
  'onUploaded',
  'onError',
  'onRejected',
  'onProgress',
  'onFinished',
  'onSessionExpired',
  'endpoint',
]

/**
 * Returns the options that differ, undefined when none does. Objects are compared by content, because inline objects
 * are new in every render.
 */
function changedOptions(before: UploaderOptions, after: UploaderOptions): Partial<UploaderOptions> | undefined {
  const names = new Set([...Object.keys(before), ...Object.keys(after)]) as Set<keyof UploaderOptions>
  const changed = [...names].filter(
    (name) => !CALLBACKS.includes(name) && JSON.stringify(before[name]) !== JSON.stringify(after[name]),
  )
  return changed.length > 0 ? Object.fromEntries(changed.map((name) => [name, after[name]])) : undefined
}
