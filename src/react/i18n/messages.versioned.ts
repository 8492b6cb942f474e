import type { Format } from './format.ts'

/** Texts of the panels for plan, commit, merge, undo, metadata, receipts and commands. Numbers come formatted. */
export interface VersionedMessages {
  nothingSent: string
  compared: (files: number, bytes: string, branch: string) => string
  planning: (files: number) => string
  reading: (objects: number) => string
  hashing: (done: number, of: number) => string
  planFailed: string
  noBranch: string
  again: string
  cancel: string
  startUpload: string
  verdicts: Readonly<
    Record<
      | 'protected-branch'
      | 'read-only'
      | 'branch-not-found'
      | 'not-a-branch'
      | 'repository-not-found'
      | 'store-unknown'
      | 'forbidden'
      | 'other',
      /** `permission` is the right that is missing, where lakeFS names it. */
      { title: (branch: string) => string; note: (branch: string, permission?: string) => string }
    >
  >
  useUploadBranch: string
  createBranch: string
  chooseBranch: string
  choosePlace: string
  willUse: (branch: string) => string
  /** The user has chosen another destination than that of the plan. */
  droppedFor: (address: string) => string
  chosenSince: (address: string) => string
  sendThere: string
  /** Number of files that were added later and wait for this plan. */
  behind: (count: number) => string
  comparedWith: (branch: string) => string
  filesColumn: string
  sizeColumn: string
  new: string
  newNote: (branch: string) => string
  changed: string
  changedNote: (branch: string) => string
  notCompared: (count: number) => string
  identical: string
  identicalNote: (branch: string) => string
  sendIdentical: string
  refused: string
  clashes: string
  clashesNote: (count: number) => string
  byCase: string
  byAccents: string
  onBranch: string
  uncommitted: string
  uncommittedNote: string
  keepBoth: string
  skipSecond: string
  replace: string
  skip: string
  ask: string
  travels: (bytes: string) => string
  stays: (files: number, rest: number) => string
  blocked: (branch: string) => string
  blockedHere: (branch: string) => string
  needsMetadata: (count: number) => string
  metadataTitle: string
  metadataNote: string
  metadataMissing: (keys: string) => string
  more: (count: number) => string
  tooBig: string
  tooBigWhy: Readonly<Record<'size' | 'count' | 'time', string>>
  tooBigHours: (hours: string) => string
  byCommand: string
  hideCommand: string
  tools: Readonly<Record<'lakectl' | 'rclone' | 'python' | 'import', string>>
  gatewayNote: string
  listNote: string
  notByCommand: (count: number) => string
  importNote: string
  copy: string
  copied: string
  savePlan: string
  savePlanNote: string
  savePlanFile: string
  savedUnread: (files: number) => string
  notChosen: string
  notChosenNote: (files: number, branch: string) => string
  savedOutside: (files: number) => string

  commitTo: (branch: string) => string
  commitMessage: string
  message: (files: number, prefix: string) => string
  metadata: string
  key: string
  value: string
  removeField: (key: string) => string
  addField: string
  takes: (changes: number) => string
  thisDrop: string
  others: string
  added: string
  modified: string
  removed: string
  showMore: (count: number) => string
  include: (count: number) => string
  includeUnread: (read: number) => string
  /** The user may not list the branch, so what else it has is not known. */
  includeUnlisted: string
  includeNote: string
  commit: string
  nothingToCommit: string
  needsTick: string
  needsMessage: string
  keyTwice: (key: string) => string
  keyMissing: (value: string) => string
  stillRunning: string
  committed: (id: string, branch: string) => string
  /** Another user or another program made the commit; `who` and `id` are empty when the commit is unknown. */
  committedBy: (who: string, id: string, branch: string) => string
  /** Another user has reset, removed or replaced files of this upload. */
  resetSince: (branch: string) => string
  /** The uploaded files are identical to the last commit. */
  sameBytes: (branch: string) => string
  hookRefused: string
  hookRefusedMerge: string
  hookNote: string
  hookSaid: (action: string, hook: string) => string
  failed: (detail: string) => string
  noAnswer: string
  uncommittedThere: (branch: string) => string
  protectedThere: (branch: string) => string
  /** A right is missing, such as `fs:CreateCommit`. */
  rightMissing: (permission: string) => string
  /** Goes before `rightMissing` where the files of an upload cannot be gathered. */
  noUploadBranch: string
  autoCommit: string
  autoLand: string
  autoReview: string
  cameMeanwhile: (count: number) => string
  receiptInCommit: string
  receiptInMerge: string

