const MIB = 2 ** 20
const BIG = ['uppy core', 'uppy dashboard', 'ours headless', 'ours headless, no verify', 'ours component']
const SMALL = ['uppy core', 'uppy dashboard', 'ours headless', 'ours component', 'ours direct']

/**
 * What is measured. `way`: near = straight over loopback, long = a round trip of 50 ms and 12.5 MB/s a connection,
 * h2 = the same with TLS and HTTP/2 in front of lakeFS. A target is ours ÷ reference.
 * `quick`: who runs in the smoke. `once`: who is measured in the first round alone, being slow and even. `share`: of the
 * minutes that the whole bench may take.
 */
export const CASES = [
  {
    name: 'long path: one file',
    share: 0.17,
    once: ['bare single PUT', 'uppy core', 'uppy dashboard'],
    what: '256 MiB, 50 ms round trip, 12.5 MB/s a connection',
    way: 'long',
    bytes: 256 * MIB,
    contenders: ['bare single PUT', 'bare 6 part lanes', ...BIG],
    quick: ['bare 6 part lanes', 'ours headless'],
    targets: [
      { ours: 'ours headless', reference: ['bare 6 part lanes'], most: 1.1 },
      { ours: 'ours headless', reference: ['uppy core'], most: 0.25 },
      { ours: 'ours component', reference: ['ours headless'], most: 1.1 },
    ],
  },
  {
    name: 'near: one file',
    share: 0.14,
    what: '1 GiB, no delay added',
    way: 'near',
    bytes: 1024 * MIB,
    contenders: ['bare single PUT', 'bare 6 part lanes', ...BIG],
    quick: ['ours headless, no verify'],
    targets: [
      { ours: 'ours headless, no verify', reference: ['bare single PUT', 'bare 6 part lanes'], most: 1.15 },
      { ours: 'ours headless', reference: ['bare single PUT', 'bare 6 part lanes'], most: 1.4 },
      { ours: 'ours component', reference: ['ours headless'], most: 1.1 },
      { ours: 'ours headless', heap: 10 },
    ],
  },
  {
    name: 'long path: small files',
    share: 0.32,
    once: ['bare 6 files', 'uppy core', 'uppy dashboard'],
    what: '1,000 files of 4 KiB, 50 ms round trip',
    way: 'long',
    count: 1000,
    size: 4096,
    contenders: ['bare 6 files', 'bare 12 files', 'node, 32 connections', ...SMALL],
    quick: ['bare 12 files', 'ours component', 'ours direct'],
    targets: [
      { ours: 'ours headless', reference: ['bare 12 files'], most: 1.1 },
      { ours: 'ours direct', reference: ['bare 12 files'], most: 0.6 },
      { ours: 'ours component', reference: ['ours headless'], most: 1.1 },
    ],
  },
  {
    name: 'HTTP/2 front: small files',
    share: 0.06,
    what: '1,000 files of 4 KiB through lakeFS, 50 ms round trip, TLS and HTTP/2',
    way: 'h2',
    count: 1000,
    size: 4096,
    contenders: ['node, 32 connections', 'bare 64 posts', 'ours direct'],
    quick: ['node, 32 connections', 'bare 64 posts', 'ours direct'],
    targets: [{ ours: 'ours direct', reference: ['node, 32 connections'], most: 1.2 }],
  },
  {
    name: 'long path: a mix',
    share: 0.17,
    once: ['uppy core'],
    what: '600 files of 4 KiB and one of 256 MiB, 50 ms round trip, 12.5 MB/s a connection',
    way: 'long',
    count: 600,
    size: 4096,
    bytes: 256 * MIB,
    contenders: ['bare 12 files', 'uppy core', 'ours headless', 'ours component'],
    quick: ['ours headless'],
    targets: [{ ours: 'ours headless', reference: ['bare 12 files'], most: 1 }],
  },
  {
    name: 'rows',
    share: 0.12,
    what: '20,000 files added, until the page has taken them in',
    way: 'near',
    count: 20_000,
    size: 1,
    only: 'add',
    contenders: ['uppy core', 'uppy dashboard', 'ours headless', 'ours component'],
    quick: ['uppy core', 'ours component'],
    once: ['uppy core', 'uppy dashboard'],
    targets: [
      { ours: 'ours component', ms: 1000 },
      { ours: 'ours component', heap: 40 },
    ],
  },
  {
    name: 'the same drop again',
    share: 0.02,
    what: '5,000 files of 4 KiB that are on the branch, until it is known that none of them has to be sent',
    way: 'near',
    count: 5000,
    size: 4096,
    contenders: ['ours plan', 'ours plan, with its receipt'],
    quick: ['ours plan'],
    targets: [
      { ours: 'ours plan', besideHashing: 5000 },
      { ours: 'ours plan', listed: 6 },
    ],
  },
]

/** No frame may wait longer than this, in any case. */
export const LONGEST_GAP = 60
