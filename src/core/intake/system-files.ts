import { namePatterns } from './name-patterns.ts'

/**
 * Names of files that systems and programs make for themselves and nobody means to upload. `*` stands for any
 * characters; with a slash at its end, a name is that of a folder and means everything in it. A name that people give
 * to files of their own (`notes.txt~`, `Recovery/`, `*.tmp`) is not here, whatever the source says of it.
 */
const SYSTEM_FILES: readonly { source: string; names: readonly string[] }[] = [
  {
    source: 'https://github.com/github/gitignore/blob/main/Global/macOS.gitignore',
    names: [
      '.DS_Store',
      '._*',
      '__MACOSX/',
      '.AppleDouble/',
      '.LSOverride',
      'Icon\r',
      '.DocumentRevisions-V100/',
      '.fseventsd/',
      '.Spotlight-V100/',
      '.TemporaryItems/',
      '.Trashes/',
      '.VolumeIcon.icns',
      '.com.apple.timemachine.donotpresent',
      '.AppleDB/',
      '.AppleDesktop/',
      'Network Trash Folder/',
      'Temporary Items/',
      '.apdisk',
    ],
  },
  {
    source: 'https://github.com/github/gitignore/blob/main/Global/Windows.gitignore',
    names: [
      'Thumbs.db',
      'Thumbs.db:encryptable',
      'ehthumbs.db',
      'ehthumbs_vista.db',
      'desktop.ini',
      '$RECYCLE.BIN/',
      'RECYCLER/',
      'System Volume Information/',
    ],
  },
  {
    source: 'https://github.com/github/gitignore/blob/main/Global/Linux.gitignore',
    names: ['.directory', '.fuse_hidden*', '.nfs0*', '.Trash-*/'],
  },
  // Made by fsck at the root of a volume.
  { source: 'https://refspecs.linuxfoundation.org/FHS_3.0/fhs/ch03.html', names: ['lost+found/'] },
  // Who has a document open, and what Word keeps meanwhile. Windows often lets nobody else read these.
  {
    source: 'https://github.com/github/gitignore/blob/main/Global/MicrosoftOffice.gitignore',
    names: ['~$*', '~WRL*.tmp', '~WRD*.tmp', '~WRA*.tmp', '~DF*.tmp', '*.laccdb'],
  },
  {
    source: 'https://github.com/github/gitignore/blob/main/Global/LibreOffice.gitignore',
    names: ['.~lock.*#'],
  },
  { source: 'https://github.com/github/gitignore/blob/main/Global/Vim.gitignore', names: ['.*.swp', '.*.swo'] },
  { source: 'https://github.com/github/gitignore/blob/main/Global/Emacs.gitignore', names: ['.#*'] },
  // Thumbnails, indexes, bins and snapshots that a NAS keeps in each shared folder.
  { source: 'https://github.com/photoview/photoview/issues/430', names: ['@eaDir/'] },
  {
    source: 'https://github.com/LMS-Community/slimserver/pull/144',
    names: ['#recycle/', '#snapshot/', '@tmp/', '*@SynoResource', '*@SynoEAStream'],
  },
  { source: 'https://github.com/MediaBrowser/Emby/issues/3246', names: ['.@__thumb/'] },
  {
    source: 'https://github.com/nova-video-player/aos-AVP/issues/1308',
    names: ['@Recycle/', '@Recently-Snapshot/'],
  },
  // What programs that keep folders in step leave in them.
  {
    source: 'https://github.com/github/gitignore/blob/main/Global/Dropbox.gitignore',
    names: ['.dropbox', '.dropbox.attr', '.dropbox.cache/'],
  },
  {
    source: 'https://docs.syncthing.net/users/ignoring.html',
    names: ['.stfolder', '.stfolder/', '.stversions/', '.syncthing.*.tmp', '~syncthing~*.tmp'],
  },
  {
    source: 'https://github.com/nextcloud/desktop/blob/master/sync-exclude.lst',
    names: ['._sync_*.db*', '.sync_*.db*', '.owncloudsync.log*', '.nextcloudsync.log*', '.sync.ffs_db', '*.crdownload'],
  },
]

const matching = namePatterns(SYSTEM_FILES.flatMap(({ names }) => names))

/**
 * Returns the name in the path that tells a file which systems or programs make for themselves, with a slash if it is
 * that of a folder: `.DS_Store`, `@eaDir/`. Undefined for any other path.
 */
export function systemFileIn(path: string): string | undefined {
  return matching(path)
}

/** True for files that systems and programs create and users do not mean to upload. */
export function isSystemFile(path: string): boolean {
  return systemFileIn(path) !== undefined
}
