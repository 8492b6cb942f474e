import type { UploadSession } from '../../core/versioned/index.ts'

/** Upload session whose code is loaded when it is needed. */
export type UploadSessionHandle = Pick<UploadSession, 'getSnapshot' | 'subscribe' | 'ready'>
