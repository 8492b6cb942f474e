const WIDTH = 760
const LEFT = 190
const BAR = 18
const plain = (text) => text.replace(/&/g, '&amp;').replace(/</g, '&lt;')

/** One bar a contender, each case on a scale of its own; shorter is faster. */
export function chart(results) {
  const parts = []
  let y = 16
  for (const { name, what, rows } of results) {
    const most = Math.max(...rows.map(({ seconds }) => seconds))
    parts.push(`<text x="12" y="${y + 14}" class="title">${plain(name)}</text>`)
    parts.push(`<text x="12" y="${y + 31}" class="what">${plain(what)}</text>`)
    y += 42
    for (const { contender, seconds } of rows) {
      const width = Math.max(2, (seconds / most) * (WIDTH - LEFT - 90))
      const kind = contender.startsWith('ours') ? 'ours' : contender.startsWith('uppy') ? 'peer' : 'floor'
      parts.push(`<text x="${LEFT - 8}" y="${y + 13}" class="name">${plain(contender)}</text>`)
      parts.push(`<rect x="${LEFT}" y="${y}" width="${width.toFixed(1)}" height="${BAR - 3}" class="${kind}" rx="2"/>`)
      const figure = seconds < 1 ? `${Math.round(seconds * 1000)} ms` : `${seconds.toFixed(1)} s`
      parts.push(`<text x="${(LEFT + width + 6).toFixed(1)}" y="${y + 13}" class="figure">${figure}</text>`)
      y += BAR
    }
    y += 18
  }
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${y}" width="${WIDTH}" height="${y}" role="img" aria-label="Seconds of each contender, case by case">
<style>
  text { font: 12px system-ui, sans-serif; fill: #47534e }
  .title { font-weight: 600; font-size: 14px; fill: #16201d }
  .name { text-anchor: end }
  .floor { fill: #c9d1cd } .peer { fill: #828d87 } .ours { fill: #0b646d }
</style>
<rect width="100%" height="100%" fill="#ffffff"/>
${parts.join('\n')}
</svg>
`
}
