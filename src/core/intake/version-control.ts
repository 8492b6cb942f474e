import { namePatterns } from './name-patterns.ts'

/**
 * Names of what version control systems keep in a working copy, in the form of system-files.ts. It holds the whole
 * history, and often addresses with passwords (`.git/config`). A file that people write for such a system, such as
 * `.gitignore`, is theirs.
 */
const VERSION_CONTROL: readonly { source: string; names: readonly string[] }[] = [
  // A worktree and a submodule have a file of that name.
  { source: 'https://git-scm.com/docs/gitrepository-layout', names: ['.git/', '.git'] },
  {
    source: 'https://www.gnu.org/software/tar/manual/html_node/exclude.html',
    names: ['.svn/', '.hg/', '.bzr/', '_darcs/', '.arch-ids/', '{arch}/'],
  },
  { source: 'https://jj-vcs.github.io/jj/latest/', names: ['.jj/'] },
  { source: 'https://sapling-scm.com/docs/internals/internal-difference-hg', names: ['.sl/'] },
  { source: 'https://pijul.org/manual/', names: ['.pijul/'] },
  { source: 'https://fossil-scm.org/home/doc/trunk/www/fileformat.wiki', names: ['.fslckout', '_FOSSIL_'] },
  { source: 'https://gerrit.googlesource.com/git-repo/+/HEAD/docs/internal-fs-layout.md', names: ['.repo/'] },
  // Where lakectl local keeps which commit a folder is at. It never uploads this file.
  { source: 'https://docs.lakefs.io/latest/howto/local-checkouts/', names: ['.lakefs_ref.yaml'] },
]

/**
 * Folders whose names people use too, with the files by which they are told.
 * https://www.gnu.org/software/trans-coord/manual/cvs/html_node/Working-directory-storage.html,
 * https://www.gnu.org/software/rcs/manual/html_node/Interface-to-rcs.html
 */
const CVS =
  /(?:^|\/)CVS\/(?:Base|Baserev|Baserev\.tmp|Checkin\.prog|Entries(?:\.\w+)?|Notify(?:\.tmp)?|Repository|Root|Tag|Template|Update\.prog|fileattr)$/
const RCS = /(?:^|\/)(?:RCS\/[^/]+,v|SCCS\/[sp]\.[^/]+)$/

const matching = namePatterns(VERSION_CONTROL.flatMap(({ names }) => names))

/**
 * Returns the name in the path by which it belongs to a version control system, with a slash if it is a folder:
 * `.git/`. Undefined for any other path.
 */
export function versionControlIn(path: string): string | undefined {
  if (CVS.test(path) || RCS.test(path)) return `${path.split('/').at(-2)}/`
  return matching(path)
}
