import type { Summary } from '../../src/core/api.ts'
import { startEngine } from '../../src/core/browser.ts'
import { Refusal } from '../../src/core/refusal.ts'
import type { Ports } from '../../src/core/workshop.ts'
import { bytesOf, planOf } from './files.ts'

/** A part of the engine taken out, to see that the trial notices. */
export type Mutation = 'status' | 'checksum' | 'link'

export interface Setup {
  seed: number
  files: number
  repository: string
  branch: string
  prefix: string
  mutation: Mutation | undefined
}

export interface State {
  counts: Readonly<Record<string, number>>
  earlier: number
  codes: string[]
  report: string
}

/** What the trial steers: add everything, look, try failed ones again. */
export interface Soak {
  start(setup: Setup): Promise<void>
  state(): State
  retry(): void
  finished(): Promise<Summary>
}

let engine: ReturnType<typeof startEngine> | undefined

const soak: Soak = {
  async start({ seed, files, repository, branch, prefix, mutation }) {
    const options = {
      repository,
      branch,
      prefix,
      endpoint: '/api/v1',
      onConflict: 'overwrite',
      partSize: 5 * 2 ** 20,
      stallTimeout: 1500,
      verify: mutation !== 'checksum',
    } as const
    engine = startEngine(options, (ports) => mutated(ports, mutation))
    // Signed in all the time: a lost session is one that comes back by itself.
    engine.subscribe(() => engine?.getSnapshot().session === 'expired' && engine.sessionRenewed())
    const inputs = planOf(seed, files).map((plan) => {
      const name = plan.path.slice(plan.path.lastIndexOf('/') + 1)
      return { file: new File([bytesOf(plan)], name, { lastModified: plan.seed }), path: plan.path }
    })
    await engine.add(inputs)
  },
  state() {
    const { files = [], totals } = engine?.getSnapshot() ?? {}
    return {
      counts: totals?.counts ?? {},
      earlier: files.filter(({ earlier }) => earlier === 'resumed').length,
      codes: files.flatMap((file) => (file.status === 'failed' ? `${file.error.code} ${file.error.status ?? ''}` : [])),
      report: engine?.report() ?? '',
    }
  },
  retry: () => engine?.retry(),
  finished: async () => {
    if (!engine) throw new Error('not started')
    return await engine.finished()
  },
}
Object.assign(globalThis, { soak })

function mutated(ports: Ports, mutation: Mutation | undefined): Ports {
  if (mutation === 'status') return { ...ports, store: blind(ports) }
  if (mutation === 'link')
    return { ...ports, lakefs: Object.assign(Object.create(ports.lakefs), { stat: async () => undefined }) }
  return ports
}

/** A door to the store that takes every answer for a good one. */
const blind = ({ store, md5 }: Ports): Ports['store'] => ({
  async send(request) {
    try {
      return await store.send(request)
    } catch (thrown) {
      if (!(thrown instanceof Refusal) || thrown.status < 400 || !(request.body instanceof Blob)) throw thrown
      const etag = await md5(request.body, request.signal)
      return { status: thrown.status, header: (name) => (name === 'etag' ? `"${etag}"` : undefined), text: '' }
    }
  },
})
