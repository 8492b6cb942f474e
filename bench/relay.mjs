// A longer way on one machine: every connection gets a round trip and a limit of its own.
// A child process: node relay.mjs '[{"to": 9000, "rtt": 50, "rate": 12500000}, …]' → prints the ports it listens on.
import { connect, createServer } from 'node:net'

/** Passes bytes on after half a round trip, in order, no faster than `rate` bytes a second. */
function pipe(from, to, delay, rate, handshake) {
  // What a sender may have on its way before it has to wait, as the window of a connection.
  const window = 256 * 1024 + (rate * delay * 2) / 1000
  const row = []
  let inside = 0
  // The handshake of a connection costs a round trip before its first byte.
  let freeAt = performance.now() + handshake
  let timer = null
  const deliver = () => {
    timer = null
    const now = performance.now()
    // A ms early is better than a timer each: they are coarser than that.
    while (row.length > 0 && row[0].at <= now + 1) {
      const { chunk } = row.shift()
      if (!chunk) return to.end()
      inside -= chunk.length
      if (!to.destroyed) to.write(chunk)
    }
    if (inside <= window && from.isPaused()) from.resume()
    if (row.length > 0) timer = setTimeout(deliver, Math.max(1, row[0].at - now))
  }
  const push = (chunk) => {
    freeAt = Math.max(freeAt, performance.now() + delay) + (chunk && rate ? (chunk.length / rate) * 1000 : 0)
    row.push({ chunk, at: freeAt })
    if (timer === null) timer = setTimeout(deliver, Math.max(0, freeAt - performance.now()))
  }
  from.on('data', (chunk) => {
    inside += chunk.length
    if (inside > window) from.pause()
    push(chunk)
  })
  from.on('end', () => push(undefined))
  from.on('error', () => to.destroy())
  to.on('close', () => from.destroy())
}

const ports = await Promise.all(
  JSON.parse(process.argv[2]).map(
    ({ to, rtt, rate }) =>
      new Promise((resolve) => {
        const server = createServer({ noDelay: true, allowHalfOpen: true }, (client) => {
          const upstream = connect({ port: to, host: '127.0.0.1', noDelay: true, allowHalfOpen: true })
          pipe(client, upstream, rtt / 2, rate, rtt)
          pipe(upstream, client, rtt / 2, rate, 0)
        })
        server.listen(0, '127.0.0.1', () => resolve(server.address().port))
      }),
  ),
)
console.log(JSON.stringify(ports))
// Ends with the process that started it.
process.stdin.resume().on('end', () => process.exit())
