import type { HttpBindings } from '@hono/node-server'
import type { Context } from 'hono'

/** Environment of every route: the request of Node, and the user who sends it. */
export interface ApiEnv {
  Bindings: HttpBindings
  Variables: { user: string }
}

export type Call = Context<ApiEnv>

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

/** Returns a parameter of the query that the shape of the call requires (schemas.ts). */
export function parameter(c: Call, name: string): string {
  return c.req.query(name) ?? ''
}

export function flag(c: Call, name: string): boolean {
  return c.req.query(name) === 'true'
}
