import { expect, test } from 'vitest'
import { readFlags, welcome } from './flags.ts'

test('the sandbox on port 5173, unless something else is said', () => {
  expect(readFlags([], {})).toMatchObject({
    lakefs: undefined,
    store: 's3',
    data: '.sandbox',
    clear: false,
    port: 5173,
  })
  expect(readFlags([], { PORT: '80', LAKEFS_ENDPOINT: 'http://l' })).toMatchObject({ port: 80, lakefs: 'http://l' })
  expect(readFlags(['--port=0', '--lakefs', 'http://m'], { PORT: '80', LAKEFS_ENDPOINT: 'http://l' })).toMatchObject({
    port: 0,
    lakefs: 'http://m',
  })
  expect(readFlags(['--sandbox'], { LAKEFS_ENDPOINT: 'http://l' }).lakefs).toBeUndefined()
  expect(readFlags(['--store-origin', 'http://a', '--store-origin=http://b'], {}).storeOrigins).toHaveLength(2)
})

test.each([
  [['--lakfs', 'http://l'], "Unknown option '--lakfs'. --help lists the options."],
  [['http://l'], "Unexpected argument 'http://l'. --help lists the options."],
  [['--lakefs'], "Option '--lakefs <value>' argument missing. --help lists the options."],
  [['--port', 'http'], '--port is a number up to 65535, not http.'],
  [['--port', '70000'], '--port is a number up to 65535, not 70000.'],
  [['--port', ''], '--port is a number up to 65535, not .'],
  [['--store', 'disk'], '--store is one of s3, azure, gcs, local, and this is not: disk'],
  [['--lakefs', 'http://l', '--sandbox'], 'Choose one: --lakefs or --sandbox.'],
  [['--lakefs', 'http://l', '--clear'], '--clear is for the sandbox, and --lakefs chooses another lakeFS.'],
])('%j', (args, message) => expect(() => readFlags(args, {})).toThrow(message))

test('a wrong PORT is named as such', () => {
  expect(() => readFlags([], { PORT: 'x' })).toThrow('PORT is a number up to 65535, not x.')
})

const keys = { accessKeyId: 'AKIA1', secretAccessKey: 'secret' }
const keysOf = (user: string) => ({ accessKeyId: `AKIA-${user}`, secretAccessKey: 'other' })
const OTHERS = `Keys of people with fewer rights:
  teammate  AKIA-teammate  other  may upload to demo and commit there
  reader    AKIA-reader  other  may only read`

test.each([
  ['another lakeFS', undefined, 'http://127.0.0.1:5173/'],
  [
    'the sandbox',
    { keys, keysOf, storeUrl: 'http://127.0.0.1:7000' },
    `http://127.0.0.1:5173/\nAccess key ID      AKIA1\nSecret access key  secret\n${OTHERS}`,
  ],
  [
    'a store that browsers do not trust yet',
    { keys, keysOf, storeUrl: 'https://127.0.0.1:7000/account' },
    'http://127.0.0.1:5173/\nAccess key ID      AKIA1\nSecret access key  secret\n' +
      `${OTHERS}\n` +
      'Its store has a certificate of its own: open https://127.0.0.1:7000 once and let the browser take it.',
  ],
])('welcomes to the page on %s', (_, sandbox, text) => expect(welcome('http://127.0.0.1:5173/', sandbox)).toBe(text))
