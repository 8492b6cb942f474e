import type { UploadError } from '../index.ts'

/** Texts of the page outside the widget. */
export interface PageWords {
  language: string
  direction: 'ltr' | 'rtl'
  title: string
  product: string
  slogan: string
  pitch: string
  tail: string
  loading: string
  retry: string
  /** Shown until lakeFS has answered whether the user is signed in. */
  unreachableTitle: string
  unreachable: string
  askNow: string
  signIn: string
  signOut: string
  /** Asks for confirmation of a sign-out that would stop uploads. */
  signOutStops: string
  stay: string
  signedOutOnlyHere: string
  accessKeyId: string
  secretAccessKey: string
  showKey: string
  hideKey: string
  wrongKeys: string
  noAnswer: string
  otherRefusal: (detail: string) => string
  thenYouUploadTo: string
  byBrowserSignIn: string
  orByKeys: string
  repository: string
  branch: string
  folder: string
  choices: string
  noChoices: string
  moreChoices: (count: string) => string
  looking: string
  fine: (branch: string) => string
  fineByMerge: (branch: string) => string
  verdict: (error: UploadError, branch: string) => string
  /** Replaces the result of the precheck when another destination would help, but the page has only one. */
  lockedOut: (branch: string) => string
  createBranch: string
  useUploadBranch: string
  switches: string
  ifTaken: string
  policies: Readonly<Record<'ask' | 'overwrite' | 'skip' | 'rename' | 'fail', string>>
  planFirst: string
  planFact: string
  planFirstWhy: string
  saved: string
  savedWhy: string
  direct: string
  directWhy: string
  allOrNothing: string
  allOrNothingWhy: string
  review: string
  reviewWhy: string
  noReview: string
  rules: string
  rulesWhy: string
  rulesPairs: string
  rulesPairsHint: string
  rulesPattern: string
  rulesRequired: string
  rulesRequiredHint: string
  rulesTable: string
  rulesTableHint: string
  rulesTableRead: (rows: string) => string
  rulesTableBad: string
  listing: string
  listingEmpty: string
  listingRoot: string
  listingFailed: string
  listingMore: string
  uploadHere: string
  settingsBroken: string
  settingsHint: string
}

