import type {
  Answer,
  ConflictPolicy,
  ErrorCode,
  SkipReason,
  Status,
  Stopped,
  UploadError,
  Waiting,
  WaitReason,
} from '../../core/index.ts'
import type { Format, Units } from './format.ts'
import type { VersionedMessages } from './messages.versioned.ts'

/** What a sentence about a failure may need to name. */
export interface Place {
  repository: string
  branch: string
}

/** Makes the sentence of a failure. */
export type Sentence = (facts: UploadError['facts'], place: Place, count: number) => string

/** A detail after the status word. `short` is said instead where the list is narrow; `''` drops it there. */
export interface Detail {
  text: string
  short?: string
}

/** How many unfinished files stopped for one reason, other than a failure. */
export interface StoppedFiles {
  why: Exclude<Stopped['type'], 'waiting' | 'failed'> | WaitReason
  count: number
}

/** Why a file was not taken from a drop. */
export interface Refused {
  path: string
  reason: 'type' | 'size' | 'count'
  size: number
}

/**
 * Every word that a person sees or hears, in one language. A host replaces any of them by the `messages` prop.
 * Figures come formatted; `count` beside them is for plurals. NAME is a destination path under the prefix.
 */
export interface Messages {
  region: (address: string) => string
  uploadTo: string
  copyAddress: string
  copied: string

  chooseFiles: string
  chooseFolder: string
  dropTitle: string
  /** `folder` is the prefix, empty at the root of the branch. */
  dropNote: (folder: string, branch: string) => string
  dragTitle: (count: number) => string
  dragNote: (folder: string, branch: string) => string
  policy: Readonly<Record<ConflictPolicy, string>>
  factUncommitted: string
  /** Why nothing is taken: no repository or branch is chosen, or the host says so. */
  held: Readonly<Record<'repository' | 'branch' | 'disabled', string>>
  /** A piece of the program could not be fetched: what was asked for, files that were given, a drop that waits for its plan. */
  notLoaded: Readonly<Record<'part' | 'files' | 'drop' | 'again' | 'giveUp', string>>
  dropMore: string
  keepOpen: string

  totalProgress: string
  /** "8.76 of 12.4 GB sent". */
  sent: (part: number, whole: number) => string
  /** Tooltip of the total bar: its two shades in words. */
  shades: (onBranch: string, sent: string, branch: string) => string
  rateAndLeft: (rate: string, left: string | undefined) => string
  /** No byte of any file has moved for as long; in place of rate and time left. */
  allIdle: (duration: string) => string
  /** Of every file that is sending the last byte has left, and lakeFS or the store has yet to say that it is there. */
  allAwaitAnswer: string
  starting: string
  /** Files are being read and put on the list; 0 while it is not known how many. */
  adding: (files: number) => string
  allPaused: string
  waitingForSession: string
  waitingForAnswers: string
  waiting: string
  counts: Readonly<Record<Status, (count: number) => string>>
  retryFailed: string
  pauseAll: string
  resumeAll: string
  cancelAll: string
  clearFinished: string
  arrived: (count: number, branch: string, failed: number) => string
  nothingArrived: (branch: string, failed: number) => string
  arrivedIn: (bytes: string, duration: string | undefined) => string
  notCommitted: string
  /** While what was uploaded is compared with the branch. */
  confirming: (branch: string) => string
  /** The branch could not be read for that. */
  notConfirmed: (branch: string) => string
  skippedIdentical: (branch: string) => string

  filters: string
  all: string
  active: string
  failed: string
  done: string
  showAs: string
  asFolders: string
  asFiles: string

