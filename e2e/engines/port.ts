import { once } from 'node:events'
import { createServer } from 'node:net'

/**
 * A port for a program that has to be told one. The system hands out ports from 32768 on to whoever asks for any: one of
 * those may be somebody's own connection by the time the program takes it. Below, nobody gets one without naming it.
 */
export async function ownPort(): Promise<number> {
  for (;;) {
    const port = 20_000 + Math.floor(Math.random() * 12_000)
    const server = createServer().listen(port, '127.0.0.1')
    const isFree = await once(server, 'listening').then(
      () => true,
      (error: NodeJS.ErrnoException) => {
        if (error.code === 'EADDRINUSE') return false
        throw error
      },
    )
    if (!isFree) continue
    server.close()
    await once(server, 'close')
    return port
  }
}
