import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { isSystemFile, systemFileIn } from './system-files.ts'

describe('junk', () => {
  it.each([
    ['a/.DS_Store', '.DS_Store'],
    ['Thumbs.db', 'Thumbs.db'],
    ['DESKTOP.INI', 'DESKTOP.INI'],
    ['x/._photo.jpg', '._photo.jpg'],
    ['x/Icon\r', 'Icon\r'],
    // Documents that are open.
    ['~$Report.docx', '~$Report.docx'],
    ['d/~$data.xlsx', '~$data.xlsx'],
    ['d/~WRL0003.tmp', '~WRL0003.tmp'],
    ['d/.~lock.table.ods#', '.~lock.table.ods#'],
    ['d/base.laccdb', 'base.laccdb'],
    ['d/.notes.txt.swp', '.notes.txt.swp'],
    ['d/.#notes.txt', '.#notes.txt'],
    ['d/.nfs000000000001a2b3', '.nfs000000000001a2b3'],
    ['d/.fuse_hidden0000001', '.fuse_hidden0000001'],
    // All of a folder, at any depth, and by the outermost name.
    ['@eaDir/x.jpg', '@eaDir/'],
    ['a/@eaDir/b/SYNOPHOTO_THUMB_M.jpg', '@eaDir/'],
    ['__MACOSX/._a', '__MACOSX/'],
    ['a/__macosx/b/c.txt', '__macosx/'],
    ['$RECYCLE.BIN/S-1-5/x.txt', '$RECYCLE.BIN/'],
    ['disk/System Volume Information/IndexerVolumeGuid', 'System Volume Information/'],
    ['.Spotlight-V100/Store-V2/a', '.Spotlight-V100/'],
    ['a/.Trash-1000/files/b', '.Trash-1000/'],
    ['#recycle/b', '#recycle/'],
    ['a/.@__thumb/default_b.jpg', '.@__thumb/'],
    ['disk/lost+found/1', 'lost+found/'],
    ['.dropbox.cache/a', '.dropbox.cache/'],
  ])('%j, by %j', (path, matched) => expect(systemFileIn(path)).toBe(matched))

  it.each([
    '.gitignore',
    '.env',
    '.htaccess',
    'thumbs.db.csv',
    'my Thumbs.db',
    'Icon',
    'notes.txt~',
    '~notes.txt',
    'a.tmp',
    'price$.csv',
    '$RECYCLE.BIN',
    'eaDir/x.jpg',
    'x@eaDir/x.jpg',
    'recycle/a',
    '_.jpg',
    'part-0000.part',
    'System Volume Information.txt',
    'a.lock',
    'lock.ods#',
  ])('nothing that people name so: %j', (path) => expect(isSystemFile(path)).toBe(false))

  it('tells each path by itself, whichever came before', () => {
    const paths = ['@eaDir/a', 'a', '@eaDir/a', 'b/c', 'b/.DS_Store', 'b/c']
    expect(paths.map(isSystemFile)).toEqual([true, false, true, false, true, false])
  })

  it('has a link for each group of names', () => {
    const text = readFileSync(new URL('./system-files.ts', import.meta.url), 'utf8')
    const groups = text.match(/names: \[/g)?.length
    expect(groups).toBeGreaterThan(10)
    expect(text.match(/source: 'https:\/\/[^']+'/g)).toHaveLength(groups ?? 0)
  })
})