  files: string
  noFiles: string
  status: Readonly<Record<Status, string>>
  pause: (name: string) => string
  resume: (name: string) => string
  cancel: (name: string) => string
  retry: (name: string) => string
  remove: (name: string) => string
  showDetails: (name: string) => string
  checking: (branch: string) => string
  rate: (rate: string) => string
  left: (duration: string) => Detail
  idle: (duration: string) => Detail
  awaitsAnswer: Detail
  repeating: (part: string) => string
  /** The store's address ends before the bytes are there; what is missed is sent again. */
  addressEnds: (left: string) => Detail
  /** Another object was at the path of an uploaded file at the end. */
  replacedSince: Detail
  /** Somebody had deleted it from the branch by then. */
  deletedSince: (branch: string) => Detail
  partsGoOn: string
  finishing: (branch: string) => Detail
  wait: (waiting: Waiting, next: string | undefined) => Detail
  waitSession: (branch: string, percent: string | undefined, stored: boolean) => Detail
  percentSent: (percent: string) => string
  conflict: (branch: string, size: string, day: string | undefined) => Detail
  answers: Readonly<Record<Answer, string>>
  /** What "keep both" would make. */
  keepBothAs: (name: string) => string
  forAllConflicts: string
  verified: string
  notVerified: string
  skipped: (reason: SkipReason, branch: string) => string
  /** Lower case, what happened and what to do, for every code; `count` files have this one reason. */
  errors: Readonly<Record<ErrorCode, Sentence>>
  /** Said instead where the list is narrow, for the long ones. */
  shortErrors: Readonly<Partial<Record<ErrorCode, Sentence>>>
  errorDetails: (detail: string) => string
  /** What a look at the store found, for `storage-unreachable`. */
  checks: Readonly<Record<string, (origin: string) => string>>

  physicalAddress: string
  contentType: string
  checksum: string
  metadata: string
  parts: string
  partsOf: (done: string, all: string) => string
  /** Of a file that has arrived: the MD5 of each of its parts or blocks was the store's. */
  partsCompared: (all: string) => string
  tries: string
  lastMinutes: string
  destination: string
  saveDestination: string

  filesCount: (count: number) => string
  filesOf: (done: string, count: number) => string
  identicalSkipped: (count: number) => string
  failedCount: (count: number) => string
  filesOneReason: (count: number) => string
  showMore: (sending: number, queued: number) => string
  rootFolder: string
  /** Inside a folder in which nothing is left to do. */
  allDone: string
  /** "7.90 of 9.40 GB". */
  partOf: (part: number, whole: number) => string

  sessionTitle: string
  sessionNote: string
  signIn: string

  unfinishedTitle: string
  unfinished: (left: {
    files: number
    bytes: string
    landed: number
    branch: string
    until: string | undefined
  }) => string
  /** Why unfinished files stopped, in one sentence; at least one group. */
  stopped: (groups: readonly StoppedFiles[]) => string
  goOn: string
  chooseFilesAgain: string
  chooseFolderAgain: string
  discard: string
  /** On a row whose file is another one than the one that was begun. */
  startsAnew: string
  /** On a row that is too slow for its 24 hours. */
  missesDeadline: (until: string) => Detail
  /** Of a file whose bytes are all stored and that waits. */
  keptUntil: (until: string) => Detail
  /** Where it stands in the sentence of a failure it is the button; where it does not, the button follows. */
  showCheck: string
  copyRule: string
  copyReport: string
  downloadLog: string

  leftOut: (left: {
    junk: number
    junkNames: readonly string[]
    empty: number
    unreadable: number
    refused: number
  }) => string
  showThem: string
  hideThem: string
  includeJunk: (count: number) => string
  leftJunk: string
  leftEmpty: string
  leftUnreadable: string
  refused: (refused: Refused, limits: { maxSize?: string; maxFiles?: string; accept?: string }) => string
  andMore: (count: number) => string

  saysStart: (count: number) => string
  saysQuarter: (percent: string) => string
  saysEnd: (counts: { uploaded: number; skipped: number; failed: number; cancelled: number }) => string
  saysFailed: (name: string, sentence: string) => string
  saysFailedMany: (count: number, sentence: string) => string

  /**
   * Words of the panels for plan, commands, commit, landing, undo and receipts in place of their own, which come with the
   * panels in the language of `locale`.
   */
  panels?: Partial<VersionedMessages>
}

/** One language: how it writes figures, and its words made with them. */
export interface Language {
  units: Units
  words: (format: Format) => Messages
}

const units: Units = {
  bytes: ['B', 'KB', 'MB', 'GB', 'TB', 'PB'],
  rate: (bytes) => `${bytes}/s`,
  seconds: (_, text) => `${text} s`,
  minutes: (_, text) => `${text} min`,
  hours: (_, text) => `${text} h`,
  days: (_, text) => `${text} d`,
}

