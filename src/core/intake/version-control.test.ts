import { expect, it } from 'vitest'
import { versionControlIn } from './version-control.ts'

it.each([
  ['.git/config', '.git/'],
  ['a/b/.git/objects/ab/cdef', '.git/'],
  ['a/.GIT/HEAD', '.GIT/'],
  // A worktree, a submodule.
  ['a/.git', '.git'],
  ['.hg/store/data', '.hg/'],
  ['a/.svn/wc.db', '.svn/'],
  ['.bzr/README', '.bzr/'],
  ['.jj/repo/store', '.jj/'],
  ['_darcs/format', '_darcs/'],
  ['.sl/requires', '.sl/'],
  ['.pijul/config', '.pijul/'],
  ['.fslckout', '.fslckout'],
  ['CVS/Root', 'CVS/'],
  ['a/CVS/Entries.Log', 'CVS/'],
  ['RCS/a.c,v', 'RCS/'],
  ['SCCS/s.a.c', 'SCCS/'],
  ['a/.lakefs_ref.yaml', '.lakefs_ref.yaml'],
])('%j belongs to version control, by %j', (path, matched) => expect(versionControlIn(path)).toBe(matched))

it.each([
  '.gitignore',
  '.gitattributes',
  '.gitmodules',
  '.github/workflows/a.yml',
  '.hgignore',
  'git/config',
  'project.git/HEAD',
  'CVS/sales.csv',
  'CVS',
  'RCS/photo.jpg',
  'cvs/Root.csv',
])('%j is a file of its own', (path) => expect(versionControlIn(path)).toBeUndefined())
