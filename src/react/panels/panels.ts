/** Chunk that is loaded with the first panel. */
export { UploadSession } from '../../core/versioned/index.ts'
export { PlanBody } from './PlanBody.tsx'
export { SavedPanel } from './SavedPanel.tsx'
export { UploadActions } from './UploadActions.tsx'
