const SYSTEM_FILES = new Set(['.ds_store', 'thumbs.db', 'desktop.ini'])

/** True for files that operating systems create and users do not mean to upload. */
export function isSystemFile(path: string): boolean {
  const name = path.slice(path.lastIndexOf('/') + 1).toLowerCase()
  return SYSTEM_FILES.has(name) || name.startsWith('._')
}
