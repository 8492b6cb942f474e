import { bareBig, bareSmall } from './bare.js'
import { ours } from './ours.js'
import { watched } from './watch.js'

const contenders = {
  'bare single PUT': (files) => bareBig(files, { lanes: 0 }),
  'bare 6 part lanes': (files) => bareBig(files, { lanes: 6 }),
  'bare 6 files': (files) => bareSmall(files, { files: 6 }),
  'bare 12 files': (files) => bareSmall(files, { files: 12 }),
  'uppy core': async (files, only) => (await import('./uppy.js')).uppy(files, { ...only, dashboard: false }),
  'uppy dashboard': async (files, only) => (await import('./uppy.js')).uppy(files, { ...only, dashboard: true }),
  'ours headless': (files, only) => ours(files, only, {}),
  'ours headless, no verify': (files, only) => ours(files, only, { verify: false }),
  'ours component': (files, only) => ours(files, only, { component: true }),
  'ours direct': (files, only) => ours(files, only, { directBelow: 2 ** 20 }),
}

/** Files of this many bytes, made here; `pick` stands for those chosen from disk. */
function make(spec) {
  const picked = [...document.querySelector('#pick').files]
  const made = Array.from({ length: spec.count ?? 0 }, (_, index) => {
    const bytes = new Uint8Array(spec.size).fill(index % 251)
    return new File([bytes], `small-${String(index).padStart(5, '0')}.bin`, { lastModified: 1_700_000_000_000 })
  })
  // The large one last, as a folder has it often enough: it must not have to wait for the small ones.
  return [...made, ...picked]
}

/** One run. `only: 'add'` measures taking files in and leaves them there. */
window.bench = {
  /** Files, and every script that a contender loads when it is first used: a page has them long before a drop. */
  async prepare(spec) {
    window.files = make(spec)
    await Promise.all([import('./uppy.js'), import('../../src/core/browser.ts')])
  },
  run: (name, only) => watched(() => contenders[name](window.files, { only })),
}
