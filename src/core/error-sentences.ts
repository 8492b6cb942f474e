import type { AnswerFacts, ErrorCode, ErrorFacts, PathFault } from './error-codes.ts'

/** Formats numbers for sentences; the component formats them in its locale. */
export interface Figures {
  number(value: number): string
  bytes(bytes: number): string
  duration(seconds: number): string
  /** Date and time. */
  moment(ms: number): string
}

/** Says what happened and what to do, beginning in lower case. `count` is the number of files with this reason. */
export type Sentence = (facts: ErrorFacts, count: number) => string

const UNITS = ['bytes', 'KB', 'MB', 'GB', 'TB']

/** Number format of sentences outside the component. */
const plain: Figures = {
  number: (value) => value.toLocaleString('en'),
  bytes(bytes) {
    const power = Math.min(UNITS.length - 1, Math.floor(Math.log10(Math.max(1, bytes)) / 3))
    return `${Number((bytes / 1000 ** power).toPrecision(3))} ${UNITS[power]}`
  },
  duration: (seconds) => (seconds < 120 ? `${Math.round(seconds)} s` : `${Math.round(seconds / 60)} min`),
  moment: (ms) => new Intl.DateTimeFormat('en-GB', { dateStyle: 'medium', timeStyle: 'short' }).format(ms),
}

const pathFaults: Readonly<Record<PathFault, string>> = {
  empty: 'the path is empty. Give the file a name.',
  nul: 'the path has a NUL character in it, which no store takes. Take it out.',
  'half-character': 'the path has half a character in it, which cannot be sent. Type that name again.',
  dots: 'a name in the path is “.” or “..”. Give that folder or file another name.',
  'trailing-slash': 'the path ends in a slash, so the file has no name. Add one.',
  'empty-segment': 'the path has two slashes in a row, so a folder has no name. Take one slash out.',
}

function numberOf(facts: ErrorFacts, name: string): number | undefined {
  const value = facts[name]
  return typeof value === 'number' ? value : undefined
}

/** Names the server that gave an answer, as far as the answer shows it. */
export function answerer(side: unknown, by: unknown): string {
  return `${side === 'lakefs' ? 'lakeFS' : 'the store'}${by === 'unknown' ? ' or a server in front of it' : ''}`
}

/** Says which server gave an error. */
export function answersWithError(side: 'lakefs' | 'storage', { answer, by }: Partial<AnswerFacts>): string {
  return `${answerer(side, by)} answers with an error${answer ? ` (${answer})` : ''}`
}

