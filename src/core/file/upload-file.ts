import type { Destination } from '../lakefs/wire.ts'
import type { ConflictAnswer, FileState } from './state.ts'

/** Notice about a file for its user. */
export type Notice =
  /**
   * The address at the store cannot be renewed (Azure), and expires before all bytes are sent at the current speed. The
   * file is then sent again to a new address, at most twice.
   */
  | {
      type: 'address-too-short'
      /** Seconds that the bytes left need at the current speed. */
      seconds: number
      /** Seconds until the address expires. */
      secondsLeft: number
    }
  /**
   * The session ends before a file that goes through lakeFS in one request is sent at the current speed. lakeFS then
   * refuses it, and all of it is sent again after the sign-in.
   */
  | {
      type: 'session-too-short'
      /** Seconds that the bytes left need at the current speed. */
      seconds: number
      /** Seconds until the session ends. */
      secondsLeft: number
    }
  /** The file was uploaded, and the comparison at the end of the run found another object at its path. */
  | { type: 'replaced' }
  /** The file was uploaded and committed, and had been deleted from the branch by the end of the run. */
  | { type: 'deleted' }

interface FileFacts {
  /** Id of the file. It stays the same for the life of the uploader. */
  readonly id: string
  /** Path under the prefix, as it is sent (NFC). */
  readonly path: string
  readonly destination: Destination
  /** Size in bytes. */
  readonly size: number
  /** Last change of the file itself, ms since 1970. */
  readonly lastModified: number
  readonly contentType: string
  readonly metadata: Readonly<Record<string, string>>
  /** Bytes per second over the last 8 seconds. Present only while bytes move. */
  readonly bytesPerSecond?: number | undefined
  /** Seconds left at that rate. Absent without a rate and beyond 30 days. */
  readonly secondsLeft?: number | undefined
  /**
   * Whole seconds since the file transferred a byte, updated every second. Present from 10 on, while the file is
   * `sending`; `bytesPerSecond` and `secondsLeft` are absent then. For a file that waits for its turn, the bytes of all
   * files count.
   */
  readonly idleSeconds?: number | undefined
  /** True while the file is `sending`, every byte has left, and the server has not answered for 2 seconds. */
  readonly awaitsAnswer?: true | undefined
  /**
   * Ms since 1970 when the address of the file expires, 24 hours after lakeFS issued it. Present while the file is too
   * slow to meet it, and while a file with all bytes stored waits, is paused, or asks.
   */
  readonly deadline?: number | undefined
  /** Id of the upload the file belongs to: {@link UploadSnapshot.id}. */
  readonly upload?: string | undefined
  /**
   * Fate of what an earlier visit had sent of this file: `resumed` continues it, `changed` starts over because the file
   * has changed since.
   */
  readonly earlier?: 'resumed' | 'changed' | undefined
  /** Answer of the user or the host to the conflict of this file. */
  readonly answer?: ConflictAnswer | undefined
  readonly notice?: Notice | undefined
}

/** Details of a file, shown when its row is opened. */
export interface FileDetails {
  /** Physical address at the store. Absent until lakeFS has issued one. */
  address?: string
  /**
   * Parts or blocks of the file: how many are at the store, and how many there are. Kept once the file is on the
   * branch. Absent for a file that is sent whole.
   */
  parts?: { done: number; all: number }
  /** Number of times that the file was started or continued after a wait. */
  tries: number
  /** Bytes per second over the last three minutes, one figure per 5 seconds, oldest first. Empty for small files. */
  rates: readonly number[]
  /**
   * Present when {@link Uploader.sendThroughLakeFS} would help: the file has failed or waits because this page cannot
   * reach its store, or because the store refuses it.
   */
  mayGoThroughLakeFS?: true
}

/** File as the host sees it: facts and state in one immutable object. */
export type UploadFile = FileFacts & FileState