  gathers: (branch: string, target: string) => string
  gathersNote: (target: string) => string
  land: (target: string) => string
  openReview: string
  landed: (target: string) => string
  branchLeft: (branch: string) => string
  reviewOpen: string
  openPull: string
  noPulls: string
  conflict: (target: string) => string
  conflictNote: string
  /** The merge was made in spite of a conflict, and then reverted. */
  takenBack: (target: string) => string
  takenBackNote: (target: string) => string
  /** The merge was made in spite of a conflict, and reverting it failed; shown after a sentence that says why. */
  notTakenBack: (target: string) => string
  notTakenBackNote: (commit: string) => string
  revertDirty: (branch: string) => string
  revertLater: (branch: string) => string
  revertIncomplete: (branch: string) => string
  /** The user may not read what the merge would change. */
  mergeUnread: (target: string) => string
  /** The changes of the merge could not be read; shown before a sentence that says why. */
  mergeUnchecked: (target: string) => string
  checkMerge: string
  mergedOpen: (branch: string, target: string) => string
  tryAgain: string
  keepBranch: string
  discardDrop: string
  kept: (branch: string) => string
  keptMerged: (branch: string, target: string) => string
  discarded: string
  elsewhere: (branch: string, target: string) => string
  earlier: (branch: string) => string
  unfinishedHere: (count: number) => string
  incomplete: (count: number) => string

  undo: string
  undoTitle: (count: number) => string
  undoNote: (removed: number, restored: number) => string
  undoLeft: (count: number) => string
  undoNothing: string
  takeBack: string
  undone: (removed: number, restored: number) => string
  revert: string
  revertMerge: string
  revertTitle: (count: number) => string
  revertNote: string
  reverted: string
  mergeReverted: string
  revertedBefore: string
  notInHistory: (branch: string) => string
  lastDrop: (branch: string, commit: string, moment: string) => string

  receipt: string
  receiptNote: (files: number) => string
  asCsv: string
  asJson: string
  verifyAgain: string
  verifying: (done: number, of: number) => string
  verified: (same: number) => string
  notVerified: (changed: number, missing: number, unreadable: number) => string
  strays: Readonly<Record<'changed' | 'missing' | 'unreadable' | 'same', string>>

  savedTitle: Readonly<Record<'receipt' | 'plan', string>>
  savedHolds: (moment: string, files: number, there: number, branch: string) => string
  savedElsewhere: (address: string, branch: string) => string
  savedBad: (name: string) => string
  savedProblems: Readonly<Record<'foreign' | 'damaged' | 'newer' | 'empty' | 'mixed' | 'unreadable', string>>
  forget: string
}

const plural =
  (format: Format, one: string, other: string) =>
  (count: number): string =>
    `${format.number(count)} ${format.plural(count) === 'one' ? one : other}`

