import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { type BrowserContext, chromium } from '@playwright/test'
import { findChromium } from '../../.ci/chromium.mjs'

/** A browser of our own, so that its process can be killed: Playwright only closes those that it starts. */
export interface OwnChromium {
  context: BrowserContext
  /** Kills every process of it at once. What the profile has on the disk by then is what the next one finds. */
  kill(): Promise<void>
}

/** Starts a Chromium on a profile that outlives it. Rejects where it ends before it can be steered. */
export async function openChromium(profile: string): Promise<OwnChromium> {
  const program = findChromium()
  if (program === undefined) throw new Error('no Chromium found')
  const args = ['--headless', '--no-sandbox', '--no-first-run', `--user-data-dir=${profile}`, ...QUIET]
  const child = spawn(program, [...args, '--remote-debugging-port=0', 'about:blank'], {
    detached: true,
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  const ended = once(child, 'exit')
  const kill = async () => {
    if (child.pid !== undefined && child.exitCode === null && child.signalCode === null) {
      process.kill(-child.pid, 'SIGKILL')
    }
    await ended
  }
  try {
    const browser = await chromium.connectOverCDP(await addressOf(child))
    const [context] = browser.contexts()
    if (!context) throw new Error('Chromium has no context')
    return { context, kill }
  } catch (cause) {
    await kill()
    throw cause
  }
}

/** A page that nobody sees goes on as fast as one in front. */
const QUIET = [
  '--disable-background-timer-throttling',
  '--disable-backgrounding-occluded-windows',
  '--disable-renderer-backgrounding',
  '--disable-dev-shm-usage',
]

async function addressOf({ stderr }: ChildProcess): Promise<string> {
  if (!stderr) throw new Error('Chromium has no output')
  let said = ''
  for await (const line of createInterface({ input: stderr })) {
    const found = /^DevTools listening on (ws:\S+)/.exec(line)?.[1]
    if (found) {
      // Read on, so that it never waits for somebody to take what it says.
      stderr.resume()
      return found
    }
    said += `${line}\n`
  }
  throw new Error(`Chromium ended: ${said}`)
}
