// Where the time of one run went: what each thread did, and what its longest tasks were made of.

export const TRACED = [
  'toplevel',
  'devtools.timeline',
  'disabled-by-default-devtools.timeline',
  'disabled-by-default-v8.cpu_profiler',
  'v8',
  'blink.user_timing',
]

const TASKS = new Set(['ThreadControllerImpl::RunTask', 'ThreadPool_RunTask'])
const OUTER = new Set([...TASKS, 'RunTask'])
/** Threads that worked less than this many ms are left out. */
const LEAST = 50
const LONGEST = 6
/** Microseconds between two frames that are worth a look. */
const LONG = 50_000

const ms1 = (microseconds) => Math.round(microseconds / 1000)

/** Prints it. @param buffer what `stopTracing` gave. */
export function explain(buffer) {
  const { traceEvents } = JSON.parse(buffer.toString())
  const names = new Map()
  const threads = new Map()
  const idOf = ({ pid, tid }) => `${pid}/${tid}`
  for (const event of traceEvents) {
    if (event.name === 'process_name') names.set(event.pid, event.args.name)
    if (event.name === 'thread_name') names.set(idOf(event), event.args.name)
    if (event.ph !== 'X' || !event.dur) continue
    const id = idOf(event)
    if (!threads.has(id)) threads.set(id, [])
    threads.get(id).push(event)
  }
  const samples = samplesOf(traceEvents, idOf)
  const sums = [...threads].map(([id, events]) => {
    const tasks = events.filter(({ name }) => TASKS.has(name))
    return { id, events, tasks, ms: tasks.reduce((sum, { dur }) => sum + dur, 0) / 1000 }
  })
  for (const { id, events, tasks, ms } of sums.sort((a, b) => b.ms - a.ms)) {
    if (ms < LEAST) continue
    const [pid] = id.split('/')
    console.log(`\n  ${names.get(Number(pid)) ?? pid} · ${names.get(id) ?? id}: ${Math.round(ms)} ms in tasks`)
    const profile = samples.get(id)
    if (profile) console.log(`    ${topOf(profile, -Infinity, Infinity, 14).join('\n    ')}`)
    if (!profile) continue
    const frames = events.filter(({ name }) => name === 'FireAnimationFrame').sort((a, b) => a.ts - b.ts)
    const gaps = frames.slice(1).map((frame, index) => ({ from: frames[index].ts, to: frame.ts }))
    const longest = gaps.filter(({ from, to }) => to - from > LONG).sort((a, b) => b.to - b.from - (a.to - a.from))
    for (const { from, to } of longest.slice(0, LONGEST)) {
      const inside = events.filter(({ ts, name }) => ts >= from && ts < to && !OUTER.has(name))
      const own = tasks.filter(({ ts, dur }) => ts < to && ts + dur > from).map(({ dur }) => Math.round(dur / 1000))
      const byName = new Map()
      for (const { name, dur } of inside) byName.set(name, (byName.get(name) ?? 0) + dur / 1000)
      const parts = [...byName].sort((a, b) => b[1] - a[1]).slice(0, 7)
      const said = parts.map(([name, spent]) => `${name} ${spent.toFixed(0)}`).join(', ')
      console.log(`    no frame for ${ms1(to - from)} ms; tasks ${own.filter((ms) => ms > 3).join(' + ')}: ${said}`)
      console.log(`      ${topOf(profile, from, to, 9).join('\n      ')}`)
    }
  }
}

/** Samples of every thread that runs scripts, with the function each one was in and who called it. */
function samplesOf(traceEvents, idOf) {
  const profiles = new Map()
  for (const event of traceEvents) {
    if (event.name === 'Profile') {
      profiles.set(`${event.pid}:${event.id}`, {
        thread: idOf(event),
        at: event.args.data.startTime,
        nodes: new Map(),
        samples: [],
      })
    }
  }
  for (const event of traceEvents) {
    if (event.name !== 'ProfileChunk') continue
    const profile = profiles.get(`${event.pid}:${event.id}`)
    if (!profile) continue
    const { cpuProfile, timeDeltas = [] } = event.args.data
    for (const node of cpuProfile?.nodes ?? []) profile.nodes.set(node.id, node)
    for (const [index, node] of (cpuProfile?.samples ?? []).entries()) {
      const took = timeDeltas[index] ?? 0
      profile.at += took
      profile.samples.push({ at: profile.at, took: Math.max(0, took), node })
    }
  }
  return new Map([...profiles.values()].map((profile) => [profile.thread, profile]))
}

function topOf({ nodes, samples }, from, to, most) {
  const self = new Map()
  for (const { at, took, node } of samples) {
    if (at < from || at > to) continue
    const frame = nodes.get(node)?.callFrame
    if (!frame || frame.functionName === '(idle)') continue
    const caller = nodes.get(nodes.get(node)?.parent)?.callFrame.functionName || '?'
    const name = `${frame.functionName || '(anonymous)'}:${frame.lineNumber ?? ''}:${frame.columnNumber ?? ''} < ${caller}`
    self.set(name, (self.get(name) ?? 0) + took / 1000)
  }
  return [...self]
    .sort((a, b) => b[1] - a[1])
    .slice(0, most)
    .map(([name, ms]) => `${ms.toFixed(1).padStart(8)} ms ${name}`)
}
