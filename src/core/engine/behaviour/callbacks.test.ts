import { describe, expect, it, vi } from 'vitest'
import type { ConflictAnswer } from '../../file/state.ts'
import { file, rig } from '../../testing/rig.ts'
import type { Uploader } from '../../uploader.ts'

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

  it('is called for a file that fails before it is sent, ahead of the end', async () => {
    const heard: string[] = []
    const { upload } = rig({
      onError: ({ path }, { code }) => heard.push(`${path} ${code}`),
      onFinished: ({ failed }) => heard.push(`finished, ${failed} failed`),
    })
    await upload([
      { file: file('a'), path: 'x' },
      { file: file('b'), path: 'x' },
      { file: file('c'), path: '../c' },
    ])
    expect(heard).toEqual(['x path-twice', '../c path-invalid', 'finished, 2 failed'])
  })

  it('is called for a file that the branch has lost, cleared away or not', async () => {
    const heard: string[] = []
    const { lake, engine, clock } = rig({
      onUploaded: (_, { id }) => engine.remove(id),
      onError: ({ path, status }, { code }) => heard.push(`${path} ${status} ${code}`),
      onFinished: () => heard.push('finished'),
    })
    lake.twist = ({ route }, count) => {
      if (route !== 'link') return undefined
      return count === 1 ? 'unwritten' : Response.json({ message: 'read-only repository' }, { status: 403 })
    }
    await clock.run(engine.add([file('a')]))
    await clock.run(engine.finished())
    expect(heard).toEqual(['a failed not-on-branch', 'finished'])
  })

  it('may retry the file at once, or take it off the list', async () => {
    let tries = 0
    const { lake, engine, upload, statuses } = rig({
      onError: ({ id }) => {
        tries += 1
        if (tries < 3) engine.retry(id)
        else engine.remove(id)
      },
    })
    lake.twist = ({ route }) =>
      route === 'put' ? new Response('<Error><Code>AccessDenied</Code></Error>', { status: 403 }) : undefined
    await upload([file('a')])
    expect([tries, statuses()]).toEqual([3, []])
    // Its path is free again.
    lake.twist = () => undefined
    await upload([file('a')])
    expect(statuses()).toEqual(['a uploaded'])
  })

  it('may throw, and nothing stops', async () => {
    const report = vi.fn()
    vi.stubGlobal('reportError', report)
    const boom = () => {
      throw new Error('of the host')
    }
    const { upload, statuses } = rig({ accept: 'text/plain', onError: boom, onRejected: boom, onProgress: boom })
    const kind = 'text/plain'
    await upload([file('a', 'a', kind), file('b', 'b', 'image/png'), { file: file('c', 'c', kind), path: '../c' }])
    vi.unstubAllGlobals()
    expect(statuses()).toEqual(['a uploaded', '../c failed'])
    // One error, one list of rejections, and progress at least at the end.
    expect(report.mock.calls.length).toBeGreaterThanOrEqual(3)
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
    // Whoever is told later than that would say that it goes on.
    engine.remove()
    await clock.advance(1000)
    expect(heard.slice(-2)).toEqual([2, 'finished'])
    expect(heard[0]).toBe(0)
  })

  it('is called at most ten times a second', async () => {
    const at: number[] = []
    const { lake, engine, clock, until } = rig({ onProgress: () => at.push(clock.now()) })
    lake.twist = ({ route }) => (route === 'put' ? 'hang' : undefined)
    await clock.run(engine.add([file('a')]))
    await until('sending')
    for (let index = 0; index < 100; index += 1) {
      engine.add([file(`more-${index}`)])
      await clock.advance(10)
    }
    expect(at.length).toBeGreaterThan(5)
    expect(
      at
        .slice(1)
        .map((time, index) => time - (at[index] ?? 0))
        .filter((ms) => ms < 100),
    ).toEqual([])
  })

  it('may be given later', async () => {
    const { lake, engine, clock, until } = rig()
    lake.twist = ({ route }) => (route === 'put' ? 'hang' : undefined)
    await clock.run(engine.add([file('a')]))
    await until('sending')
    const heard = vi.fn()
    engine.setOptions({ onProgress: heard })
    await clock.run(engine.add([file('b')]))
    await clock.advance(200)
    expect(heard).toHaveBeenCalled()
  })
})

