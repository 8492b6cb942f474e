import type { UploadSession } from '../../core/versioned/index.ts'

/** A session whose code is loaded when somebody needs it. */
export type UploadSessionHandle = Pick<UploadSession, 'getSnapshot' | 'subscribe' | 'ready'>
