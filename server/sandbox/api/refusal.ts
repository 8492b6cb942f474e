import type { HttpBindings } from '@hono/node-server'
import type { Context } from 'hono'

export type Call = Context<{ Bindings: HttpBindings }>

/** Error answer of the API: `{"message": …}`. */
export class Refusal extends Error {
  override name = 'Refusal'
  readonly status: number
  /** Body of the answer, by default the object with the message. */
  readonly body: unknown

  constructor(status: number, message: string, body?: unknown) {
    super(message)
    this.status = status
    this.body = body ?? { message }
  }
}

export function notFound(what: string): Refusal {
  return new Refusal(404, what ? `${what} not found` : 'not found')
}

/** Returns a required parameter of the query. */
export function parameter(c: Call, name: string): string {
  const value = c.req.query(name)
  const error = (words: string) => new Refusal(400, `parameter "${name}" in query has an error: ${words}`)
  if (value === undefined) throw error('value is required but missing')
  if (value === '') throw error('empty value is not allowed')
  return value
}

export function flag(c: Call, name: string): boolean {
  return c.req.query(name) === 'true'
}

type Kind = 'string' | 'number' | 'boolean' | 'object' | 'array'

/** Parses a JSON body and validates it; a kind with `?` is optional. */
export async function body<T>(c: Call, schema: string, fields: Record<string, Kind | `${Kind}?`>): Promise<T> {
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
  return given as T
}

function kindOf(value: unknown): string {
  return Array.isArray(value) ? 'array' : value === null ? 'null' : typeof value
}
