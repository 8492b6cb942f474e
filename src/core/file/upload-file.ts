import type { Destination } from '../lakefs/wire.ts'
import type { ConflictAnswer, FileState } from './state.ts'

/** Something a person should know of a file that is under way; it goes on by itself. */
export type Notice =
  /**
   * The store's address cannot be renewed (Azure) and ends before the bytes would be there at the speed seen. What is
   * missed starts again with a new address, twice at most.
   */
  | {
      type: 'address-too-short'
      /** Seconds that the missing bytes need at that speed. */
      seconds: number
      /** Seconds that the address has left. */
      secondsLeft: number
    }
  /** It was uploaded, and another object was at its path when the end of the run was compared with the branch. */
  | { type: 'replaced' }
  /** It was uploaded and committed, and somebody had deleted it from the branch by the end of the run. */
  | { type: 'deleted' }

interface FileFacts {
  /** Stable for the life of the uploader. */
  readonly id: string
  /** Destination path under the prefix, as it will land (NFC). */
  readonly path: string
  readonly destination: Destination
  /** Bytes. */
  readonly size: number
  /** The file's own time of change, ms since 1970. */
  readonly lastModified: number
  readonly contentType: string
  readonly metadata: Readonly<Record<string, string>>
  /** Bytes a second over the last 8 seconds; only while bytes move. */
  readonly bytesPerSecond?: number | undefined
  /** Seconds left at that rate; absent with the rate, and beyond 30 days. */
  readonly secondsLeft?: number | undefined
  /**
   * Whole seconds since the last byte of it moved, from 10 on, renewed every second. Only while it is `sending`; where it
   * is there, there is neither a rate nor a time left. A file that waits for its turn counts from the last byte of any.
   */
  readonly idleSeconds?: number | undefined
  /** True while it is `sending` and every byte has left, from 2 seconds without the server's answer on. */
  readonly awaitsAnswer?: true | undefined
  /**
   * Ms since 1970 when the place kept for this file ends, 24 hours after lakeFS gave it: while the current speed is going
   * to miss it, and while bytes that are all stored wait for something before they get onto the branch.
   */
  readonly deadline?: number | undefined
  /** Id of the upload that it was given with, where there is one: {@link Prepared.upload}. */
  readonly upload?: string | undefined
  /**
   * What became of an earlier visit's work on this file: `resumed` goes on from there, `changed` starts anew because
   * the file is not the same any more.
   */
  readonly earlier?: 'resumed' | 'changed' | undefined
  /** What the person chose at a conflict, once chosen. */
  readonly answer?: ConflictAnswer | undefined
  readonly notice?: Notice | undefined
}

/** What a file's row opens to. */
export interface FileDetails {
  /** Where the store has it, or is going to have it; absent until lakeFS has said. */
  address?: string
  /** Of a file that goes in parts or blocks; still there once it is on the branch. */
  parts?: { done: number; all: number }
  /** How often it was started, or went on after a wait. */
  tries: number
  /** Bytes a second over the last three minutes, one figure for five seconds, the oldest first. Empty for small files. */
  rates: readonly number[]
}

/** One file as everybody outside sees it: facts and state in one immutable object. */
export type UploadFile = FileFacts & FileState
