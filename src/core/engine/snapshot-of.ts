import type { Session } from '../request/session.ts'
import type { Snapshot } from '../snapshot.ts'
import type { Additions } from './adding/addition.ts'
import type { FileStore } from './file-store.ts'
import type { RunEnd } from './run-end.ts'

/** Parts of the engine that its snapshot is read from. */
interface Sources extends Pick<Snapshot, 'destination' | 'rejections' | 'unfinished'> {
  files: FileStore
  additions: Additions
  end: RunEnd
  session: Pick<Session, 'expired' | 'wasAccepted'>
}

/** Returns the state of an engine as plain data. The list of all files is built when it is read. */
export function snapshotOf({ files: store, additions, end, session, ...facts }: Sources): Snapshot {
  const { ids, counter } = store
  let files: Snapshot['files'] | undefined
  return {
    ids,
    get files() {
      files ??= ids.flatMap((id) => store.view(id) ?? [])
      return files
    },
    uploads: store.uploads.snapshots({
      branchCheck: (upload) => end.branchCheckOf(upload),
      adding: (upload) => additions.viewOf(upload),
    }),
    totals: store.totals(),
    status: end.isConfirming ? 'running' : additions.statusOver(counter.status),
    branchCheck: end.branchCheck,
    sessionExpired: session.expired,
    neverSignedIn: session.expired && !session.wasAccepted,
    adding: additions.view,
    ...facts,
  }
}
