import type { GivenFiles, ObjectStats, Rejection } from '../core/index.ts'
import type { VersionedProps } from '../react/panels/versioned-props.ts'
import { arrivedFiles, DESTINATION, object, type Scene } from '../react/testing/scenes.ts'
import { change, type LakeFacts } from './scene-lakefs.ts'

/** Scene with a panel: props, facts of its lakeFS, and clicks of the user. */
export interface PanelScene extends Scene {
  props: VersionedProps
  lake: LakeFacts
  /**
   * Files that are dropped as soon as the widget accepts them. Once they are confirmed, the list shows the files of the
   * scene.
   */
  drop?: GivenFiles['files']
  rejections?: readonly Rejection[]
  /** CSS selectors of the elements that are clicked one after another, each as soon as it is enabled. */
  presses?: readonly string[]
  /** CSS selector of an element that exists once the scene is complete. */
  until: string
}

const MB = 1_000_000
const GB = 1000 * MB
const { prefix } = DESTINATION
const SUM = '0cc175b9c0f1b6a831c399e269772661'

/** Creates a dropped file without its bytes. It is no real File: the browser tells another process of each of those. */
function dropped(path: string, size: number, metadata?: Record<string, string>) {
  const name = path.slice(path.lastIndexOf('/') + 1)
  const facts = { name, size, type: '', lastModified: 0, webkitRelativePath: '' }
  const file: File = Object.create(File.prototype, Object.getOwnPropertyDescriptors(facts))
  return { file, path, ...(metadata ? { metadata } : {}) }
}

const series = (count: number, folder: string, bytes: number) =>
  Array.from({ length: count }, (_, index) =>
    dropped(`${folder}/IMG_${String(index).padStart(5, '0')}.dng`, Math.round(bytes / count)),
  )
const there = (files: readonly { path: string; file: File }[], grown = 0): ObjectStats[] =>
  files.map(({ path, file }) => object(path, file.size + grown))

/** Creates a plan of 20,000 files: most are new, some changed, some identical, and four are easily confused. */
function bigPlan(lake: LakeFacts, until: string): PanelScene {
  const fresh = series(18_204, '2025-06-14/cam-01', 62.9 * GB)
  const changed = series(1312, '2025-06-14/cam-02', 4.29 * GB)
  const same = series(480, '2025-06-14/cam-03', 1.2 * GB)
  const alike = [
    dropped('site-a/IMG_0042.JPG', 4.1 * MB),
    dropped('site-a/img_0042.jpg', 4.2 * MB),
    dropped('site-b/notes/café.csv'.normalize('NFC'), 0.7 * MB),
    dropped('site-b/notes/café.csv'.normalize('NFD'), 0.8 * MB),
  ]
  return {
    files: [],
    props: { plan: true, onRequestBranchChange: () => {} },
    lake: { objects: [...there(changed, 17), ...there(same)], md5: SUM, ...lake },
    drop: [...fresh, ...changed, ...same, ...alike],
    until,
  }
}

const plan = () => bigPlan({}, '.lfu-plan-foot')
const planProtected = () => bigPlan({ protected: true }, '.lfu-panel')

/** The listing never answers, so only the number of files is known. */
const planning = (): PanelScene => ({ ...bigPlan({ silent: true }, '.lfu-plan-head .lfu-button') })

const metadata = (): PanelScene => ({
  files: [],
  props: {
    plan: true,
    metadataRules: { defaults: { licence: 'CC-BY-4.0' }, patterns: ['{site}/{date}/…'], required: ['site', 'date'] },
  },
  lake: { changes: [change(`${prefix}ridge-north/2025-06-14/IMG_0413.dng`, 'changed')] },
  drop: [
    dropped('ridge-north/2025-06-14/IMG_0412.dng', 47.1 * MB),
    dropped('ridge-north/2025-06-14/session-b/rectified/left/calibration/IMG_0413.dng', 48.6 * MB),
    dropped('ridge-south/2025-06-15/IMG_0007.dng', 48.2 * MB),
    dropped('readme.md', 1843),
  ],
  until: '.lfu-plan-files',
})

/** The upload is too large for a tab, so the plan shows commands. */
const commands = (): PanelScene => ({
  files: [],
  props: { plan: true },
  lake: {},
  drop: series(120, 'video/2025-06-14', 640 * GB),
  until: '.lfu-command',
})

const OTHERS = [
  'models/resnet/config.yaml',
  'raw/notes/2025/readme.md',
  ...Array.from({ length: 12 }, (_, index) => `raw/masks/mask-${String(index).padStart(3, '0')}.png`),
]

/** Creates a finished upload of 24 files, three of which replaced older versions. */
function arrived(more: Omit<PanelScene, 'files' | 'until'> & { until: string }): PanelScene {
  const files = arrivedFiles(24)
  const mine = files.map(({ path }, index) => change(prefix + path, index < 3 ? 'changed' : 'added'))
  return {
    files,
    ...more,
    lake: {
      objects: files.flatMap((file) => (file.status === 'uploaded' ? file.object : [])),
      ...more.lake,
      changes: [...mine, ...(more.lake.changes ?? [])],
    },
  }
}

const TEXT = {
  template: 'Night captures of 14 June, ridge north',
  metadata: { rig: 'ridge-north-2', ticket: 'DATA-142' },
}

const commit = () =>
  arrived({
    props: { commit: TEXT, receipt: true, undo: true },
    lake: { changes: OTHERS.map((path) => change(path, 'added')) },
    until: '.lfu-takes .lfu-link',
  })

const hook = () =>
  arrived({
    props: { commit: TEXT },
    lake: {
      hook: {
        action: 'check labels',
        hook: 'schema',
        output:
          'annotations/labels-2025-06.parquet: column "site" is missing\nannotations/classes.json: 2 classes have no name',
      },
    },
    presses: ['.lfu-commit-end .lfu-primary'],
    until: '.lfu-hook',
  })

/** The files are committed, and the receipt was verified. */
const receipt = () =>
  arrived({
    props: { commit: TEXT, receipt: true, undo: true },
    lake: {},
    presses: ['.lfu-commit-end .lfu-primary', '.lfu-commit:has(.lfu-commit-done) ~ .lfu-receipt .lfu-link'],
    until: '.lfu-commit-done',
  })

const undo = () =>
  arrived({
    props: { commit: TEXT, receipt: true, undo: true },
    lake: {},
    presses: ['.lfu-undo .lfu-link'],
    until: '.lfu-undo .lfu-panel',
  })

/** All files are on the branch of the upload. */
const landing = (): PanelScene => ({
  ...arrived({ props: { atomic: true, commit: TEXT, undo: true, receipt: true }, lake: {}, until: '.lfu-land' }),
  drop: [dropped('cam-01/IMG_1000.jpg', 3.4 * MB)],
})

const landingConflict = (): PanelScene => ({
  ...landing(),
  lake: {
    ...landing().lake,
    conflicts: [
      `${prefix}cam-01/IMG_1003.jpg`,
      `${prefix}video/2025-06-14/site-ridge-north/cam-03-long-range/session-b/rectified/left/take-0042.mp4`,
    ],
  },
  presses: ['.lfu:has(.lfu-row) .lfu-land .lfu-primary'],
  until: '.lfu-land .lfu-hook',
})

export const PANEL_SCENES: Readonly<Record<string, () => PanelScene>> = {
  planning,
  plan,
  planProtected,
  metadata,
  commands,
  commit,
  hook,
  receipt,
  undo,
  landing,
  landingConflict,
}
