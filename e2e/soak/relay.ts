import { createServer, type IncomingMessage, type ServerResponse, request as send } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as wait } from 'node:timers/promises'

/** What proxies, load balancers and sockets do between a page and a store: they hold bodies for a while. */
export interface Relay {
  readonly url: string
  /** Requests that have not ended at the store. */
  readonly busy: number
  /** Where the parts are going, as paths, that the page has sent whole and the store has not got. */
  readonly partsHeld: readonly string[]
  /** Gives the store nothing more of parts until {@link thaw}. */
  freeze(): void
  thaw(): void
  close(): Promise<void>
}

/** Ms that the end of a body is held. */
const HELD_MS = [10, 200] as const
/** Bodies from this many bytes on are parts, and held longer. */
const LARGE = 2 ** 20
const HELD_LARGE_MS = [200, 500] as const

/**
 * Takes bodies as fast as they come and gives the store their last piece later. Once it has all of a body, the store gets
 * it whether or not the page still waits for the answer.
 */
export async function openRelay(storeUrl: string, random: () => number): Promise<Relay> {
  const store = new URL(storeUrl)
  let busy = 0
  const held: { path: string }[] = []
  let frozen: Promise<void> | undefined
  let thaw = () => {}

  const pass = (request: IncomingMessage, response: ServerResponse) => {
    busy += 1
    const upstream = send({
      ...{ hostname: store.hostname, port: store.port, method: request.method, path: request.url },
      headers: { ...request.headers, host: store.host },
    })
    upstream.on('close', () => {
      busy -= 1
    })
    upstream.on('error', () => response.destroy())
    response.on('error', () => undefined)
    upstream.on('response', (answer) => {
      answer.on('error', () => response.destroy())
      response.writeHead(answer.statusCode ?? 502, answer.headers)
      answer.pipe(response)
      // Read to its end, even where nobody takes it.
      response.on('close', () => answer.resume())
    })
    let last: Buffer | undefined
    let size = 0
    request.on('data', (chunk: Buffer) => {
      if (last) upstream.write(last)
      last = chunk
      size += chunk.length
    })
    request.on('error', () => upstream.destroy())
    request.on('close', () => request.complete || upstream.destroy())
    request.on('end', async () => {
      if (!last) return upstream.end()
      const isPart = size >= LARGE
      const [least, most] = isPart ? HELD_LARGE_MS : HELD_MS
      const part = { path: decodeURIComponent(new URL(request.url ?? '', storeUrl).pathname) }
      if (isPart) held.push(part)
      await wait(least + random() * (most - least))
      if (isPart) {
        await frozen
        held.splice(held.indexOf(part), 1)
      }
      upstream.end(last)
    })
  }

  const server = createServer({ keepAliveTimeout: 60_000, requestTimeout: 0 }, pass)
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    get busy() {
      return busy
    },
    get partsHeld() {
      return held.map(({ path }) => path)
    },
    freeze() {
      frozen ??= new Promise((resolve) => {
        thaw = resolve
      })
    },
    thaw() {
      thaw()
      frozen = undefined
    },
    close: () =>
      new Promise((done) => {
        server.close(() => done())
        server.closeAllConnections()
      }),
  }
}
