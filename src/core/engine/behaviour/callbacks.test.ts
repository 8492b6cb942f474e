import { describe, expect, it, vi } from 'vitest'
import type { Answer } from '../../file/state.ts'
import { file, rig } from '../../testing/rig.ts'

describe('onError', () => {
  it('is called for each file that fails, again after a retry, before the end is told', async () => {
    const heard: string[] = []
    const { lake, engine, clock } = rig({
      onError: ({ path, status }, error) => heard.push(`${path} ${status} ${error.code}`),
      onFinished: ({ failed }) => heard.push(`finished, ${failed} failed`),
    })
    lake.twist = ({ route }) =>
      route === 'put' ? new Response('<Error><Code>AccessDenied</Code></Error>', { status: 403 }) : undefined
    await clock.run(engine.add([file('a'), file('b')]))
    await clock.run(engine.finished())
    const one = ['a failed storage-refused', 'b failed storage-refused', 'finished, 2 failed']
    expect(heard).toEqual(one)
    engine.retry()
    await clock.run(engine.finished())
    expect(heard).toEqual([...one, ...one])
  })
})

describe('the message of an error', () => {
  it('names the branch, whoever found out', async () => {
    const said: string[] = []
    const { lake, upload } = rig({ onConflict: 'fail', onError: (_, { message }) => said.push(message) })
    lake.put('a', 'theirs')
    lake.twist = ({ route, path }) =>
      route === 'link' && path === 'b'
        ? Response.json({ message: 'cannot write to protected branch' }, { status: 403 })
        : undefined
    await upload([file('a'), file('b')])
    expect(said).toEqual([
      'main got a file with this name meanwhile. Retry to compare again.',
      'main is protected. Use an upload branch.',
    ])
  })
})

describe('onRejected', () => {
  it('is called with what was left out, only where something was', async () => {
    const heard: string[][] = []
    const { engine, clock } = rig({
      accept: '.csv',
      onRejected: (rejections) => heard.push(rejections.map(({ path, code }) => `${path} ${code}`)),
    })
    await clock.run(engine.add([file('a.csv')]))
    await clock.run(engine.add([file('b.csv'), file('c.txt'), file('.DS_Store')]))
    expect(heard).toEqual([['c.txt file-invalid-type', '.DS_Store system-file']])
  })
})

describe('onProgress', () => {
  it('is called while files are under way, and with all of them before the end', async () => {
    const heard: (number | string)[] = []
    const { engine, clock } = rig({
      onProgress: ({ counts }) => heard.push(counts.uploaded),
      onFinished: () => heard.push('finished'),
    })
    await clock.run(engine.add([file('a'), file('b')]))
    await clock.run(engine.finished())
    expect(heard.slice(-2)).toEqual([2, 'finished'])
    expect(heard[0]).toBe(0)
  })
})

describe('a function for conflicts', () => {
  it('decides each by itself, and the others go on meanwhile', async () => {
    const asked: string[] = []
    const answers: Record<string, Answer> = { a: 'overwrite', b: 'skip', c: 'rename' }
    let decide = () => {}
    const thought = new Promise<void>((resolve) => {
      decide = resolve
    })
    const { lake, engine, clock, statuses, until } = rig({
      concurrency: { files: 1 },
      onConflict: async ({ file: { path, status }, existing, renamed }) => {
        asked.push(`${path} ${status} ${existing.size_bytes} ${renamed}`)
        await thought
        return answers[path] ?? 'skip'
      },
    })
    for (const name of ['a', 'b', 'c']) lake.put(name, 'theirs')
    await clock.run(engine.add([file('a'), file('b'), file('c'), file('d')]))
    await until('asking')
    await clock.advance(1000)
    expect(statuses()).toEqual(['a asking', 'b asking', 'c asking', 'd uploaded'])
    expect(asked).toEqual(['a asking 6 a-2', 'b asking 6 b-2', 'c asking 6 c-2'])
    decide()
    await clock.run(engine.finished())
    expect(statuses()).toEqual(['a uploaded', 'b skipped', 'c-2 uploaded', 'd uploaded'])
  })

  it('comes too late where the user has answered', async () => {
    let answer: (answer: Answer) => void = () => {}
    const { lake, engine, clock, statuses, until } = rig({
      onConflict: () =>
        new Promise<Answer>((resolve) => {
          answer = resolve
        }),
    })
    lake.put('a', 'theirs')
    await clock.run(engine.add([file('a')]))
    const { id } = await until('asking')
    engine.resolveConflict(id, 'rename')
    await clock.run(engine.finished())
    answer('overwrite')
    await clock.advance(1000)
    expect(statuses()).toEqual(['a-2 uploaded'])
    expect(lake.objects.get('a')?.size_bytes).toBe(6)
  })

  it.each([
    ['rejects', () => Promise.reject(new Error('no dialog')), 'no dialog'],
    [
      'throws',
      () => {
        throw new Error('no dialog')
      },
      'no dialog',
    ],
    ['answers with another word', () => 'burn' as Answer, 'has to answer overwrite, skip or rename'],
  ])('that %s leaves the file asking, and the host hears of it', async (_, onConflict, said) => {
    const report = vi.fn()
    vi.stubGlobal('reportError', report)
    const { lake, engine, clock, statuses, until } = rig({ onConflict })
    lake.put('a', 'theirs')
    await clock.run(engine.add([file('a')]))
    const { id } = await until('asking')
    await clock.advance(1000)
    vi.unstubAllGlobals()
    expect(report.mock.calls.map(([thrown]) => String(thrown))).toEqual([expect.stringContaining(said)])
    expect(statuses()).toEqual(['a asking'])
    expect(engine.getReport()).toContain('conflict undecided')
    engine.resolveConflict(id, 'skip')
    await clock.run(engine.finished())
    expect(statuses()).toEqual(['a skipped'])
  })
})
