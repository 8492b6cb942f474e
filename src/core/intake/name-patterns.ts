/** Returns the name in a path that matches a pattern, with a slash if it is that of a folder. */
export type NamePatterns = (path: string) => string | undefined

/**
 * Compiles patterns for the names in a path, compared without case, as most file systems of desktops do. `*` stands for
 * any characters. A pattern with a slash at its end matches a folder, and everything in it.
 */
export function namePatterns(patterns: readonly string[]): NamePatterns {
  const folderNames = patterns.filter((pattern) => pattern.endsWith('/')).map((pattern) => pattern.slice(0, -1))
  const file = compiled(patterns.filter((pattern) => !pattern.endsWith('/')))
  const folder = compiled(folderNames)
  // Files of one folder follow each other, and there may be 100,000 of them.
  let last: { folder: string; found: string | undefined } = { folder: '', found: undefined }
  return (path) => {
    const slash = path.lastIndexOf('/')
    const name = path.slice(slash + 1)
    const inside = path.slice(0, Math.max(0, slash))
    if (inside !== last.folder) {
      const found = inside.split('/').find((one) => folder.test(one))
      last = { folder: inside, found: found === undefined ? undefined : `${found}/` }
    }
    return last.found ?? (file.test(name) ? name : undefined)
  }
}

function compiled(patterns: readonly string[]): RegExp {
  const sources = patterns.map((pattern) => pattern.replace(/[.+?^$()|[\]{}\\]/g, '\\$&').replaceAll('*', '.*'))
  return new RegExp(`^(?:${sources.join('|')})$`, 'isu')
}
