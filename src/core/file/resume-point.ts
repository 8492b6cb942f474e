import type { ObjectStats, StagingLocation } from '../lakefs/wire.ts'

/** State of a file whose bytes are all at the store: what is left to do. */
export type Stored =
  | {
      kind: 'link'
      location: StagingLocation
      checksum: string
      verified: boolean
      /** Ms since 1970 when lakeFS issued the address. */
      since: number
      /** The link was requested at least once, in this visit or an earlier one, so lakeFS may have done it. */
      attempted?: boolean
    }
  | {
      kind: 'complete'
      multipart: Multipart
      verified: boolean
    }
  | { kind: 'done'; object: ObjectStats; verified: boolean }

/** Multipart upload in progress, with all that is needed to resume it. */
export interface Multipart {
  upload_id: string
  physical_address: string
  partSize: number
  /** ETags by part number, quoted or not, as the store returned them. */
  etags: Map<number, string>
  /** Every part so far was compared with its MD5. */
  verified: boolean
  /** All part URLs, from servers that cannot sign a single part. */
  urls?: readonly string[]
  /** Complete was requested at least once, so the store may have assembled the parts. */
  completing?: boolean
  /** Ms since 1970 when lakeFS issued the address, which is valid for 24 hours. */
  since: number
}

/** Blocks of one file at one Azure address. They can be used until the address expires. */
export interface Blocks {
  location: StagingLocation
  blockSize: number
  /** Numbers of the blocks that the store has, from 1. */
  arrived: Set<number>
  /** Every block so far was sent with its MD5, which Azure compares before it stores a block. */
  verified: boolean
  /** Ms since 1970 when lakeFS issued the address. */
  since: number
}

/** What a pause, a wait or a retry of one file keeps. */
export interface ResumePoint {
  /** Set when all bytes are at the store. */
  stored?: Stored | undefined
  multipart?: Multipart | undefined
  blocks?: Blocks | undefined
  /** Set while a single PUT of the whole file is running: ms since 1970 when lakeFS issued its address. */
  whole?: { since: number } | undefined
  /** Checksum of the object with which an earlier visit put this file on the branch. */
  landed?: string | undefined
  /**
   * Result of the comparison with an object of the branch that has the same size. The object is used once: it may be
   * another one when the file is tried again.
   */
  compared?: { checksum: string; verdict: 'different' | 'unknown'; existing?: ObjectStats | undefined } | undefined
  /** MD5 of bytes that were sent through lakeFS without an answer: an object with this checksum is this file's own. */
  posted?: string | undefined
}

/** Returns the multipart upload of a file, also when all its parts are stored. */
export function multipartOf({ stored, multipart }: ResumePoint): Multipart | undefined {
  return multipart ?? (stored?.kind === 'complete' ? stored.multipart : undefined)
}
