import type { AnswerFacts, PathFault, UploadError, Waiting } from '../../core/index.ts'
import type { Format } from './format.ts'
import type { Messages, StoppedFiles } from './messages.ts'

/** The English sentences of failures, and others that are said late. They come with the rows or with the piece that says them. */
export function englishFailures(
  f: Format,
): Pick<Messages, 'errors' | 'checks' | 'refused' | 'unfinished' | 'stopped' | 'wait'> {
  const n = f.number
  const files = (count: number) => `${n(count)} ${count === 1 ? 'file' : 'files'}`
  const fact = (facts: UploadError['facts'], name: string) => {
    const value = facts[name]
    return typeof value === 'number' ? value : undefined
  }
  /** Who gave an error for an answer, as far as the answer shows it. */
  const answers = (side: Waiting['side'], { answer, by }: Partial<AnswerFacts>) => {
    const who = side === 'storage' ? 'the store' : 'lakeFS'
    return `${who}${by === 'unknown' ? ' or a server in front of it' : ''} answers with an error${answer ? ` (${answer})` : ''}`
  }
  const pathFaults: Readonly<Record<PathFault, string>> = {
    empty: 'the path is empty. Give the file a name.',
    nul: 'the path has a NUL character in it, which no store takes. Take it out.',
    'half-character': 'the path has half a character in it, which cannot be sent. Type that name again.',
    dots: 'a name in the path is “.” or “..”. Give that folder or file another name.',
    'trailing-slash': 'the path ends in a slash, so the file has no name. Add one.',
    'empty-segment': 'the path has two slashes in a row, so a folder has no name. Take one slash out.',
  }
  return {
    errors: {
      'session-expired': () => 'your session has ended. Sign in to go on.',
      forbidden: () => 'you may not write here. Ask for write access to this repository, or choose another.',
      'protected-branch': (_, { branch }) => `${branch} is protected. Use an upload branch.`,
      'read-only': () => 'this repository is read-only. Choose another repository.',
      'repository-not-found': () => 'there is no repository with this name. Choose another repository.',
      'branch-not-found': () => 'there is no branch with this name. Choose another branch.',
      'not-a-branch': (_, { branch }) => `${branch} is not a branch, and only branches take uploads. Choose a branch.`,
      'path-too-long': (facts) =>
        `the path is ${n(fact(facts, 'bytes') ?? 0)} bytes and ${n(fact(facts, 'limit') ?? 1024)} is the limit. Shorten a folder or file name.`,
      'path-invalid': ({ reason }) => pathFaults[reason as PathFault] ?? 'this path cannot be used. Change it.',
      'path-twice': () => 'two files were given for this path. Rename one of them.',
      'metadata-invalid': () => 'this store cannot take this metadata. Use plain names and one line a value.',
      exists: (_, { branch }) => `${branch} got a file with this name meanwhile. Retry to compare again.`,
      // Azure's URL ended again and again while the blocks went; or lakeFS gave up a place where all bytes lay.
      'address-expired': (facts) =>
        fact(facts, 'restarts') !== undefined
          ? 'sending takes longer than the store’s link lasts. Retry on a faster network.'
          : 'the place kept for this file expired after 24 hours. Retry to send it again.',
      'address-taken': () => 'lakeFS moved this file to another place again and again. Retry later.',
      'storage-refused': (_facts, _place, count) =>
        `the store refused ${count > 1 ? 'these files' : 'this file'}. Ask its owner to allow uploads, then retry.`,
      'storage-full': (facts, _place, count) =>
        facts.unsent === undefined
          ? 'the store is full. Make room or ask its owner for more, then retry.'
          : `the store is full, so ${count > 1 ? 'these files were' : 'this file was'} not sent. Make room or ask its owner for more, then retry.`,
      'storage-error': (facts) => `${answers('storage', facts)}. Retry later, or tell the store’s owner.`,
      'storage-unreachable': () => 'the store cannot be reached from this page. Show the check.',
      'etag-hidden': () =>
        'the store hides its checksum from this page. Ask its owner to expose the ETag header, then retry.',
      'lakefs-error': (facts) => `${answers('lakefs', facts)}. Retry later, or tell whoever runs it.`,
      'lakefs-unreachable': () => 'lakeFS does not answer. Check the network, then retry.',
      'checksum-mismatch': (_facts, _place, count) =>
        count > 1
          ? 'the stored copies differ from your files. Retry to send them again.'
          : 'the stored copy differs from your file, so it was left out. Retry to send it again.',
      'not-on-branch': ({ stored }, { branch }, count) =>
        count > 1
          ? `lakeFS confirmed these files, but they are not on ${branch}. ${stored ? 'Retry to put them there.' : 'Choose them again.'}`
          : `lakeFS confirmed this file, but it is not on ${branch}. ${stored ? 'Retry to put it there.' : 'Choose it again.'}`,
      'file-changed': (_facts, _place, count) =>
        count > 1
          ? 'the files changed while they were sent. Choose them again.'
          : 'the file changed while it was sent. Choose it again.',
      'file-unreadable': (_facts, _place, count) =>
        count > 1
          ? 'the files cannot be read any more. Choose them again.'
          : 'the file cannot be read any more. Choose it again.',
      'is-folder': () =>
        'this is a folder, and only its files can be sent. Drop it on the page or choose it as a folder.',
      'too-large': (facts) => {
        const size = fact(facts, 'size') ?? fact(facts, 'bytes')
        const limit = fact(facts, 'limit')
        return size !== undefined && limit !== undefined
          ? `${f.bytes(size)} is over this store’s limit of ${f.bytes(limit)}. Split the file.`
          : 'this file is over the store’s limit. Split the file.'
      },
      throttled: (facts) => {
        const seconds = fact(facts, 'seconds')
        const time = seconds === undefined ? '' : ` for ${f.duration(seconds)}`
        return `${facts.side === 'lakefs' ? 'lakeFS' : 'the store'} was too busy${time}. Retry later.`
      },
      aborted: () => 'stopped.',
      'option-invalid': () => 'this page is set up with a figure that cannot be. Tell its owner.',
      protocol: () => 'lakeFS gave an answer we do not know. Retry, or copy the details for support.',
    },
    checks: {
      cors: (origin) =>
        `${origin} answers, but its CORS rule does not let this page send. Its owner has to allow PUT from this page and expose ETag.`,
      'mixed-content': (origin) => `${origin} is not on https, and a page on https may not send there.`,
      network: (origin) => `Nothing answers at ${origin}. The address may be one that only servers reach.`,
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
    refused({ reason, size }, { maxSize, maxFiles, accept }) {
      if (reason === 'size') return `${f.bytes(size)} is over the limit of ${maxSize ?? ''} here`
      if (reason === 'count') return `only ${maxFiles ?? ''} files are taken here`
      return `only ${accept ?? ''} are taken here`
    },
    wait({ reason, side, answered }, next) {
      const who = reason === 'token' ? 'the sign-in of this page' : side === 'storage' ? 'the store' : 'lakeFS'
      if (reason === 'offline') return { text: 'no network, goes on by itself' }
      if (reason === 'other-tab') return { text: 'another tab is uploading this file', short: 'in another tab' }
      const why = answered
        ? answers(side, answered)
        : reason === 'busy'
          ? `${who} asks to slow down`
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
      }
      const parts = groups.map(({ why, count }, index) => {
        const who = index === 0 ? files(count) : n(count)
        return `${who} ${count === 1 ? 'was' : 'were'} ${did[why]}`
      })
      return `${new Intl.ListFormat(f.locale, { type: 'conjunction' }).format(parts)}.`
    },
  }
}
