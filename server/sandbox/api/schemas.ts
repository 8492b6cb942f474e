import { apiRoute } from '../routes.ts'
import { type Call, Refusal } from './refusal.ts'

type Kind = 'string' | 'number' | 'boolean' | 'object' | 'array'
type Fields = Readonly<Record<string, Kind | `${Kind}?`>>

/** What the API description says of a request: parameters of the query, and the body. A `?` marks what may be left out. */
interface Shape {
  query?: Readonly<Record<string, Parameter>>
  body?: { schema: string; fields: Fields; optional?: boolean }
}

type Parameter = 'path' | 'flag' | { least: number; most: number }

/** Number of results of a page. */
const AMOUNT = { amount: { least: -1, most: 1000 } } as const
const PATH = { path: 'path' } as const
const PRESIGN = { presign: 'flag' } as const

/** Shapes by the name of the call (routes.ts), as the API description of lakeFS has them. */
const SHAPES: Readonly<Record<string, Shape>> = {
  login: { body: { schema: 'LoginInformation', fields: { access_key_id: 'string', secret_access_key: 'string' } } },
  repositories: { query: AMOUNT },
  'create-repository': {
    body: {
      schema: 'RepositoryCreation',
      fields: {
        name: 'string',
        storage_namespace: 'string',
        default_branch: 'string?',
        read_only: 'boolean?',
        storage_id: 'string?',
      },
    },
  },
  address: { query: { ...PATH, ...PRESIGN } },
  link: {
    query: PATH,
    body: {
      schema: 'StagingMetadata',
      fields: {
        staging: 'object',
        checksum: 'string',
        size_bytes: 'number',
        content_type: 'string?',
        user_metadata: 'object?',
        mtime: 'number?',
        force: 'boolean?',
      },
    },
  },
  'create-multipart': { query: { ...PATH, parts: { least: Number.MIN_SAFE_INTEGER, most: Number.MAX_SAFE_INTEGER } } },
  'sign-part': { query: PATH, body: { schema: 'UploadPartFrom', fields: { physical_address: 'string' } } },
  'complete-multipart': {
    query: PATH,
    body: {
      schema: 'CompletePresignMultipartUpload',
      fields: { physical_address: 'string', parts: 'array', user_metadata: 'object?', content_type: 'string?' },
    },
  },
  'abort-multipart': {
    query: PATH,
    body: { schema: 'AbortPresignMultipartUpload', fields: { physical_address: 'string' } },
  },
  'stage-allowed': { query: PATH },
  stat: { query: { ...PATH, ...PRESIGN } },
  read: { query: { ...PATH, ...PRESIGN } },
  ls: { query: { ...AMOUNT, ...PRESIGN } },
  upload: { query: PATH },
  'stage-object': {
    query: PATH,
    body: {
      schema: 'ObjectStageCreation',
      fields: {
        physical_address: 'string',
        checksum: 'string',
        size_bytes: 'number',
        content_type: 'string?',
        metadata: 'object?',
      },
    },
  },
  'delete-object': { query: PATH },
  'delete-objects': { body: { schema: 'PathList', fields: { paths: 'array' } } },
  commit: {
    body: {
      schema: 'CommitCreation',
      fields: { message: 'string', metadata: 'object?', allow_empty: 'boolean?' },
    },
  },
  revert: {
    body: {
      schema: 'RevertCreation',
      fields: { ref: 'string', parent_number: 'number', allow_empty: 'boolean?' },
    },
  },
  'cherry-pick': { body: { schema: 'CherryPickCreation', fields: { ref: 'string', parent_number: 'number?' } } },
  uncommitted: { query: AMOUNT },
  diff: { query: AMOUNT },
  merge: {
    body: {
      schema: 'Merge',
      fields: { message: 'string?', metadata: 'object?', strategy: 'string?', allow_empty: 'boolean?' },
      optional: true,
    },
  },
  log: { query: { ...AMOUNT, first_parent: 'flag' } },
  branches: { query: { ...AMOUNT, show_hidden: 'flag' } },
  'create-branch': {
    body: { schema: 'BranchCreation', fields: { name: 'string', source: 'string', hidden: 'boolean?' } },
  },
  reset: { body: { schema: 'ResetCreation', fields: { type: 'string', path: 'string?' } } },
  'create-tag': { body: { schema: 'TagCreation', fields: { id: 'string', ref: 'string' } } },
  'create-pull': {
    body: {
      schema: 'PullRequestCreation',
      fields: { title: 'string', description: 'string?', source_branch: 'string', destination_branch: 'string' },
    },
  },
  'edit-pull': {
    body: { schema: 'PullRequestBasic', fields: { title: 'string?', description: 'string?', status: 'string?' } },
  },
  runs: { query: AMOUNT },
}

/**
 * Compares a request with the API description. lakeFS does that before it looks at the session, so a request that is
 * wrong is 400 to everybody.
 * @throws Refusal 400 with the words of lakeFS's validator.
 */
export async function checkShape(c: Call): Promise<void> {
  const { query = {}, body } = SHAPES[apiRoute(c.req.method, new URL(c.req.url).pathname)] ?? {}
  for (const [name, parameter] of Object.entries(query)) checkParameter(name, c.req.query(name), parameter)
  if (body && !(body.optional && (await c.req.text()) === '')) await checkBody(c, body.schema, body.fields)
}

/** Returns the body, whose shape was checked before. */
export function bodyOf<T>(c: Call): Promise<T> {
  return c.req.json<T>()
}

function checkParameter(name: string, value: string | undefined, parameter: Parameter): void {
  const refuse = (words: string): never => {
    throw new Refusal(400, `parameter "${name}" in query has an error: ${words}`)
  }
  if (value === undefined) {
    if (parameter === 'path') refuse('value is required but missing')
    return
  }
  if (value === '') refuse('empty value is not allowed')
  if (parameter === 'path') return
  if (parameter === 'flag') {
    if (value !== 'true' && value !== 'false') refuse(`value ${value}: an invalid boolean: invalid syntax`)
    return
  }
  const number = Number(value)
  if (!/^-?\d+$/.test(value)) refuse(`value ${value}: an invalid integer: invalid syntax`)
  if (number < parameter.least) refuse(`number must be at least ${parameter.least}`)
  if (number > parameter.most) refuse(`number must be at most ${parameter.most}`)
}

async function checkBody(c: Call, schema: string, fields: Fields): Promise<void> {
  const fail = (words: string) =>
    new Refusal(400, `request body has an error: doesn't match schema #/components/schemas/${schema}: ${words}`)
  let parsed: unknown
  try {
    parsed = await c.req.json()
  } catch {
    throw new Refusal(400, 'request body has an error: failed to decode request body')
  }
  if (kindOf(parsed) !== 'object') throw fail('value must be an object')
  const given = parsed as Record<string, unknown>
  for (const [name, wanted] of Object.entries(fields)) {
    const optional = wanted.endsWith('?')
    const kind = optional ? wanted.slice(0, -1) : wanted
    const value = given[name]
    if (value === undefined) {
      if (!optional) throw fail(`Error at "/${name}": property "${name}" is missing`)
    } else if (value === null) throw fail(`Error at "/${name}": Value is not nullable`)
    else if (kindOf(value) !== kind)
      throw fail(`Error at "/${name}": value must be ${kind === 'array' || kind === 'object' ? 'an' : 'a'} ${kind}`)
  }
}

function kindOf(value: unknown): string {
  return Array.isArray(value) ? 'array' : value === null ? 'null' : typeof value
}
