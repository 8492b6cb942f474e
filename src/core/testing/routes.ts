const ROUTES: [method: string, pattern: RegExp, route: string][] = [
  ['GET', /\/config$/, 'config'],
  ['GET', /\/user$/, 'user'],
  ['GET', /\/objects\/stat$/, 'stat'],
  ['GET', /\/objects\/ls$/, 'list'],
  ['GET', /\/objects$/, 'object'],
  ['PUT', /\/objects$/, 'stage'],
  ['PUT', /\/branches\/[^/]+$/, 'reset'],
  ['GET', /\/staging\/backing$/, 'address'],
  ['PUT', /\/staging\/backing$/, 'link'],
  ['POST', /\/staging\/pmpu$/, 'create'],
  ['PUT', /\/parts\/\d+$/, 'sign'],
  ['PUT', /\/pmpu\/[^/]+$/, 'complete'],
  ['DELETE', /\/pmpu\/[^/]+$/, 'abort'],
  ['GET', /\/branch_protection$/, 'protection'],
  ['GET', /\/tags\/[^/]+$/, 'tag'],
  ['GET', /\/branches\/[^/]+$/, 'branch'],
  ['GET', /\/repositories\/[^/]+$/, 'repository'],
]

/** Returns the name of a call; its method and path where it has none. */
export function routeOf(method: string, path: string): string {
  return ROUTES.find(([wanted, pattern]) => wanted === method && pattern.test(path))?.[2] ?? `${method} ${path}`
}
