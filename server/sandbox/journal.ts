import { appendFileSync, mkdirSync, readFileSync, rmSync, truncateSync } from 'node:fs'
import { appendFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type Event, State } from './state.ts'

/** State, and the file that it is restored from: one event per line, only appended. */
export interface Journal {
  readonly state: State
  /** Changes the state at once and writes the line soon after, together with others. */
  record(event: Event): void
  /** Resolves when the file has all recorded events. */
  flush(): Promise<void>
  close(): Promise<void>
}

export function openJournal(dir: string, clear: boolean): Journal {
  if (clear)
    for (const part of ['journal.jsonl', 'objects', 'azurite'])
      rmSync(join(dir, part), { recursive: true, force: true })
  mkdirSync(dir, { recursive: true })
  const file = join(dir, 'journal.jsonl')
  const state = new State()
  replay(file, state)

  let waiting: string[] = []
  let writing: Promise<void> | undefined
  let failed: unknown

  async function write(): Promise<void> {
    // Other events of this turn go into the same write.
    await new Promise((done) => setImmediate(done))
    while (waiting.length > 0) {
      const lines = waiting.join('')
      waiting = []
      await appendFile(file, lines)
    }
  }

  async function flush(): Promise<void> {
    while (writing) await writing
    if (failed) throw failed
  }

  return {
    state,
    record(event) {
      state.apply(event)
      waiting.push(`${JSON.stringify(event)}\n`)
      writing ??= write()
        .catch((cause: unknown) => {
          failed = cause
        })
        .finally(() => {
          writing = undefined
        })
    },
    flush,
    async close() {
      await flush()
      if (waiting.length > 0) appendFileSync(file, waiting.join(''))
      waiting = []
    },
  }
}

function replay(file: string, state: State): void {
  let text: string
  try {
    text = readFileSync(file, 'utf8')
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return
    throw cause
  }
  // An incomplete last line was being written when the machine stopped. Its event never took effect.
  const whole = text.lastIndexOf('\n') + 1
  if (whole < text.length) truncateSync(file, Buffer.byteLength(text.slice(0, whole)))
  for (const line of text.slice(0, whole).split('\n')) if (line) state.apply(JSON.parse(line) as Event)
}
