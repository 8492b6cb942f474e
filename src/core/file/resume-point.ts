import type { ObjectStats, StagingLocation } from '../lakefs/wire.ts'

/** All bytes are at the store; what is left to do. */
export type Stored =
  | {
      kind: 'link'
      location: StagingLocation
      checksum: string
      verified: boolean
      /** Ms since 1970 when lakeFS gave the address. */
      since: number
      /** Link has been asked for at least once, by this visit or an earlier one: lakeFS may have done it. */
      attempted?: boolean
    }
  | {
      kind: 'complete'
      multipart: Multipart
      verified: boolean
    }
  | { kind: 'done'; object: ObjectStats; verified: boolean }

/** A multipart upload under way: enough to go on with it after a pause. */
export interface Multipart {
  upload_id: string
  physical_address: string
  partSize: number
  /** Quoted or not, as the store gave it, by part number. */
  etags: Map<number, string>
  /** Every part so far was compared with its MD5. */
  verified: boolean
  /** All part URLs, from servers that cannot sign one. */
  urls?: readonly string[]
  /** Complete has been asked for at least once: the store may have put the parts together. */
  completing?: boolean
  /** Ms since 1970 when lakeFS gave the address; it holds for 24 hours. */
  since: number
}

/** Blocks under way to one address: good for as long as the address is. */
export interface Blocks {
  location: StagingLocation
  blockSize: number
  /** Numbers of the blocks that the store has, from 1. */
  arrived: Set<number>
  /** Every block so far went with its MD5, which Azure compares before it keeps one. */
  verified: boolean
  /** Ms since 1970 when lakeFS gave the address. */
  since: number
}

/** What survives a pause, a wait or a retry of one file. */
export interface ResumePoint {
  /** Nothing is left to send. */
  stored?: Stored | undefined
  multipart?: Multipart | undefined
  blocks?: Blocks | undefined
  /** Only while one PUT of the whole file is under way: ms since 1970 when lakeFS gave its address. */
  whole?: { since: number } | undefined
  /** Checksum with which an earlier visit put this very file on the branch. */
  landed?: string | undefined
  /** MD5 of bytes that went through lakeFS and whose answer was lost: an object like this is ours. */
  posted?: string | undefined
}

/** The multipart upload of a file, also once all its parts are stored. */
export function multipartOf({ stored, multipart }: ResumePoint): Multipart | undefined {
  return multipart ?? (stored?.kind === 'complete' ? stored.multipart : undefined)
}
