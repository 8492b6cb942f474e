/** Wrong flag, file or address. The command prints it as one sentence without a stack. */
export class UsageError extends Error {
  override name = 'UsageError'
}

/** Path of the API on every lakeFS. */
const API = '/api/v1'

/**
 * Parses the address of lakeFS, with or without `/api/v1`, possibly below a path. The path of the result has no slash
 * at its end.
 */
export function lakefsAddress(text: string): URL {
  const url = httpUrl(text, 'The address of lakeFS')
  if (url.username || url.password) {
    throw new UsageError('The address of lakeFS must not carry a name or password: people sign in on the page.')
  }
  if (url.search || url.hash) throw new UsageError(`The address of lakeFS must end at its path: ${text}`)
  const path = url.pathname.replace(/\/+$/, '')
  url.pathname = path.endsWith(API) ? path.slice(0, -API.length) : path
  return url
}

/** Parses an origin: scheme, host and port, as in the Origin header. */
export function originAddress(text: string, what: string): string {
  const url = httpUrl(text, what)
  if (url.pathname !== '/' || url.search || url.hash || url.username || url.password) {
    throw new UsageError(`${what} is scheme, host and port alone: ${url.origin}`)
  }
  return url.origin
}

/** Normalises the base path of the page: it starts and ends with a slash. */
export function basePath(text: string): string {
  const path = `/${text}/`.replace(/\/{2,}/g, '/')
  if (!/^\/([\w.~-]+\/)*$/.test(path) || /\/\.{1,2}\//.test(path)) {
    throw new UsageError(`The sub path has letters, digits, "-", "_", "." and "/" only: ${text}`)
  }
  return path
}

function httpUrl(text: string, what: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined
  if (!url || !/^https?:$/.test(url.protocol)) {
    throw new UsageError(`${what} starts with http:// or https://, and this does not: ${text}`)
  }
  return url
}