/** Returns the English sentences of all errors. */
export function errorSentences(f: Figures): Readonly<Record<ErrorCode, Sentence>> {
  return {
    'session-expired': () => 'your session has ended. Sign in to go on.',
    forbidden: ({ permission, repository = 'this repository' }) =>
      permission === undefined
        ? 'you may not write here. Ask for write access to this repository, or choose another.'
        : permission === 'fs:WriteObject'
          ? `you may not write here: ${permission} is missing. Ask for it on ${repository}, or choose another repository.`
          : `you may not do this: ${permission} is missing. Ask for it on ${repository}.`,
    'protected-branch': ({ branch = 'the branch' }) => `${branch} is protected. Use an upload branch.`,
    'read-only': () => 'this repository is read-only. Choose another repository.',
    'proxy-refused': ({ answer }) =>
      answer === '413'
        ? 'a server before lakeFS takes no request of this size (413). Ask whoever runs it to allow larger ones.'
        : `a server before lakeFS refuses this request${answer ? ` (${answer})` : ''}. Tell whoever runs it.`,
    'not-lakefs': () => 'a web page answers at the address of lakeFS. Tell the owner of this page.',
    'blocked-by-policy': ({ directive = 'connect-src', origin = 'this address' }) =>
      `the security policy of this page does not allow ${origin}. Its owner has to add it to ${directive}.`,
    blocked: () =>
      'requests with this name get no answer, and others do: probably something in this browser blocks this name, such as an ad blocker, or a server in between does. Allow this page there or choose another name, then retry.',
    'repository-not-found': () => 'there is no repository with this name. Choose another repository.',
    'store-unknown': ({ repository = 'this repository', store }) =>
      `lakeFS does not know the store ${store ? `“${store}” ` : ''}of ${repository}. Tell whoever runs it, or choose another repository.`,
    'branch-not-found': () => 'there is no branch with this name. Choose another branch.',
    'not-a-branch': ({ branch = 'this' }) =>
      `${branch} is not a branch, and only branches take uploads. Choose a branch.`,
    'path-too-long': (facts) =>
      `the path is ${f.number(numberOf(facts, 'bytes') ?? 0)} bytes and ${f.number(numberOf(facts, 'limit') ?? 1024)} is the limit. Shorten a folder or file name.`,
    'path-invalid': ({ reason }) => pathFaults[reason as PathFault] ?? 'this path cannot be used. Change it.',
    'path-twice': () => 'two files were given for this path. Rename one of them.',
    'metadata-invalid': () => 'this store cannot take this metadata. Use plain names and one line a value.',
    exists: ({ branch = 'the branch' }) => `${branch} got a file with this name meanwhile. Retry to compare again.`,
    // Azure's URL expired again and again while blocks were sent, or lakeFS dropped an address that had all bytes.
    'address-expired': (facts) =>
      numberOf(facts, 'restarts') !== undefined
        ? 'sending takes longer than the store’s link lasts. Retry on a faster network.'
        : 'the place kept for this file expired after 24 hours. Retry to send it again.',
    'address-taken': () => 'lakeFS moved this file to another place again and again. Retry later.',
    'storage-refused': (_, count) =>
      `the store refused ${count > 1 ? 'these files' : 'this file'}. Ask its owner to allow uploads, then retry.`,
    'storage-full': (facts, count) =>
      facts.unsent === undefined
        ? 'the store is full. Make room or ask its owner for more, then retry.'
        : `the store is full, so ${count > 1 ? 'these files were' : 'this file was'} not sent. Make room or ask its owner for more, then retry.`,
    'storage-error': (facts) => `${answersWithError('storage', facts)}. Retry later, or tell the store’s owner.`,
    'storage-unreachable': ({ check, permission = 'local-network' }) => {
      if (check === 'body-limit')
        return 'small requests get through, large ones do not: a server before the store limits the body, or cuts long requests. Show the check.'
      if (check === 'permission')
        return `this browser denies this page the permission ${permission}, so the store cannot be reached. Show the check.`
      return 'the store cannot be reached from this page. Show the check.'
    },
    'etag-hidden': () =>
      'the store hides its checksum from this page. Ask its owner to expose the ETag header, then retry.',
    'lakefs-error': (facts) => `${answersWithError('lakefs', facts)}. Retry later, or tell whoever runs it.`,
    'lakefs-unreachable': () => 'lakeFS does not answer. Check the network, then retry.',
    'checksum-mismatch': ({ left }, count) =>
      count > 1
        ? 'the stored copies differ from your files. Retry to send them again.'
        : `the stored copy differs from your file${left ? ' and is still on the branch' : ', so it was left out'}. Retry to send it again.`,
    'path-mismatch': ({ path = '', got = '', left }) =>
      `lakeFS was asked for “${path}” and answered for “${got}”, ${left ? 'where it is still' : 'so the file was taken back'}. A server in between changes addresses: tell whoever runs it.`,
    'size-mismatch': (facts) =>
      `of ${f.bytes(numberOf(facts, 'size') ?? 0)}, ${f.bytes(numberOf(facts, 'arrived') ?? 0)} arrived, ${facts.left ? 'and are there still' : 'so the file was taken back'}. A server in between cuts requests: tell whoever runs it.`,
    'object-unreadable': ({ left }, count) =>
      count > 1
        ? 'the stored copies cannot be read back. Tell the store’s owner.'
        : `the stored copy cannot be read back${left ? ', and its entry is still on the branch' : ', so it was left out'}. Tell the store’s owner.`,
    'not-on-branch': ({ stored, branch = 'the branch' }, count) =>
      count > 1
        ? `lakeFS confirmed these files, but they are not on ${branch}. ${stored ? 'Retry to put them there.' : 'Choose them again.'}`
        : `lakeFS confirmed this file, but it is not on ${branch}. ${stored ? 'Retry to put it there.' : 'Choose it again.'}`,
    'file-changed': (_, count) =>
      count > 1
        ? 'the files changed while they were sent. Choose them again.'
        : 'the file changed while it was sent. Choose it again.',
    'file-unreadable': (_, count) =>
      count > 1
        ? 'the files cannot be read. Retry, or choose them again.'
        : 'the file cannot be read. Retry, or choose it again.',
    'is-folder': () =>
      'this is a folder, and only its files can be sent. Drop it on the page or choose it as a folder.',
    'too-large': (facts) => {
      const size = numberOf(facts, 'size') ?? numberOf(facts, 'bytes')
      const limit = numberOf(facts, 'limit')
      return size !== undefined && limit !== undefined
        ? `${f.bytes(size)} is over this store’s limit of ${f.bytes(limit)}. Split the file.`
        : 'this file is over the store’s limit. Split the file.'
    },
    throttled: (facts) => {
      const seconds = numberOf(facts, 'seconds')
      const time = seconds === undefined ? '' : ` for ${f.duration(seconds)}`
      const who = answerer(facts.side, facts.by)
      const until = numberOf(facts, 'until')
      return until === undefined
        ? `${who} was too busy${time}. Retry later.`
        : `${who} asks to wait until ${f.moment(until)}. Retry then.`
    },
    aborted: () => 'stopped.',
    'option-invalid': ({ option }) =>
      `the setting ${option ? `“${option}”` : 'for uploads'} of this page has a value that does not work. Tell the page’s owner.`,
    protocol: () => 'lakeFS gave an answer we do not know. Retry, or copy the details for support.',
  }
}

let sentences: Readonly<Record<ErrorCode, Sentence>> | undefined

/** Returns the sentence of one error, beginning with a capital letter. */
export function errorSentence(code: ErrorCode, facts: ErrorFacts): string {
  sentences ??= errorSentences(plain)
  return standAlone(sentences[code], facts)
}

/** Capitalises the first letter of a sentence of the table; a branch or lakeFS at its start keeps its spelling. */
export function standAlone(say: Sentence, facts: ErrorFacts): string {
  const sentence = say(facts, 1)
  if (facts.branch !== undefined && sentence.startsWith(`${facts.branch}`)) return sentence
  // The pattern passes over a name with a capital in it, such as lakeFS.
  return sentence.replace(/^\p{Ll}(?=\p{Ll}*[ ,.])/u, (letter) => letter.toUpperCase())
}