describe('a function for conflicts', () => {
  it('decides each by itself, and the others go on meanwhile', async () => {
    const asked: string[] = []
    const answers: Record<string, ConflictAnswer> = { a: 'overwrite', b: 'skip', c: 'rename' }
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

  it('holds no other file up, whatever number of them it thinks about', async () => {
    let asked = 0
    const { lake, engine, clock, until } = rig({
      onConflict: ({ signal }) => {
        asked += 1
        return new Promise<ConflictAnswer>((_, reject) => {
          signal.addEventListener('abort', () => reject(signal.reason))
        })
      },
    })
    const taken = Array.from({ length: 1000 }, (_, index) => `taken-${index}`)
    for (const name of taken) lake.put(name, 'theirs')
    await clock.run(engine.add([...taken, 'a', 'b'].map((name) => file(name))))
    await until('asking')
    while (engine.getSnapshot().totals.counts.uploaded < 2) await clock.advance(100)
    expect([asked, engine.getSnapshot().totals.counts.asking]).toEqual([1000, 1000])
    // What is told to go away is no news.
    const report = vi.fn()
    vi.stubGlobal('reportError', report)
    engine.cancel()
    await clock.run(engine.finished())
    vi.unstubAllGlobals()
    expect(report).not.toHaveBeenCalled()
    expect(engine.getReport()).not.toContain('conflict undecided')
  })

  it('is not asked once its user has answered for all', async () => {
    const asked: string[] = []
    const { lake, engine, clock, statuses, until } = rig({
      onConflict: ({ file: { path } }) => {
        asked.push(path)
        return new Promise<ConflictAnswer>(() => {})
      },
    })
    for (const name of ['a', 'b']) lake.put(name, 'theirs')
    // Its drop goes on meanwhile.
    lake.twist = ({ route, path }) => (route === 'link' && path === 'c' ? 'hang' : undefined)
    await clock.run(engine.add([file('a'), file('c')]))
    const { id } = await until('asking')
    engine.resolveConflict(id, 'skip', { forAll: true })
    await clock.run(engine.add([file('b')]))
    await clock.advance(1000)
    expect([asked, statuses()]).toEqual([['a'], ['a skipped', 'c finishing', 'b skipped']])
  })

  it.each<[string, (engine: Uploader, id: string) => void]>([
    ['answered', (engine, id) => engine.resolveConflict(id, 'overwrite')],
    ['renamed', (engine, id) => engine.rename(id, 'b')],
    ['cancelled', (engine, id) => engine.cancel(id)],
    ['taken off the list', (engine, id) => engine.remove(id)],
  ])('hears that the file was %s', async (_, act) => {
    let signal = new AbortController().signal
    const { lake, engine, clock, until } = rig({
      onConflict: (conflict) => {
        signal = conflict.signal
        return new Promise<ConflictAnswer>(() => {})
      },
    })
    lake.put('a', 'theirs')
    await clock.run(engine.add([file('a')]))
    const { id } = await until('asking')
    expect(signal.aborted).toBe(false)
    act(engine, id)
    expect(signal.aborted).toBe(true)
  })

  it('comes too late where the user has answered', async () => {
    let answer: (answer: ConflictAnswer) => void = () => {}
    const { lake, engine, clock, statuses, until } = rig({
      onConflict: () =>
        new Promise<ConflictAnswer>((resolve) => {
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

  it('answers the question that it was asked, and not the next one of the same file', async () => {
    const answers = new Map<string, (answer: ConflictAnswer) => void>()
    const { lake, engine, clock, statuses, until } = rig({
      onConflict: ({ file: { path } }) => new Promise<ConflictAnswer>((resolve) => void answers.set(path, resolve)),
    })
    for (const name of ['a', 'b']) lake.put(name, 'theirs')
    await clock.run(engine.add([file('a')]))
    const { id } = await until('asking')
    engine.rename(id, 'b')
    await clock.advance(1000)
    expect(statuses()).toEqual(['b asking'])
    answers.get('a')?.('overwrite')
    await clock.advance(1000)
    expect(statuses()).toEqual(['b asking'])
    answers.get('b')?.('skip')
    await clock.run(engine.finished())
    expect(statuses()).toEqual(['b skipped'])
    expect(lake.objects.get('b')?.size_bytes).toBe(6)
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
    ['answers with another word', () => 'burn' as ConflictAnswer, 'has to answer overwrite, skip or rename'],
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
