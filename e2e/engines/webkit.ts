import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, writeFileSync } from 'node:fs'
import http from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import type { BrowserContext, PlaywrightWorkerArgs } from '@playwright/test'
import { ownPort } from './port.ts'

const WINDOW = fileURLToPath(new URL('./window.py', import.meta.url))
const PATIENCE = 60_000
/** A window whose port somebody else took first never answers; another one will. */
const WINDOWS = 3

export interface WebKitWindow {
  context: BrowserContext
  /** Folder that the window and its test share. */
  profile: string
  /** Says which files the window's picker gives when it is opened next. */
  choose(paths: readonly string[]): void
  stop(): Promise<void>
}

/**
 * A WebKitGTK window on a screen that shows to nobody, under Playwright's client for the web inspector.
 * @param start an address under the headers of the pages to come: Cross-Origin-Opener-Policy makes WebKit change
 *   processes between pages that differ in it, and the client loses its page on the way.
 */
export async function openWindow(
  playwright: PlaywrightWorkerArgs['playwright'],
  profile: string,
  size: { width: number; height: number },
  start: string,
): Promise<WebKitWindow> {
  mkdirSync(profile, { recursive: true })
  const stops: (() => unknown)[] = []
  const stop = async () => {
    for (const one of stops.splice(0).reverse()) await one()
  }
  try {
    const screen = await openScreen()
    stops.push(() => end(screen.process))
    const args = [profile, String(size.width), String(size.height), start]
    const { process: window, socket } = await openInspected(args, `:${screen.number}`)
    stops.push(() => end(window))
    // Playwright asks for the list of pages in the form of another inspector.
    const list = http.createServer((_, response) => {
      response.setHeader('content-type', 'application/json')
      response.end(JSON.stringify([{ webSocketDebuggerUrl: socket }]))
    })
    list.listen(0, '127.0.0.1')
    await once(list, 'listening')
    stops.push(() => list.close())
    const { port: listPort } = list.address() as AddressInfo
    const browser = await playwright.webkit.connectOverCDP(`http://127.0.0.1:${listPort}`)
    stops.push(() => browser.close())
    const [context] = browser.contexts()
    if (!context) throw new Error('The WebKit window has no page.')
    return {
      context,
      profile,
      choose: (paths) => writeFileSync(join(profile, 'choose.json'), JSON.stringify(paths)),
      stop,
    }
  } catch (error) {
    await stop()
    throw error
  }
}

async function openScreen(): Promise<{ number: number; process: ChildProcess }> {
  const args = ['-displayfd', '3', '-screen', '0', '1600x1200x24', '-nolisten', 'tcp']
  const process = spawn('Xvfb', args, { stdio: ['ignore', 'ignore', 'ignore', 'pipe'] })
  const pipe = process.stdio[3]
  if (!pipe) throw new Error('Xvfb cannot say which display it is.')
  const [number] = await once(pipe, 'data', { signal: AbortSignal.timeout(PATIENCE) })
  return { number: Number(String(number)), process }
}

/** A window with its inspector. The inspector takes no port 0, so its port is looked up first and may be gone by then. */
async function openInspected(args: string[], display: string): Promise<{ process: ChildProcess; socket: string }> {
  for (let left = WINDOWS; ; left--) {
    const port = await ownPort()
    const window = spawn('/usr/bin/python3', [WINDOW, ...args], {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: {
        ...process.env,
        DISPLAY: display,
        WEBKIT_INSPECTOR_HTTP_SERVER: `127.0.0.1:${port}`,
        // No desktop is here to keep settings, to help with reading and typing, or to be asked on a bus.
        GSETTINGS_BACKEND: 'memory',
        NO_AT_BRIDGE: '1',
        GTK_IM_MODULE: 'gtk-im-context-simple',
        DBUS_SESSION_BUS_ADDRESS: 'disabled:',
      },
    })
    let said = ''
    window.stderr?.on('data', (text) => {
      said += text
    })
    const ended = once(window, 'close').then(() => {
      throw new Error(`The WebKit window ended: ${said}`)
    })
    try {
      const opened = once(window.stdout, 'data', { signal: AbortSignal.timeout(PATIENCE) })
      await Promise.race([opened, ended])
      return { process: window, socket: await inspectorOf(port) }
    } catch (error) {
      await end(window)
      if (left === 1) throw error
    }
  }
}

/** The page's socket, once the window's inspector lists it: soon, as the page has been loaded by then. */
async function inspectorOf(port: number): Promise<string> {
  const over = AbortSignal.timeout(PATIENCE / 3)
  while (!over.aborted) {
    // Who has the port may be one that never answers.
    const text = await fetch(`http://127.0.0.1:${port}/`, { signal: over }).then(
      (answer) => answer.text(),
      () => '',
    )
    const found = /socket\/\d+\/\d+\/WebPage/.exec(text)
    if (found) return `ws://127.0.0.1:${port}/${found[0]}`
    await sleep(50)
  }
  throw new Error('The WebKit window did not open.')
}

async function end(process: ChildProcess): Promise<void> {
  if (process.exitCode !== null || process.signalCode !== null) return
  const gone = once(process, 'exit')
  process.kill()
  await gone
}