export const english: PageWords = {
  language: 'en',
  direction: 'ltr',
  title: 'lakeFS Uploader',
  product: 'Uploader',
  slogan: 'Drop files onto a branch.',
  pitch:
    'See what is new, changed or already there before the first byte leaves. Lose the network or close the tab: only what is missing is sent again.',
  tail: 'Bytes go from this browser to the object store. lakeFS only records where they are.',
  loading: 'One moment',
  retry: 'Try again',
  unreachableTitle: 'Waiting for lakeFS',
  unreachable: 'lakeFS does not answer. This page keeps asking and continues as soon as it does.',
  askNow: 'Ask now',
  signIn: 'Sign in',
  signOut: 'Sign out',
  signOutStops: 'Files are still under way, and signing out stops them.',
  stay: 'Stay',
  signedOutOnlyHere: 'lakeFS did not end the session. Close the browser to be sure.',
  accessKeyId: 'Access key ID',
  secretAccessKey: 'Secret access key',
  showKey: 'Show what you typed',
  hideKey: 'Hide what you typed',
  wrongKeys: 'lakeFS does not know this key pair. Check both fields.',
  noAnswer: 'lakeFS gives no answer. Check the network, then try again.',
  otherRefusal: (detail) => `lakeFS refused: ${detail}`,
  thenYouUploadTo: 'Then you upload to',
  byBrowserSignIn: 'Sign in with your organisation',
  orByKeys: 'or with access keys',
  repository: 'Repository',
  branch: 'Branch',
  folder: 'Folder',
  choices: 'Choices',
  noChoices: 'Nothing fits. Enter takes the name as typed.',
  moreChoices: (count) => `${count} more. Type to narrow down.`,
  looking: 'Looking at the branch',
  fine: (branch) => `${branch} takes uploads from you. They stay uncommitted until you commit.`,
  fineByMerge: (branch) => `Files gather aside and join ${branch} by a merge.`,
  verdict: ({ code, detail, facts }, branch) => {
    switch (code) {
      case 'protected-branch':
        return `${branch} is protected: it changes by merge only. Use an upload branch.`
      case 'read-only':
        return 'This repository is read-only. Choose another repository.'
      case 'repository-not-found':
        return `There is no repository ${facts.repository ?? ''}. Choose another.`
      case 'store-unknown':
        return 'lakeFS does not know the store of this repository. Tell whoever runs it, or choose another.'
      case 'branch-not-found':
        return `There is no branch ${branch}. Choose another, or create it.`
      case 'not-a-branch':
        return `${branch} is a tag, and tags never change. Choose a branch.`
      case 'forbidden':
        return `You may not write here. Ask for ${facts.permission ?? 'write access'} on this repository, or choose another.`
      case 'session-expired':
        return 'Your session has ended. Sign in to go on.'
      case 'not-lakefs':
        return 'A web page answers at the address of lakeFS. Tell whoever set this page up.'
      case 'proxy-refused':
        return `A server before lakeFS refuses this request (${facts.answer}). Tell whoever runs it.`
      case 'lakefs-error':
        return `lakeFS${facts.by === 'unknown' ? ' or a server in front of it' : ''} answers with an error (${facts.answer}). This page asks again automatically.`
      case 'lakefs-unreachable':
        return 'lakeFS gives no answer. This page asks again automatically.'
      default:
        return `lakeFS could not tell about ${branch}${detail ? `: ${detail}` : '.'}`
    }
  },
  lockedOut: (branch) => `${branch} takes no files, and this page sends nowhere else. Ask whoever set the page up.`,
  createBranch: 'Create branch',
  useUploadBranch: 'Use an upload branch',
  switches: 'How files are sent',
  ifTaken: 'If a name is taken',
  policies: {
    ask: 'Ask each time',
    overwrite: 'Replace',
    skip: 'Skip',
    rename: 'Keep both',
    fail: 'Fail',
  },
  planFirst: 'Show the plan first',
  planFact: 'You see the plan before a byte is sent',
  planFirstWhy: 'Compares with the branch and waits for you before the first byte.',
  saved: 'Receipt or plan of an earlier drop',
  savedWhy: 'Goes on from there: files that it knows are not read again, and what has arrived stays.',
  direct: 'Send small files through lakeFS',
  directWhy: 'Up to 1 MB in one request instead of four: faster for thousands of small files.',
  allOrNothing: 'All or nothing',
  allOrNothingWhy: 'Files gather on a branch of their own and join together, or not at all.',
  review: 'Ask for a review',
  reviewWhy: 'Ends in a pull request instead of a merge.',
  noReview: 'This lakeFS has no pull requests, so the files are merged without a review.',
  rules: 'Metadata by rule',
  rulesWhy: 'Set on each object as it arrives. The plan shows it for every file.',
  rulesPairs: 'For every file',
  rulesPairsHint: 'One a line: key=value',
  rulesPattern: 'From the path',
  rulesRequired: 'Required keys',
  rulesRequiredHint: 'With commas between',
  rulesTable: 'From a table',
  rulesTableHint: 'CSV or JSON with a column path',
  rulesTableRead: (rows) => `${rows} rows read.`,
  rulesTableBad: 'This table cannot be read. It needs a header and a column path.',
  listing: 'What is there',
  listingEmpty: 'Nothing here yet.',
  listingRoot: 'top',
  listingFailed: 'The list could not be read.',
  listingMore: 'Show more',
  uploadHere: 'Upload here',
  settingsBroken: 'config.json cannot be used',
  settingsHint: 'Whoever put up this page can mend it. Then load the page again.',
}
