import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))

/** Names that examples use without saying where they come from. */
const PRELUDE = `
declare const session: { jwt: string }
declare const destination: { repository: string; branch: string; prefix: string }
declare const options: { repository: string; branch: string }
declare const file: File
declare const files: File[]
declare const list: File[]
declare const rows: string[]
declare const site: string
declare const zone: HTMLElement
declare const uploader: import('lakefs-uploader').Uploader
declare function login(): void
declare function track(event: string): void
declare function openSignInDialog(): Promise<void>
declare function render(snapshot: import('lakefs-uploader/core').Snapshot): void
declare function idFrom(name: string): string
declare function save(value: unknown): Promise<void>
declare function alertPlatformTeam(): void
declare function useBlocker(block: () => boolean): void
declare function BranchPicker(props: { value: string; onChange: (value: string) => void }): import('react').ReactNode
type FormEvent = import('react').FormEvent
declare const useState: typeof import('react').useState
declare const LakeFSUploader: typeof import('lakefs-uploader').LakeFSUploader
declare const useUploader: typeof import('lakefs-uploader').useUploader
declare const createUploader: typeof import('lakefs-uploader').createUploader
`

/**
 * Writes each TypeScript example of the docs into a project, as a module that compiles where the example does.
 * @returns how many there are.
 */
export function writeSnippets(project: string, pages: readonly string[]): number {
  const folder = join(project, 'snippets')
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, 'prelude.d.ts'), PRELUDE)
  let count = 0
  for (const page of pages) {
    const text = readFileSync(join(ROOT, page), 'utf8')
    const blocks = [...text.matchAll(/^```tsx?\n([\s\S]*?)^```/gm)].map(([, code = '']) => code)
    blocks.forEach((code, index) => {
      const name = `${page.replace(/\W/g, '-')}-${index + 1}.tsx`
      writeFileSync(join(folder, name), moduleOf(code))
      count += 1
    })
  }
  return count
}

/** An import, on one line or several. */
const IMPORT = /^import (?:[^'"]*? from )?'.*'.*$/gm

/** Imports stay at the top; the rest becomes a body, and lines of bare JSX its values. */
function moduleOf(code: string): string {
  const imports = code.match(IMPORT) ?? []
  const rest = code
    .replace(IMPORT, '')
    .replace(/^export (default )?/gm, (_, isDefault) => (isDefault ? 'const _ = ' : ''))
  // A prop alone, as examples show one, is a prop of the component.
  if (/^\w+=\{/.test(rest.trim())) return `export const shown = <LakeFSUploader {...destination} ${rest.trim()} />\n`
  const values = rest.replace(/^<([\s\S]*?)(\/>|<\/\w+>)(?=\s*(\/\/.*)?$)/gm, (jsx) => `void (${jsx});`)
  const semicolons = values.replace(/^(void \()/gm, ';$1')
  return `${imports.join('\n')}\nexport async function shown() {\n${semicolons}\n}\n`
}
