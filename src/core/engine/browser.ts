import { createMd5 } from '../checksum/md5.ts'
import { DEFAULTS } from '../defaults.ts'
import { createLakeFS } from '../lakefs/client.ts'
import { patientToken } from '../lakefs/token.ts'
import type { Configuration, UploaderOptions } from '../options.ts'
import { systemClock } from '../request/clock.ts'
import { Log } from '../request/log.ts'
import { nextTurn } from '../request/slices.ts'
import type { Locks } from '../resume/resume-store.ts'
import { absolute, createStore } from '../store/storage.ts'
import { browserTabs } from '../transfer/tabs.ts'
import type { Ports } from '../transfer/transfer-manager.ts'
import { Engine } from './engine.ts'

/**
 * Starts an engine on the ports of a browser; a chunk of its own, loaded by core/index when it is wanted.
 * @param change gives other ports in place of these, for trials of the engine with a part of it missing.
 */
export function startEngine(options: UploaderOptions, change: (ports: Ports) => Ports = (ports) => ports): Engine {
  return new Engine(options, (current) => change(browserPorts(current)))
}

function browserPorts(options: () => Configuration): Ports {
  const clock = systemClock
  const log = new Log(clock)
  /** Called when the network is back, or a token that was late. */
  const onBack = new Set<() => void>()
  const lakefs = createLakeFS({
    endpoint: options().endpoint,
    getToken: patientToken(
      () => options().getToken?.(),
      clock,
      () => {
        for (const callback of onBack) callback()
      },
    ),
    onAnswer: (answer) => log.add({ side: 'lakefs', ...answer }),
  })
  return {
    lakefs,
    clock,
    log,
    resumeStore: resumeStorePorts(lakefs.endpoint),
    tabs: browserTabs(),
    store: createStore({ clock, stallTimeout: () => options().stallTimeout ?? DEFAULTS.stallTimeout }),
    online: () => globalThis.navigator?.onLine !== false,
    md5: createMd5(),
    reach,
    breathe: nextTurn,
    onProtocol,
    onOnline: (callback) => {
      onBack.add(callback)
      const stop = listen(globalThis, 'online', callback)
      return () => {
        onBack.delete(callback)
        stop()
      }
    },
    onShown: (callback) => {
      const { document } = globalThis
      return document
        ? listen(document, 'visibilitychange', () => document.visibilityState === 'visible' && callback())
        : () => {}
    },
  }
}

/** Where a browser remembers unfinished files; undefined where it has no IndexedDB. */
function resumeStorePorts(endpoint: string): Ports['resumeStore'] {
  if (typeof indexedDB === 'undefined') return undefined
  return {
    open: async () => (await import('../resume/database.ts')).openRecords(),
    locks: browserLocks(),
    endpoint: absolute(endpoint),
  }
}

function browserLocks(): Locks | undefined {
  // Absent on plain http outside localhost.
  const locks = globalThis.navigator?.locks
  if (!locks) return undefined
  return {
    hold: (name) =>
      new Promise((resolve, reject) => {
        locks.request(name, () => new Promise<void>((release) => resolve(release))).catch(reject)
      }),
    held: async () => new Set((await locks.query()).held?.flatMap(({ name }) => name ?? []) ?? []),
    async freed(name) {
      // Shared, so that of many tabs that wait none is in another's way.
      await locks.request(name, { mode: 'shared' }, () => {})
    },
  }
}

function listen(target: EventTarget, event: string, callback: () => void): () => void {
  target.addEventListener?.(event, callback)
  return () => target.removeEventListener?.(event, callback)
}

/** A request that needs no CORS: its answer cannot be read, but it comes only where a server is. */
async function reach(url: string): Promise<boolean> {
  try {
    await fetch(url, { mode: 'no-cors', credentials: 'omit', cache: 'no-store' })
    return true
  } catch {
    return false
  }
}

/** What the browser tells of its own requests; nothing where it does not. */
function onProtocol(url: string, callback: (protocol: string) => void): () => void {
  if (typeof PerformanceObserver === 'undefined') return () => {}
  const base = absolute(url)
  const observer = new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) {
      const { nextHopProtocol: protocol } = entry as PerformanceResourceTiming
      if (!protocol || !entry.name.startsWith(base)) continue
      observer.disconnect()
      callback(protocol)
      return
    }
  })
  observer.observe({ type: 'resource', buffered: true })
  return () => observer.disconnect()
}