/** Every code; what has no sentence here does not compile. */
const CODES = [
  'session-expired',
  'forbidden',
  'protected-branch',
  'read-only',
  'repository-not-found',
  'branch-not-found',
  'not-a-branch',
  'path-too-long',
  'path-invalid',
  'path-twice',
  'metadata-invalid',
  'exists',
  'address-expired',
  'address-taken',
  'storage-refused',
  'storage-full',
  'storage-error',
  'storage-unreachable',
  'etag-hidden',
  'lakefs-error',
  'lakefs-unreachable',
  'checksum-mismatch',
  'not-on-branch',
  'file-changed',
  'file-unreadable',
  'is-folder',
  'too-large',
  'throttled',
  'aborted',
  'option-invalid',
  'protocol',
] as const satisfies readonly ErrorCode[]
const VERDICTS = 'cors mixed-content bad-address network refused busy etag-hidden unknown fine'.split(' ')

type Late = Pick<Messages, 'errors' | 'checks' | 'refused' | 'unfinished' | 'stopped' | 'wait'>

/** Said as long as the sentences have not come. */
const REASON_LATER = 'the list says why.'
let failures: ((format: Format) => Late) | undefined

/** The sentences of failures have come: every English table says them from now on, those made before too. */
export function learnFailures(sentences: (format: Format) => Late): void {
  failures = sentences
}

export const knowsFailures = (): boolean => failures !== undefined

