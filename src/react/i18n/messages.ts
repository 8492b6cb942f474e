import { answerer, answersWithError, errorSentences, type Sentence } from '../../core/error-sentences.ts'
import type {
  ConflictAnswer,
  ConflictPolicy,
  ErrorCode,
  ErrorFacts,
  FileStatus,
  Rejection,
  SkipReason,
  Stopped,
  WaitReason,
  WaitState,
} from '../../core/index.ts'
import { type Format, isLong, type Units } from './format.ts'
import type { VersionedMessages } from './messages.versioned.ts'

/** Detail after the word of the status. `short` replaces it in a narrow list, and `''` hides it there. */
export interface Detail {
  text: string
  short?: string
}

/** Number of unfinished files that stopped for one reason other than a failure. */
export interface StoppedFiles {
  why: Exclude<Stopped['type'], 'waiting' | 'failed'> | WaitReason
  count: number
}

/**
 * All texts of the widget in one language. A host replaces any of them by the `messages` prop. Numbers come formatted;
 * the `count` beside them selects the plural. NAME is a destination path below the prefix.
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
  /** Reasons why no files are accepted: no repository or branch is chosen, or the host disabled the widget. */
  held: Readonly<Record<'repository' | 'branch' | 'disabled', string>>
  /**
   * Texts when a chunk could not be loaded: for a part of the page, for added files, and on the button that loads it
   * again.
   */
  notLoaded: Readonly<Record<'part' | 'files' | 'again', string>>
  dropMore: string
  /** Files were dragged over the widget, and their drop did not arrive. */
  dropLost: string
  keepOpen: string

  totalProgress: string
  /** "8.76 of 12.4 GB sent". */
  sent: (part: number, whole: number) => string
  /** Tooltip of the total bar: its two shades in words. */
  shades: (onBranch: string, sent: string, branch: string) => string
  rateAndLeft: (rate: string, left: string | undefined) => string
  /** No file has made progress for that long; replaces the speed and the remaining time. */
  allIdle: (duration: string) => string
  /** All bytes of every active file are sent, and lakeFS or the store has not confirmed them yet. */
  allAwaitAnswer: string
  starting: string
  /** Files are being read and added; 0 while their number is unknown. */
  adding: (files: number) => string
  allPaused: string
  waitingForSession: string
  waitingForAnswers: string
  waiting: string
  counts: Readonly<Record<FileStatus, (count: number) => string>>
  retryFailed: string
  pauseAll: string
  resumeAll: string
  cancelAll: string
  clearFinished: string
  arrived: (count: number, branch: string, failed: number) => string
  nothingArrived: (branch: string, failed: number) => string
  /** Title when every file was skipped, because the branch has the same bytes. */
  alreadyThere: (branch: string) => string
  arrivedIn: (bytes: string, duration: string | undefined) => string
  notCommitted: string
  /** Shown while the uploaded files are compared with the branch. */
  confirming: (branch: string) => string
  /** The branch could not be read for the comparison. */
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
  status: Readonly<Record<FileStatus, string>>
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
  /** The address of the store expires before all bytes are sent; the missing parts are sent again. */
  addressEnds: (left: string) => Detail
  /** The session ends before a file in one request is sent. */
  sessionEnds: (left: string) => Detail
  /** Another object was at the path of an uploaded file at the end. */
  replacedSince: Detail
  /** Another user had deleted the uploaded file from the branch at the end. */
  deletedSince: (branch: string) => Detail
  partsGoOn: string
  finishing: (branch: string) => Detail
  wait: (waiting: WaitState, next: string | undefined) => Detail
  waitSession: (branch: string, percent: string | undefined, stored: boolean) => Detail
  percentSent: (percent: string) => string
  conflict: (branch: string, size: string, day: string | undefined) => Detail
  answers: Readonly<Record<ConflictAnswer, string>>
  /** Names the file that "Keep both" would create. */
  keepBothAs: (name: string) => string
  forAllConflicts: string
  verified: string
  notVerified: string
  skipped: (reason: SkipReason, branch: string) => string
  /** A skipped file that is as this browser has uploaded it, and was not read again. */
  unchangedSince: string
  /**
   * Sentence for each code, beginning in lower case: what happened and what to do. `count` is the number of files with
   * this reason.
   */
  errors: Readonly<Record<ErrorCode, Sentence>>
  /** Shorter sentences for a narrow list. */
  shortErrors: Readonly<Partial<Record<ErrorCode, Sentence>>>
  errorDetails: (detail: string) => string
  /** What was found where the store or lakeFS gave no answer, while files wait and when they fail. */
  checks: Readonly<Record<string, (origin: string, facts?: ErrorFacts) => string>>

  physicalAddress: string
  contentType: string
  checksum: string
  metadata: string
  parts: string
  partsOf: (done: string, all: string) => string
  /** The MD5 of each part or block of an uploaded file matches the store's. */
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
  /** Shown in an opened folder without files left to upload. */
  allDone: string
  /** "7.90 of 9.40 GB". */
  partOf: (part: number, whole: number) => string

  sessionTitle: string
  sessionNote: string
  signedOutTitle: string
  /** `here`: the widget has a way to sign in. */
  signedOutNote: (here: boolean) => string
  signIn: string

  unfinishedTitle: string
  unfinished: (left: {
    files: number
    bytes: string
    landed: number
    branch: string
    until: string | undefined
  }) => string
  /** Reasons why unfinished files stopped, in one sentence for at least one group. */
  stopped: (groups: readonly StoppedFiles[]) => string
  goOn: string
  chooseFilesAgain: string
  chooseFolderAgain: string
  discard: string
  /** Shown on a row whose file differs from the one whose upload was begun. */
  startsAnew: string
  /** Shown on a row that is too slow for the 24 hours of its address. */
  missesDeadline: (until: string) => Detail
  /** Shown on a waiting file whose bytes are all stored. */
  keptUntil: (until: string) => Detail
  /**
   * Words of the button that opens the check. Where the sentence of an error contains them, they are the button in it;
   * elsewhere the button follows the sentence.
   */
  showCheck: string
  copyRule: string
  /** Button beside a store that stops the files, and what that way costs. */
  sendThroughLakeFS: string
  throughLakeFSCosts: string
  copyReport: string
  downloadLog: string

  /**
   * Rejected files, in one sentence. `unfit` counts files that are too large, too many or of another type. The names
   * are those by which files were told to be of the system or of version control: `.DS_Store`, `.git/`.
   */
  rejections: (counts: {
    systemFiles: number
    systemNames: readonly string[]
    versionControl: number
    versionControlNames: readonly string[]
    emptyFolders: number
    unreadable: number
    unfit: number
  }) => string
  showThem: string
  hideThem: string
  includeJunk: (count: number) => string
  /** Button that adds the files of `.git/` and the like. */
  includeVersionControl: (count: number) => string
  /** Reason why one file was rejected. */
  rejected: (rejection: Rejection, limits: { maxSize?: string; maxFiles?: string; accept?: string }) => string
  andMore: (count: number) => string

  saysStart: (count: number) => string
  saysQuarter: (percent: string) => string
  saysEnd: (counts: { uploaded: number; skipped: number; failed: number; cancelled: number }) => string
  saysFailed: (name: string, sentence: string) => string
  saysFailedMany: (count: number, sentence: string) => string

  /**
   * Texts of the panels for plan, commands, commit, merge, undo and receipts. They replace the panels' own, which are
   * loaded with the panels in the language of `locale`.
   */
  panels?: Partial<VersionedMessages>
}