export function englishVersioned(format: Format): VersionedMessages {
  const files = plural(format, 'file', 'files')
  const changes = plural(format, 'change', 'changes')
  return {
    nothingSent: 'Nothing has been sent yet',
    compared: (count, bytes, branch) => `${files(count)}, ${bytes}, compared with ${branch} just now.`,
    planning: (count) => `Comparing ${files(count)} with the branch`,
    reading: (objects) => (objects === 0 ? 'Reading the branch' : `${format.number(objects)} objects read`),
    hashing: (done, of) => `${format.number(done)} of ${format.number(of)} checksums`,
    planFailed: 'The branch could not be compared',
    noBranch: 'No branch could be made for this drop, so nothing was sent',
    again: 'Try again',
    cancel: 'Cancel',
    startUpload: 'Start upload',
    verdicts: {
      'protected-branch': {
        title: (branch) => `${branch} is protected`,
        note: (branch) =>
          `It changes by merge only, so lakeFS would refuse these files at the end. Send them to a branch made from ${branch} and merge it when you are ready.`,
      },
      'read-only': {
        title: () => 'This repository is read-only',
        note: () => 'lakeFS would refuse these files at the end. Choose another repository.',
      },
      'branch-not-found': {
        title: (branch) => `There is no branch ${branch}`,
        note: () => 'Create it from the default branch, or choose another one.',
      },
      'not-a-branch': {
        title: (branch) => `${branch} is a tag`,
        note: (tag) => `Tags never change. Send the files to a branch made from ${tag}, or choose another one.`,
      },
      'repository-not-found': {
        title: () => 'There is no such repository',
        note: () => 'Choose another repository.',
      },
      'store-unknown': {
        title: () => 'lakeFS does not know the store of this repository',
        note: () => 'Tell whoever runs lakeFS, or choose another repository.',
      },
      forbidden: {
        title: () => 'You may not write here',
        note: (_, permission) => `Ask for ${permission ?? 'write access'} on this repository, or choose another.`,
      },
      other: {
        title: (branch) => `${branch} takes no files now`,
        note: () => 'lakeFS gave another answer than expected. Try again later.',
      },
    },
    useUploadBranch: 'Use an upload branch',
    createBranch: 'Create branch',
    chooseBranch: 'Choose another branch',
    choosePlace: 'Choose another destination',
    willUse: (branch) => `Files go to ${branch}`,
    droppedFor: (address) => `These files go to ${address}`,
    chosenSince: (address) => `They were dropped for it, and ${address} has been chosen since.`,
    sendThere: 'Send them there instead',
    behind: (count) =>
      `${plural(format, 'more file waits', 'more files wait')(count)}: ${count === 1 ? 'its' : 'their'} plan comes after this one.`,
    comparedWith: (branch) => `Compared with ${branch}`,
    filesColumn: 'Files',
    sizeColumn: 'Size',
    new: 'New',
    newNote: (branch) => `Not on ${branch} yet`,
    changed: 'Changed',
    changedNote: (branch) => `${branch} has another version of these`,
    notCompared: (count) => `${files(count)} of the same size could not be compared`,
    identical: 'Identical',
    identicalNote: (branch) => `Same checksum on ${branch}, so they stay as they are`,
    sendIdentical: 'Send them all the same',
    refused: 'Cannot land',
    clashes: 'Clashes',
    clashesNote: (count) => `${plural(format, 'pair', 'pairs')(count)} of names that are easy to confuse`,
    byCase: 'Differ only in upper and lower case',
    byAccents: 'Look the same, the accent is stored in two ways',
    onBranch: 'the first is on the branch already',
    uncommitted: 'Over uncommitted changes',
    uncommittedNote: 'Somebody has changed these and not committed yet',
    keepBoth: 'Keep both',
    skipSecond: 'Skip second',
    replace: 'Replace',
    skip: 'Skip',
    ask: 'Ask each time',
    travels: (bytes) => `${bytes} will travel`,
    stays: (count, rest) => {
      const others =
        rest === 1 ? ' The other one stays as it is.' : ` The other ${format.number(rest)} stay as they are.`
      return `${files(count)}.${rest > 0 ? others : ''}`
    },
    blocked: (branch) => `Choose where to send first: ${branch} cannot take these files.`,
    blockedHere: (branch) => `${branch} cannot take these files, and this page sends nowhere else.`,
    needsMetadata: (count) =>
      `${files(count)} ${count === 1 ? 'lacks' : 'lack'} required metadata. Complete the rules, then drop again.`,
    metadataTitle: 'Metadata',
    metadataNote: 'Set on each object when it arrives',
    metadataMissing: (keys) => `missing: ${keys}`,
    more: (count) => `and ${format.number(count)} more`,
    tooBig: 'A command is the better way for this drop',
    tooBigWhy: {
      size: 'It is larger than a browser tab should carry.',
      count: 'It has more files than a browser tab should carry.',
      time: 'It takes longer than a browser tab should stay open.',
    },
    tooBigHours: (hours) => `About ${hours} at the speed seen.`,
    byCommand: 'Send by a command instead',
    hideCommand: 'Hide the commands',
    tools: {
      lakectl: 'lakectl, lakeFS’s own command',
      rclone: 'rclone, through the S3 gateway',
      python: 'Python',
      import: 'Import, when the data is in a store already',
    },
    gatewayNote: 'The endpoint is this page’s address. Put that of the S3 gateway there if it is another one.',
    listNote: 'These take the list of what is missing: save it first, beside your files.',
    notByCommand: (count) =>
      `${files(count)} left out here: ${count === 1 ? 'it lands' : 'they land'} under another name, or you are asked first. Only this page can do that.`,
    importNote: 'Nothing is copied: lakeFS only notes where the objects are.',
    copy: 'Copy',
    copied: 'Copied',
    savePlan: 'Save the list of what is missing',
    savePlanNote: 'rclone takes it with --files-from-raw and sends only these.',
    savePlanFile: 'Save the plan',
    savedUnread: (count) => `${files(count)} known from the earlier drop and not read again`,
    notChosen: 'Not chosen',
    notChosenNote: (count, branch) =>
      `${files(count)} of the saved list ${count === 1 ? 'is' : 'are'} neither here nor on ${branch}. Choose ${count === 1 ? 'it' : 'them'} again to send ${count === 1 ? 'it' : 'them'}.`,
    savedOutside: (count) =>
      `${files(count)} of the saved list ${count === 1 ? 'belongs' : 'belong'} in another folder than this one.`,

    commitTo: (branch) => `Commit to ${branch}`,
    commitMessage: 'Commit message',
    message: (count, prefix) => `Add ${files(count)} to ${prefix}`,
    metadata: 'Metadata',
    key: 'Key',
    value: 'Value',
    removeField: (key) => `Remove ${key}`,
    addField: 'Add a field',
    takes: (count) => `The commit takes ${changes(count)}`,
    thisDrop: 'This drop',
    others: 'Not from this drop',
    added: 'new',
    modified: 'changed',
    removed: 'removed',
    showMore: (count) => `Show ${format.number(count)} more`,
    include: (count) => `Include the ${changes(count)} that ${count === 1 ? 'is' : 'are'} not from this drop`,
    includeUnread: (read) =>
      `Include all that is not from this drop: the branch has more than ${changes(read)}, too many to read`,
    includeUnlisted: 'Include what others may have left on the branch: you may not list it',
    includeNote: 'lakeFS commits a branch as a whole.',
    commit: 'Commit',
    nothingToCommit: 'There is nothing to commit.',
    needsTick: 'Tick the box first: lakeFS commits the other changes too.',
    needsMessage: 'Write a message first.',
    keyTwice: (key) => `The key ${key} stands there twice. Keep one of them.`,
    keyMissing: (value) => `${value} has no key. Name one, or remove the field.`,
    stillRunning: 'Files are still under way.',
    committed: (id, branch) => `Committed to ${branch} as ${id}.`,
    committedBy: (who, id, branch) =>
      id === '' ? `Committed to ${branch} since, elsewhere.` : `Committed by ${who || 'somebody'} in ${id}.`,
    resetSince: (branch) => `Somebody has reset or replaced files of this drop on ${branch} since.`,
    sameBytes: (branch) => `The last commit of ${branch} has the same bytes already.`,
    hookRefused: 'A hook refused the commit',
    hookRefusedMerge: 'A hook refused the merge',
    hookNote: 'Nothing is lost and nothing needs to be sent again. Mend what it says, then try again.',
    hookSaid: (action, hook) => `${action}, ${hook}`,
    failed: (detail) => `lakeFS refused: ${detail}`,
    noAnswer: 'lakeFS does not answer. Try again later.',
    uncommittedThere: (branch) =>
      `Nothing was done: ${branch} has uncommitted changes, and lakeFS neither merges into such a branch nor reverts on it. Commit or reset them there, then try again.`,
    rightMissing: (permission) => `You may not do this: ${permission} is missing. Ask for it on this repository.`,
    noUploadBranch: 'All or nothing needs an upload branch.',
    protectedThere: (branch) =>
      `Nothing was done: ${branch} is protected and changes by merge only. Do it on a branch made from ${branch}, then merge that one.`,
    autoCommit: 'Commit by itself when everything has arrived',
    autoLand: 'Merge by itself when everything has arrived',
    autoReview: 'Open the pull request by itself when everything has arrived',
    cameMeanwhile: (count) =>
      `${changes(count)} not from this drop came meanwhile. Nothing was committed: look at what the commit takes.`,
    receiptInCommit: 'Put the receipt into the commit',
    receiptInMerge: 'Put the receipt into the merge',

    gathers: (branch, target) => `Files gather on ${branch}, ${target} is untouched`,
    gathersNote: (target) => `They join ${target} together, or not at all.`,
    land: (target) => `Merge into ${target}`,
    openReview: 'Open a pull request',
    landed: (target) => `All files are on ${target}.`,
    branchLeft: (branch) => `${branch} could not be deleted. It is needed no longer.`,
    reviewOpen: 'The pull request is open.',
    openPull: 'Show it in lakeFS',
    noPulls: 'This lakeFS has no pull requests. Merge, or keep the branch.',
    conflict: (target) => `${target} has changed the same files meanwhile`,
    conflictNote: 'Nothing was merged. Change one side and try again, keep the branch, or discard the drop.',
    takenBack: (target) => `The merge into ${target} was taken back`,
    takenBackNote: (target) =>
      `lakeFS merged even though others had changed these files. The merge was reverted at once, and ${target} has their versions again. Change one side and try again, keep the branch, or discard the drop.`,
    notTakenBack: (target) => `The merge replaced files of others on ${target}`,
    notTakenBackNote: (commit) =>
      `Their versions are still in the history. Once nothing is in the way, revert merge ${commit} here or in lakeFS.`,
    revertDirty: (branch) =>
      `It could not be taken back: ${branch} has uncommitted changes. Commit or reset them there first.`,
    revertLater: (branch) => `It could not be taken back: later commits on ${branch} changed the same files.`,
    revertIncomplete: (branch) => `Reverting it did not make ${branch} what it was before.`,
    mergeUnread: (target) =>
      `Nothing was merged: you may not compare the drop with ${target}, so nobody can tell what the merge would replace. Ask for the right to read ${target}, or keep the branch for somebody who has it.`,
    mergeUnchecked: (target) =>
      `The files were merged into ${target}, but not compared with what was there before. Check the merge again.`,
    checkMerge: 'Check the merge',
    mergedOpen: (branch, target) => `The merge of ${branch} into ${target} needs a check`,
    tryAgain: 'Try again',
    keepBranch: 'Keep the branch',
    discardDrop: 'Discard the drop',
    kept: (branch) => `${branch} stays. Merge it when you are ready.`,
    keptMerged: (branch, target) => `${branch} stays, and so does its merge into ${target}.`,
    discarded: 'The drop is discarded, and the target is as it was.',
    elsewhere: (branch, target) =>
      `A drop for ${target} is open in another tab, on ${branch}. Go on there, or close that tab and it goes on here. Files dropped here gather on a branch of their own.`,
    earlier: (branch) => `An earlier drop still waits on ${branch}`,
    unfinishedHere: (count) =>
      `${files(count)} of this drop ${count === 1 ? 'has' : 'have'} not arrived. Go on with ${count === 1 ? 'it' : 'them'} first, or discard the drop.`,
    incomplete: (count) =>
      `${files(count)} did not arrive. Retry ${count === 1 ? 'it' : 'them'} first, or discard the drop.`,

    undo: 'Take this drop back',
    undoTitle: (count) => `Take back ${files(count)}`,
    undoNote: (removed, restored) =>
      [
        removed > 0 && `${files(removed)} ${removed === 1 ? 'goes' : 'go'} away`,
        restored > 0 &&
          `${removed > 0 ? format.number(restored) : files(restored)} ${restored === 1 ? 'gets' : 'get'} back what was there before`,
      ]
        .filter(Boolean)
        .join(', ')
        .concat('.'),
    undoLeft: (count) =>
      `${files(count)} ${count === 1 ? 'stays' : 'stay'}: changed by somebody else since, or committed.`,
    undoNothing: 'There is nothing to take back.',
    takeBack: 'Take back',
    undone: (removed, restored) => `Taken back: ${files(removed)} removed, ${format.number(restored)} restored.`,
    revert: 'Revert the commit',
    revertMerge: 'Revert the merge',
    revertTitle: (count) => `Revert ${changes(count)}`,
    revertNote: 'A new commit undoes this one. Nothing is erased from the history.',
    reverted: 'The commit is reverted.',
    mergeReverted: 'The merge is reverted.',
    revertedBefore: 'It was taken back before. Nothing was changed.',
    notInHistory: (branch) => `${branch} no longer has this drop in its history, so there is nothing to take back.`,
    lastDrop: (branch, commit, moment) =>
      `The last drop from this browser is on ${branch} as ${commit}, since ${moment}.`,

    receipt: 'Receipt',
    receiptNote: (count) => `Path, size, checksum and time of ${count === 1 ? 'the file' : `all ${files(count)}`}.`,
    asCsv: 'Download receipt as CSV',
    asJson: 'Download receipt as JSON',
    verifyAgain: 'Verify again',
    verifying: (done, of) => `${format.number(done)} of ${format.number(of)} looked up`,
    verified: (same) => `${files(same)} ${same === 1 ? 'is as it' : 'are as they'} arrived.`,
    notVerified: (changed, missing, unreadable) =>
      `${format.number(changed)} changed, ${format.number(missing)} missing${unreadable > 0 ? `, ${format.number(unreadable)} cannot be read back` : ''}.`,
    strays: { changed: 'changed', missing: 'missing', unreadable: 'cannot be read back', same: 'as it arrived' },

    savedTitle: { receipt: 'Receipt of an earlier drop', plan: 'Plan of an earlier drop' },
    savedHolds: (moment, count, there, branch) =>
      `Of ${moment}: ${files(count)}, ${format.number(there)} on ${branch} then.`,
    savedElsewhere: (address, branch) => `It tells of ${address}, so nothing of it is used for ${branch}.`,
    savedBad: (name) => (name ? `${name} cannot be used` : 'The saved list cannot be used'),
    savedProblems: {
      foreign: 'It is neither a receipt nor a plan of this uploader. Choose the file that was downloaded here.',
      damaged: 'Part of it is missing or was changed. Download it again, or choose another one.',
      newer: 'A later version of this uploader has written it. Load it there.',
      empty: 'There is no file in it. Choose another one.',
      mixed: 'It has rows of several branches. Keep those of one.',
      unreadable: 'The browser could not read it. Choose it again.',
    },
    forget: 'Forget',
  }
}