/** Its sentences of failures are loaded late, by `loadLanguage('en')` or with the rows. */
export const english: Language = {
  units,
  words(f) {
    const n = f.number
    const files = (count: number) => `${n(count)} ${count === 1 ? 'file' : 'files'}`
    let made: Late | undefined
    const late = () => {
      made ??= failures?.(f)
      return made
    }
    const sayLate =
      (code: (typeof CODES)[number]): Sentence =>
      (...facts) =>
        late()?.errors[code](...facts) ?? REASON_LATER
    const partOf = (part: number, whole: number) => f.bytesOf(part, whole, (a, b) => `${a} of ${b}`)
    const andFailed = (count: number) => (count > 0 ? `, ${n(count)} failed` : '')
    const list = new Intl.ListFormat(f.locale, { type: 'conjunction' })
    return {
      region: (address) => `Upload to ${address}`,
      uploadTo: 'Upload to',
      copyAddress: 'Copy address',
      copied: 'Copied',

      chooseFiles: 'Choose files',
      chooseFolder: 'Choose folder',
      dropTitle: 'Drop files or folders',
      dropNote: (folder, branch) => `Folders keep their shape ${folder ? `under ${folder}` : `on ${branch}`}`,
      dragTitle: (count) =>
        count === 0 ? 'Let go to add them' : `Let go to add ${n(count)} ${count === 1 ? 'item' : 'items'}`,
      dragNote: (folder, branch) => `They land ${folder ? `in ${folder} ` : ''}on ${branch}`,
      policy: {
        ask: 'If a name is taken, you are asked',
        overwrite: 'If a name is taken, yours replaces it',
        skip: 'If a name is taken, yours is skipped',
        rename: 'If a name is taken, both are kept',
        fail: 'If a name is taken, yours is refused',
      },
      factUncommitted: 'Uncommitted until you commit',
      held: {
        repository: 'Choose a repository first.',
        branch: 'Choose a branch first.',
        disabled: 'No files can be added right now.',
      },
      notLoaded: {
        part: 'This part of the page did not load. Try again once the network is there, or reload the page; what has arrived stays.',
        files: 'These files were not taken: something on this page failed. Reload the page, then give them again.',
        drop: 'Nothing of this drop has been sent',
        again: 'Try again',
        giveUp: 'Give up the drop',
      },
      dropMore: 'Drop more here at any time',
      keepOpen: 'Keep this page open and in front.',

      totalProgress: 'Total progress',
      sent: (part, whole) => `${partOf(part, whole)} sent`,
      shades: (onBranch, sent, branch) => `${onBranch} on ${branch}, ${sent} sent and not there yet`,
      rateAndLeft: (rate, left) => (left ? `${rate}, about ${left} left` : rate),
      allIdle: (duration) => `Nothing has moved for ${duration}`,
      allAwaitAnswer: 'Waiting for the server to confirm',
      starting: 'Starting',
      adding: (count) => (count === 0 ? 'Adding files' : `Adding ${files(count)}`),
      allPaused: 'Paused',
      waitingForSession: 'Goes on when you sign in',
      waitingForAnswers: 'Needs your answer',
      waiting: 'Waiting',
      counts: {
        queued: () => 'queued',
        checking: () => 'checking',
        sending: () => 'sending',
        finishing: () => 'finishing',
        waiting: () => 'waiting',
        paused: () => 'paused',
        asking: (count) => (count === 1 ? 'needs an answer' : 'need an answer'),
        uploaded: () => 'uploaded',
        skipped: () => 'skipped',
        failed: () => 'failed',
        cancelled: () => 'cancelled',
      },
      retryFailed: 'Retry failed',
      pauseAll: 'Pause all',
      resumeAll: 'Resume all',
      cancelAll: 'Cancel all',
      clearFinished: 'Clear finished',
      arrived: (count, branch, failed) => `${files(count)} arrived on ${branch}${andFailed(failed)}`,
      nothingArrived: (branch, failed) => `Nothing arrived on ${branch}${andFailed(failed)}`,
      arrivedIn: (bytes, duration) => (duration ? `${bytes} in ${duration}.` : `${bytes}.`),
      notCommitted: 'Not committed yet.',
      confirming: (branch) => `Checking that everything is on ${branch}…`,
      notConfirmed: (branch) => `${branch} could not be read to check this.`,
      skippedIdentical: (branch) => `skipped, identical on ${branch}`,

      filters: 'Show',
      all: 'All',
      active: 'Active',
      failed: 'Failed',
      done: 'Done',
      showAs: 'Show as',
      asFolders: 'Folders',
      asFiles: 'Files',

      files: 'Files',
      noFiles: 'No files here.',
      status: {
        queued: 'Queued',
        checking: 'Checking',
        sending: 'Sending',
        finishing: 'Finishing',
        waiting: 'Waiting',
        paused: 'Paused',
        asking: 'Needs an answer',
        uploaded: 'Uploaded',
        skipped: 'Skipped',
        failed: 'Failed',
        cancelled: 'Cancelled',
      },
      pause: (name) => `Pause ${name}`,
      resume: (name) => `Resume ${name}`,
      cancel: (name) => `Cancel ${name}`,
      retry: (name) => `Retry ${name}`,
      remove: (name) => `Remove ${name}`,
      showDetails: (name) => `Details of ${name}`,
      checking: (branch) => `comparing with ${branch}`,
      rate: (rate) => rate,
      left: (duration) => ({ text: `about ${duration} left`, short: `${duration} left` }),
      idle: (duration) => ({ text: `nothing has moved for ${duration}`, short: `nothing moved for ${duration}` }),
      awaitsAnswer: { text: 'all sent, waiting for the server to confirm', short: 'sent, not confirmed yet' },
      repeating: (part) => `repeating part ${part}`,
      addressEnds: (left) => ({ text: `its address ends in ${left}, the rest is sent again`, short: '' }),
      deletedSince: (branch) => ({ text: `deleted from ${branch} since`, short: 'deleted since' }),
      replacedSince: { text: 'replaced by another upload since', short: 'replaced since' },
      partsGoOn: 'parts already under way go on',
      finishing: (branch) => ({
        text: `all bytes stored, putting it on ${branch}`,
        short: `putting it on ${branch}`,
      }),
      wait: (...said) => late()?.wait(...said) ?? { text: '' },
      waitSession: (branch, percent, stored) =>
        stored
          ? { text: `all bytes stored, goes on ${branch} when you sign in`, short: 'stored, until you sign in' }
          : percent
            ? { text: `${percent} sent, goes on when you sign in`, short: `${percent}, until you sign in` }
            : { text: 'goes on when you sign in', short: 'until you sign in' },
      percentSent: (percent) => `${percent} sent`,
      conflict: (branch, size, day) => ({
        text: `${branch} has another version: ${size}${day ? `, ${day}` : ''}`,
        short: `${size} on ${branch}`,
      }),
      answers: { overwrite: 'Replace', skip: 'Skip', rename: 'Keep both' },
      keepBothAs: (name) => `saves yours as ${name}`,
      forAllConflicts: 'For all conflicts in this drop',
      verified: 'checksum matches',
      notVerified: 'checksum not verified',
      skipped: (reason, branch) => (reason === 'identical' ? `identical on ${branch}` : `${branch} keeps its version`),
      errors: Object.fromEntries(CODES.map((code) => [code, sayLate(code)])) as Record<
        (typeof CODES)[number],
        Sentence
      >,
      shortErrors: {
        'checksum-mismatch': () => 'the stored copy differs from your file. Retry to send it again.',
      },
      errorDetails: (detail) => `The server said: ${detail}`,
      checks: Object.fromEntries(
        VERDICTS.map((verdict) => [verdict, (origin: string) => late()?.checks[verdict]?.(origin) ?? REASON_LATER]),
      ),

      physicalAddress: 'Stored at',
      contentType: 'Type',
      checksum: 'Checksum',
      metadata: 'Metadata',
      parts: 'Parts',
      partsOf: (done, all) => `${done} of ${all}`,
      partsCompared: (all) => `${all}, each with a checksum that matches`,
      tries: 'Tries',
      lastMinutes: 'Speed, last minutes',
      destination: 'Lands at',
      saveDestination: 'Save',

      filesCount: files,
      filesOf: (done, count) => `${done} of ${files(count)}`,
      identicalSkipped: (count) => `${n(count)} identical, skipped`,
      failedCount: (count) => `${n(count)} failed`,
      filesOneReason: (count) => `${files(count)}, one reason`,
      showMore: (sending, queued) => {
        if (sending === 0) return `Show ${n(queued)} queued`
        return `Show ${n(sending)} more that ${sending === 1 ? 'is' : 'are'} sending${queued ? ` and ${n(queued)} queued` : ''}`
      },
      rootFolder: 'Not in a folder',
      allDone: 'Nothing left to do here.',
      partOf,

      sessionTitle: 'Your session has ended',
      sessionNote: 'Nothing is lost. What is stored stays stored, and the rest goes on from where it was.',
      signIn: 'Sign in',

      unfinishedTitle: 'Unfinished on this computer',
      unfinished: (facts) => late()?.unfinished(facts) ?? REASON_LATER,
      stopped: (groups) => late()?.stopped(groups) ?? REASON_LATER,
      goOn: 'Go on',
      chooseFilesAgain: 'Choose the same files again',
      chooseFolderAgain: 'Choose folder again',
      discard: 'Discard',
      startsAnew: 'the file changed since the last visit, so it starts anew',
      missesDeadline: (until) => ({
        text: `too slow: its place is kept until ${until}`,
        short: `too slow for ${until}`,
      }),
      keptUntil: (until) => ({ text: `its place is kept until ${until}`, short: `until ${until}` }),
      showCheck: 'Show the check',
      copyRule: 'Copy rule',
      copyReport: 'Copy report',
      downloadLog: 'Download log',

      leftOut({ junk, junkNames, empty, unreadable, refused }) {
        const parts = []
        if (junk > 0) parts.push(`${n(junk)} junk ${junk === 1 ? 'file' : 'files'} (${junkNames.join(', ')})`)
        if (empty > 0) parts.push(`${n(empty)} empty ${empty === 1 ? 'folder' : 'folders'}`)
        if (unreadable > 0) parts.push(`${n(unreadable)} that cannot be read`)
        if (refused > 0) parts.push(`${files(refused)} that ${refused === 1 ? 'does' : 'do'} not fit`)
        return `Left out: ${list.format(parts)}.`
      },
      showThem: 'Show them',
      hideThem: 'Hide them',
      includeJunk: (count) => (count === 1 ? 'Include the junk file' : `Include the ${n(count)} junk files`),
      leftJunk: 'junk',
      leftEmpty: 'empty folder: lakeFS keeps files only',
      leftUnreadable: 'cannot be read',
      refused: (file, limits) => late()?.refused(file, limits) ?? REASON_LATER,
      andMore: (count) => `and ${n(count)} more`,

      saysStart: (count) => `Uploading ${files(count)}.`,
      saysQuarter: (percent) => `${percent} done.`,
      saysEnd({ uploaded, skipped, failed, cancelled }) {
        const parts = [
          [uploaded, 'uploaded'],
          [skipped, 'skipped'],
          [failed, 'failed'],
          [cancelled, 'cancelled'],
        ] as const
        const said = parts.filter(([count]) => count > 0).map(([count, word]) => `${n(count)} ${word}`)
        return `Finished: ${said.join(', ')}.`
      },
      saysFailed: (name, sentence) => `Failed: ${name}, ${sentence}`,
      saysFailedMany: (count, sentence) => `${files(count)} failed: ${sentence}`,
    }
  },
}