/** A language: its units, and a function that creates its texts with them. */
export interface Language {
  /** Language tag for its numbers and dates. */
  locale: string
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

/** English, which is loaded from the start. */
export const english: Language = {
  locale: 'en',
  units,
  words(f) {
    const n = f.number
    const files = (count: number) => `${n(count)} ${count === 1 ? 'file' : 'files'}`
    const partOf = (part: number, whole: number) => f.bytesOf(part, whole, (a, b) => `${a} of ${b}`)
    const andFailed = (count: number) => (count > 0 ? `, ${n(count)} failed` : '')
    const list = new Intl.ListFormat(f.locale, { type: 'conjunction' })
    return {
      ...englishFailures(f),
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
        again: 'Try again',
      },
      dropMore: 'Drop more here at any time',
      dropLost:
        'If you dropped files here: they did not arrive, because this page caught the drop. Choose them with a button instead.',
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
      alreadyThere: (branch) => `Everything is already on ${branch}.`,
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
      sessionEnds: (left) => ({ text: `your session ends in ${left}, then all of it is sent again`, short: '' }),
      addressEnds: (left) => ({ text: `its address ends in ${left}, the rest is sent again`, short: '' }),
      deletedSince: (branch) => ({ text: `deleted from ${branch} since`, short: 'deleted since' }),
      replacedSince: { text: 'replaced by another upload since', short: 'replaced since' },
      partsGoOn: 'parts already under way go on',
      finishing: (branch) => ({
        text: `all bytes stored, putting it on ${branch}`,
        short: `putting it on ${branch}`,
      }),
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
      unchangedSince: 'unchanged since your last upload',
      skipped: (reason, branch) => (reason === 'identical' ? `identical on ${branch}` : `${branch} keeps its version`),
      shortErrors: {
        'checksum-mismatch': () => 'the stored copy differs from your file. Retry to send it again.',
      },
      errorDetails: (detail) => `The server said: ${detail}`,

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
      signedOutTitle: 'You are not signed in',
      signedOutNote: (here) =>
        here
          ? 'Sign in to lakeFS to send these files.'
          : 'Sign in to lakeFS in another tab. The files then go on by themselves.',
      signIn: 'Sign in',

      unfinishedTitle: 'Unfinished on this computer',
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
      sendThroughLakeFS: 'Send through lakeFS',
      throughLakeFSCosts:
        'Files can go through lakeFS instead. That is slower, each is one request that starts over when it breaks, and a server before lakeFS may refuse large ones.',
      copyReport: 'Copy report',
      downloadLog: 'Download log',

      rejections({ systemFiles, systemNames, versionControl, versionControlNames, emptyFolders, unreadable, unfit }) {
        const parts = []
        if (versionControl > 0)
          parts.push(`${files(versionControl)} of version control (${versionControlNames.join(', ')})`)
        if (systemFiles > 0)
          parts.push(`${n(systemFiles)} junk ${systemFiles === 1 ? 'file' : 'files'} (${systemNames.join(', ')})`)
        if (emptyFolders > 0) parts.push(`${n(emptyFolders)} empty ${emptyFolders === 1 ? 'folder' : 'folders'}`)
        if (unreadable > 0) parts.push(`${n(unreadable)} that cannot be read`)
        if (unfit > 0) parts.push(`${files(unfit)} that ${unfit === 1 ? 'does' : 'do'} not fit`)
        return `Left out: ${list.format(parts)}.`
      },
      showThem: 'Show them',
      hideThem: 'Hide them',
      includeJunk: (count) => (count === 1 ? 'Include the junk file' : `Include the ${n(count)} junk files`),
      includeVersionControl: (count) =>
        count === 1 ? 'Include the version control file' : `Include the ${n(count)} version control files`,
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

/** English sentences of errors and of reasons why uploads wait or stopped. */
function englishFailures(
  f: Format,
): Pick<Messages, 'errors' | 'checks' | 'rejected' | 'unfinished' | 'stopped' | 'wait'> {
  const n = f.number
  const files = (count: number) => `${n(count)} ${count === 1 ? 'file' : 'files'}`
  return {
    errors: errorSentences(f),
    checks: {
      cors: (origin) =>
        `${origin} answers, but its CORS rule probably does not let this page send: there is none, or it lacks this page or PUT. Or a server before it refuses or redirects the question that the browser asks first (preflight). The rule that it needs:`,
      'cors-header': (origin, { header = 'a header' } = {}) =>
        `${origin} answers this page, but only requests without ${header}: its CORS rule lacks ${header}. Its owner has to allow it.`,
      'cors-preflight': (origin) =>
        `${origin} answers this page, but not the question that the browser asks before a PUT (preflight). Probably its CORS rule lacks PUT, or a server before it refuses or redirects that question. The rule that it needs:`,
      'cors-redirect': (origin) =>
        `${origin} sends this page to another address, and browsers follow none before a PUT. Probably lakeFS has the wrong region or endpoint for it.`,
      'lakefs-cors': (origin) =>
        `${origin} answers, but this page may not read it: lakeFS has no CORS. Serve page and lakeFS from one origin, or through a proxy.`,
      hidden: (origin) =>
        `${origin} has answered before, and now answers with something that this page may not read: probably an error of a server before it. Goes on when that is over.`,
      'body-limit': (origin, { passes = 0, stops = 0 } = {}) =>
        `small requests get through, large ones do not: a server before the store limits the body${stops ? ` (${f.bytes(Number(passes))} got through, ${f.bytes(Number(stops))} did not)` : ''}, or cuts long requests to ${origin}. Its owner has to allow more.`,
      policy: (origin, { directive = 'connect-src' } = {}) =>
        `The security policy of this page (${directive}) does not allow ${origin}. The page’s owner has to send this instead:`,
      permission: (origin, { permission = 'local-network' } = {}) =>
        `This browser denies this page the permission ${permission}, which it needs to reach servers near you. ${origin} probably is one. Allow it in the settings of this site, then retry.`,
      script: (origin) =>
        `A script of this page stops requests to ${origin}: without it, they get through. Tell the page’s owner.`,
      'mixed-content': (origin) => `${origin} is not on https, and a page on https may not send there.`,
      loopback: (origin) =>
        `Nothing answers at ${origin}. One of: it is off; or this browser, such as Safari, lets no page on https send there without https.`,
      network: (origin, { permission } = {}) =>
        `Nothing answers at ${origin}. It cannot be reached: it is off, its name is unknown here, or a firewall is between${permission ? `; or this page lacks the permission ${permission}` : ''}.`,
      refused: (origin) => `${origin} can be reached and refuses uploads.`,
      busy: (origin) => `${origin} can be reached, and is too busy or has a fault of its own. Retry later.`,
      'bad-address': (origin) =>
        origin
          ? `lakeFS gives ${origin} as its store’s address, and a page can only send to http or https.`
          : 'lakeFS gives an address for its store that is no URL.',
      unknown: () => 'lakeFS gave no address to try the store with.',
      'etag-hidden': (origin) => `${origin} takes uploads and hides the ETag. Its owner has to expose it.`,
      fine: (origin) => `${origin} can be reached now. Retry.`,
    },
    rejected({ code, size = 0 }, { maxSize, maxFiles, accept }) {
      if (code === 'system-file') return 'junk'
      if (code === 'version-control') return 'version control'
      if (code === 'empty-folder') return 'empty folder: lakeFS keeps files only'
      if (code === 'file-unreadable') return 'cannot be read'
      if (code === 'file-too-large') return `${f.bytes(size)} is over the limit of ${maxSize ?? ''} here`
      if (code === 'too-many-files') return `only ${maxFiles ?? ''} files are taken here`
      return `only ${accept ?? ''} are taken here`
    },
    wait({ reason, side, answered, until }, next) {
      const who = reason === 'token' ? 'the sign-in of this page' : answerer(side, answered?.by)
      if (reason === 'offline') return { text: 'no network, goes on by itself' }
      if (reason === 'other-tab') return { text: 'another tab is uploading this file', short: 'in another tab' }
      if (reason === 'file-unreadable') {
        return {
          text: `the file cannot be read now${next ? `, next try in ${next}` : ''}`,
          short: 'cannot be read now',
        }
      }
      if (reason === 'store-clock') {
        const then = next ? `, goes on in ${next}` : ''
        return { text: `the store’s clock is behind that of lakeFS${then}`, short: `store’s clock is behind${then}` }
      }
      if (reason === 'busy' && next && isLong(until)) {
        const then = f.moment(until)
        return { text: `${who} asks to wait until ${then}, goes on by itself`, short: `waits until ${then}` }
      }
      const why =
        reason === 'busy'
          ? `${who} asks to slow down`
          : answered
            ? answersWithError(side, answered)
            : `${who} does not answer`
      return next ? { text: `${why}, next try in ${next}`, short: `next try in ${next}` } : { text: why }
    },
    unfinished({ files: count, bytes, landed, branch, until }) {
      const end = until === undefined ? '' : ` until ${until}`
      if (landed === 0) return `${files(count)}, ${bytes} left. ${count === 1 ? 'It' : 'They'} can go on${end}.`
      return `${n(landed)} of ${files(landed + count)} are on ${branch}. The other ${n(count)} can go on${end}.`
    },
    stopped(groups) {
      const did: Readonly<Record<StoppedFiles['why'], string>> = {
        paused: 'paused',
        interrupted: 'interrupted when the page closed',
        asking: 'waiting for your answer',
        offline: 'waiting for the network',
        session: 'waiting for you to sign in',
        busy: 'waiting for a busy server',
        'lakefs-unreachable': 'waiting for lakeFS to answer',
        'storage-unreachable': 'waiting for the store to answer',
        'lakefs-error': 'waiting for lakeFS after an error',
        'storage-error': 'waiting for the store after an error',
        'other-tab': 'waiting for another tab',
        token: 'waiting for the sign-in of this page',
        'store-clock': 'waiting for the store’s clock',
        'file-unreadable': 'waiting to be readable again',
      }
      const parts = groups.map(({ why, count }, index) => {
        const who = index === 0 ? files(count) : n(count)
        return `${who} ${count === 1 ? 'was' : 'were'} ${did[why]}`
      })
      return `${new Intl.ListFormat(f.locale, { type: 'conjunction' }).format(parts)}.`
    },
  }
}
