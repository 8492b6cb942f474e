import type { Hono } from 'hono'
import { getCookie, setCookie } from 'hono/cookie'
import { sign, verify } from 'hono/jwt'
import { userWith } from '../people.ts'
import type { Lake } from '../world.ts'
import { seconds } from '../world.ts'
import { type ApiEnv, type Call, Refusal } from './refusal.ts'
import { bodyOf } from './schemas.ts'

/** Name of the session cookie. */
export const SESSION = 'internal_auth_session'
const COOKIE_AGE = 30 * 24 * 3600

interface Claims {
  sub: string
  iat: number
  exp: number
  /** Ms since 1970 when the session began: expiring all sessions must not expire a later one of the same second. */
  at: number
}

const denied = () => new Refusal(401, 'error authenticating request')

/**
 * Creates a function that returns the user of a request by its Basic keys, Bearer token or session cookie; undefined
 * without any.
 */
export function createGate(lake: Lake): (c: Call) => Promise<string | undefined> {
  const known = new Map<string, Claims>()

  async function claimsOf(token: string): Promise<Claims> {
    const before = known.get(token)
    if (before) return before
    let claims: Claims
    try {
      // The clock of the sandbox decides about the expiry.
      const options = { alg: 'HS256', exp: false, iat: false, nbf: false } as const
      claims = (await verify(token, lake.identity.secret, options)) as unknown as Claims
    } catch {
      throw denied()
    }
    if (known.size > 1000) known.clear()
    known.set(token, claims)
    return claims
  }

  return async (c) => {
    const header = c.req.header('Authorization')
    const [scheme = '', value = ''] = header?.split(' ', 2) ?? []
    if (scheme === 'Basic') {
      const [id = '', ...secret] = Buffer.from(value, 'base64').toString().split(':')
      const user = userWith(lake, { accessKeyId: id, secretAccessKey: secret.join(':') })
      if (user === undefined) throw denied()
      return user
    }
    const token = scheme === 'Bearer' ? value : header === undefined ? getCookie(c, SESSION) : undefined
    if (header !== undefined && token === undefined) throw denied()
    if (!token) return undefined
    const claims = await claimsOf(token)
    if (claims.exp <= lake.now() / 1000 || claims.at < lake.sessionsFrom) throw denied()
    return claims.sub
  }
}

type App = Hono<ApiEnv>

/** Adds the routes that need no session. */
export function addSession(app: App, lake: Lake, who: (c: Call) => Promise<string | undefined>): void {
  app.post('/api/v1/auth/login', async (c) => {
    const given = await bodyOf<{ access_key_id: string; secret_access_key: string }>(c)
    const user = userWith(lake, { accessKeyId: given.access_key_id, secretAccessKey: given.secret_access_key })
    if (user === undefined) throw denied()
    const now = seconds(lake)
    const exp = now + lake.settings.sessionSeconds
    // Nor may it expire a later session of the same millisecond.
    const at = Math.max(lake.now(), lake.sessionsFrom)
    const token = await sign({ sub: user, iat: now, exp, at }, lake.identity.secret, 'HS256')
    setCookie(c, SESSION, token, {
      path: '/',
      expires: new Date(lake.now() + COOKIE_AGE * 1000),
      maxAge: COOKIE_AGE,
      httpOnly: true,
      sameSite: 'Lax',
    })
    return c.json({ token, token_expiration: exp })
  })

  app.get('/logout', (c) => {
    setCookie(c, SESSION, '', { path: '/', expires: new Date(1000), maxAge: 0, httpOnly: true, sameSite: 'Lax' })
    c.header('Location', '/auth/login')
    c.header('Content-Type', 'text/html; charset=utf-8')
    return c.body('<a href="/auth/login">Temporary Redirect</a>.\n\n', 307)
  })

  app.get('/api/v1/user', async (c) => {
    const user = await who(c)
    if (user === undefined) return c.json({ user: { creation_date: 0, id: '' } })
    return c.json({ user: { creation_date: lake.identity.created, email: '', friendly_name: '', id: user } })
  })

  app.get('/api/v1/setup_lakefs', (c) =>
    c.json({
      comm_prefs_missing: true,
      login_config: {
        RBAC: 'none',
        login_cookie_names: [SESSION],
        login_failed_message: "The credentials don't match.",
        login_url: '',
        login_url_method: 'none',
        logout_url: '',
      },
      state: 'initialized',
    }),
  )

  app.get('/api/v1/healthcheck', (c) => c.body(null, 204))
}
