export function hasText<K extends string>(body: unknown, key: K): body is Record<K, string> {
  return typeof body === 'object' && body !== null && typeof (body as Record<string, unknown>)[key] === 'string'
}

export function hasObject<K extends string>(body: unknown, key: K): body is Record<K, object> {
  const value = typeof body === 'object' && body !== null ? (body as Record<string, unknown>)[key] : undefined
  return typeof value === 'object' && value !== null
}
