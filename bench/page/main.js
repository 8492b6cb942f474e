import { bareBig, bareSmall } from './bare.js'
import { readyOurs, runOurs } from './ours.js'
import { readyPlan, runPlan } from './plan.js'
import { watched } from './watch.js'

const uppy = (options) => ({
  ready: async () => (await import('./uppy.js')).readyUppy(options),
  run: async (one, files, how) => (await import('./uppy.js')).runUppy(one, files, how),
})
const ours = (options) => ({ ready: () => readyOurs(options), run: runOurs })
const bare = (run) => ({ ready: async () => {}, run: (_, files) => run(files) })

const contenders = {
  'bare single PUT': bare((files) => bareBig(files, { lanes: 0 })),
  'bare 6 part lanes': bare((files) => bareBig(files, { lanes: 6 })),
  'bare 6 files': bare((files) => bareSmall(files, { files: 6 })),
  'bare 12 files': bare((files) => bareSmall(files, { files: 12 })),
  'bare 64 posts': bare((files) => bareSmall(files, { files: 64, throughLakeFS: true })),
  'uppy core': uppy({ dashboard: false }),
  'uppy dashboard': uppy({ dashboard: true }),
  'ours headless': ours({}),
  'ours headless, no verify': ours({ verifyChecksums: false }),
  'ours component': ours({ component: true }),
  'ours direct': ours({ viaApiBelow: 2 ** 20 }),
  'ours plan': { ready: () => readyPlan({}), run: runPlan },
  'ours plan, with its receipt': { ready: () => readyPlan({ receipt: true }), run: runPlan },
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
  /** Files, every script that a contender loads when it is first used, and itself: a page has them before a drop. */
  async prepare(name, spec) {
    window.files = make(spec)
    await Promise.all([import('./uppy.js'), import('../../src/core/engine/browser.ts')])
    window.contender = await contenders[name].ready()
    await new Promise((resolve) => setTimeout(resolve, 500))
  },
  run: (name, only) => watched(() => contenders[name].run(window.contender, window.files, { only })),
}
