export { createErrands, type Errands } from './errands.ts'
export { makeSideBranch, type SideBranch, type SideBranchOptions, sideBranchName } from './side-branch.ts'
