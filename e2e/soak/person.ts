import type { Engine } from '../../src/core/engine/engine.ts'
import { ENDED } from '../../src/core/file/state.ts'
import type { UploadFile } from '../../src/core/file/upload-file.ts'
import { chance } from './chance.ts'

/** What somebody at the page has done. */
export interface Acts {
  cancels: number
  pauses: number
}

/** Ms between two looks at the page. */
const LOOK_MS = 60

/** Somebody at the page who pauses, resumes and cancels by chance, one file or all, at most so often. */
export function person(engine: Engine, seed: number, most: Acts): Acts {
  const random = chance(seed)
  const acts: Acts = { cancels: 0, pauses: 0 }
  const pick = (files: readonly UploadFile[]) => files[Math.floor(random() * files.length)]?.id

  const look = () => {
    const open = engine.getSnapshot().files.filter(({ status }) => !ENDED.has(status))
    if (open.length === 0) return
    const what = random()
    if (what < 0.1 && acts.cancels < most.cancels) {
      engine.cancel(pick(open))
      acts.cancels += 1
    } else if (what < 0.3 && acts.pauses < most.pauses) {
      engine.pause(what < 0.12 ? undefined : pick(open))
      acts.pauses += 1
    } else if (what < 0.9)
      engine.resume(what < 0.5 ? undefined : pick(open.filter(({ status }) => status === 'paused')))
  }
  setInterval(look, LOOK_MS)
  return acts
}
