import { LONGEST_GAP } from './cases.mjs'

const median = (numbers) => {
  const sorted = [...numbers].sort((a, b) => a - b)
  const middle = sorted.length >> 1
  return sorted.length % 2 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
}
const MIB = 2 ** 20

/** Medians of every contender, ratios, and what the targets say of them; printed, and given back for the files. */
export function report(results) {
  return results.map(({ name, what, targets, runs, ...facts }) => {
    const rows = Object.entries(runs)
      .filter(([, all]) => all.length > 0)
      .map(([contender, all]) => {
        const of = (key) => all.flatMap((one) => one[key] ?? [])
        const row = { contender, seconds: median(of('ms')) / 1000, all: of('ms').map((ms) => Math.round(ms) / 1000) }
        if (of('heapPeak').length === 0) return row
        return {
          ...row,
          ...(of('hashed').length > 0 ? { hashing: median(of('hashed')) / 1000, listed: median(of('listed')) } : {}),
          heapPeak: median(of('heapPeak')) / MIB,
          heapKept: median(of('heapKept')) / MIB,
          longTasks: median(of('longTasks')),
          longestTask: Math.round(median(of('longestTask'))),
          longestGap: Math.round(median(of('longestGap'))),
        }
      })
    const find = (contender) => rows.find((row) => row.contender === contender)
    const floor = Math.min(
      ...rows.filter(({ contender }) => contender.startsWith('bare')).map(({ seconds }) => seconds),
    )
    const uppy = Math.min(...rows.filter(({ contender }) => contender.startsWith('uppy')).map(({ seconds }) => seconds))
    console.log(
      `\n${name}: ${what}${facts.count || facts.bytes ? ` (${[facts.count && `${facts.count} files`, facts.bytes && `${Math.round(facts.bytes / MIB)} MiB`].filter(Boolean).join(', ')})` : ''}`,
    )
    console.log(
      '                             median s  ÷floor   ÷Uppy  heap peak  kept MiB  long tasks  longest task  frame gap',
    )
    for (const row of rows) {
      const ratio = (to) => (Number.isFinite(to) ? (row.seconds / to).toFixed(2) : '').padStart(8)
      const page =
        row.heapPeak === undefined
          ? ''
          : `${row.heapPeak.toFixed(1).padStart(11)}${row.heapKept.toFixed(1).padStart(10)}${String(row.longTasks).padStart(12)}${String(row.longestTask).padStart(14)}${String(row.longestGap).padStart(11)}`
      console.log(
        `  ${row.contender.padEnd(26)}${row.seconds.toFixed(2).padStart(9)}${ratio(floor)}${ratio(uppy)}${page}`,
      )
    }
    for (const { contender, hashing, listed } of rows)
      if (hashing !== undefined) console.log(`  ${contender}: ${asked({ hashing, listed })}`)
    const met = (targets ?? []).flatMap((target) => {
      const ours = find(target.ours)
      if (!ours) return []
      if (target.heap) return verdict(`${target.ours}: heap kept`, ours.heapKept, target.heap, 'MiB')
      if (target.besideHashing)
        return verdict(
          `${target.ours}: time beside the hashing`,
          (ours.seconds - ours.hashing) * 1000,
          target.besideHashing,
          'ms',
        )
      if (target.listed) return verdict(`${target.ours}: listing calls`, ours.listed, target.listed, 'calls')
      if (target.ms) return verdict(`${target.ours}: time`, ours.seconds * 1000, target.ms, 'ms')
      const references = target.reference.flatMap((reference) => find(reference)?.seconds ?? [])
      if (references.length === 0) return []
      return verdict(
        `${target.ours} ÷ ${target.reference.join(' or ')}`,
        ours.seconds / Math.min(...references),
        target.most,
        '',
      )
    })
    const gaps = rows.filter(({ contender, longestGap }) => contender.startsWith('ours') && longestGap !== undefined)
    met.push(
      ...gaps.flatMap(({ contender, longestGap }) => verdict(`${contender}: frame gap`, longestGap, LONGEST_GAP, 'ms')),
    )
    for (const one of met)
      console.log(`  ${one.met ? 'met   ' : 'MISSED'} ${one.what}: ${one.value} (at most ${one.most})`)
    return { name, what, ...facts, rows, targets: met }
  })
}

const asked = ({ hashing, listed }) => `of it ${hashing.toFixed(2)} s hashing; ${listed} listing calls`

function verdict(what, value, most, unit) {
  const rounded = Number(value.toFixed(unit === '' ? 2 : 0))
  return [{ what, value: rounded, most, unit, met: rounded <= most }]
}

/** All targets at once, at the end of a run. */
export function printTargets(results) {
  console.log('\nTargets')
  for (const { name, targets } of results) {
    for (const { what, value, most, unit, met } of targets)
      console.log(`  ${met ? 'met   ' : 'MISSED'} ${name} · ${what}: ${value} ${unit} (at most ${most})`)
  }
}

/** The page of the results with its tables written anew, between its marks. */
export function withTables(page, results) {
  const lines = results.flatMap(({ name, what, rows }) => [
    '',
    `### ${name[0].toUpperCase()}${name.slice(1)}`,
    '',
    `${what}.`,
    '',
    '| | median | runs | heap kept | longest task | longest frame gap |',
    '| --- | ---: | ---: | ---: | ---: | ---: |',
    ...rows.map(({ contender, seconds, all, heapKept, longestTask, longestGap }) => {
      const page =
        heapKept === undefined ? ['', '', ''] : [`${heapKept.toFixed(1)} MiB`, `${longestTask} ms`, `${longestGap} ms`]
      return `| ${[contender, `${seconds.toFixed(2)} s`, all.length, ...page].join(' | ')} |`
    }),
    ...rows.flatMap(({ contender, ...row }) =>
      row.hashing === undefined ? [] : ['', `${contender[0].toUpperCase()}${contender.slice(1)}: ${asked(row)}.`],
    ),
  ])
  const targets = results.flatMap(({ name, targets }) =>
    targets.map(
      ({ what, value, most, unit, met }) =>
        `| ${name} | ${what} | ${value} ${unit} | ${most} ${unit} | ${met ? 'met' : '**missed**'} |`,
    ),
  )
  const table = ['| case | ours ÷ reference | measured | at most | |', '| --- | --- | ---: | ---: | --- |', ...targets]
  return between(between(page, 'targets', table), 'results', lines)
}

function between(page, name, lines) {
  const [start, end] = [`<!-- ${name} -->`, `<!-- /${name} -->`]
  const from = page.indexOf(start)
  const to = page.indexOf(end)
  if (from < 0 || to < from) return page
  return `${page.slice(0, from + start.length)}\n${lines.join('\n')}\n${page.slice(to)}`
}
