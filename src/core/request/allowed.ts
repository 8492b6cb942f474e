/**
 * Returns what a function reads of the browser; undefined where this page may not have it. In frames without storage,
 * and where a user blocks site data, reading a property such as `indexedDB` throws a SecurityError (whatwg/html,
 * "storage keys" of opaque origins); an upload needs none of these.
 */
export function allowed<T>(read: () => T): T | undefined {
  try {
    return read()
  } catch {
    return undefined
  }
}
