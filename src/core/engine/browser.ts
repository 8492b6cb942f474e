import { createMd5 } from '../checksum/md5.ts'
import { DEFAULTS } from '../defaults.ts'
import { createLakeFS } from '../lakefs/client.ts'
import { patientToken } from '../lakefs/token.ts'
import type { Configuration, UploaderOptions } from '../options.ts'
import { allowed } from '../request/allowed.ts'
import { systemClock } from '../request/clock.ts'
import { Log } from '../request/log.ts'
import { nextTurn } from '../request/slices.ts'
import type { Locks } from '../resume/resume-store.ts'
import { absolute, createStore } from '../store/storage.ts'
import { browserTabs } from '../transfer/tabs/tabs.ts'
import type { Ports } from '../transfer/transfer-manager.ts'
import { browserProbes } from './browser-probes.ts'
import { Engine } from './engine.ts'

/**
 * Starts an engine with the ports of a browser. core/index.ts loads this module on demand.
 * @param change replaces ports, so that a test can run the engine without one of them.
 */
export function startEngine(options: UploaderOptions, change: (ports: Ports) => Ports = (ports) => ports): Engine {
  return new Engine(options, (current) => change(browserPorts(current)))
}

function browserPorts(options: () => Configuration): Ports {
  const clock = systemClock
  const log = new Log(clock)
  /** Callbacks for when the network is back, or when a late token has arrived. */
  const onBack = new Set<() => void>()
  const getToken = patientToken(
    () => options().getToken?.(),
    clock,
    () => {
      for (const callback of onBack) callback()
    },
  )
  const lakefs = createLakeFS({
    endpoint: options().endpoint,
    getToken,
    onAnswer: (answer) => log.add({ side: 'lakefs', ...answer }),
  })
  const store = (own?: typeof XMLHttpRequest) =>
    createStore({
      clock,
      stallTimeout: () => options().stallTimeout ?? DEFAULTS.stallTimeout,
      ...(own ? { XMLHttpRequest: own } : {}),
    })
  return {
    lakefs,
    renewToken: getToken.renew,
    clock,
    log,
    resumeStore: resumeStorePorts(lakefs.endpoint),
    tabs: browserTabs(),
    store: store(),
    online: () => allowed(() => navigator.onLine) !== false,
    md5: createMd5(),
    reach,
    probes: browserProbes(store),
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

/** Returns the database of the unfinished files; undefined where the page may not use IndexedDB. */
function resumeStorePorts(endpoint: string): Ports['resumeStore'] {
  if (!allowed(() => indexedDB)) return undefined
  return {
    open: async () => (await import('../resume/database.ts')).openRecords(),
    locks: browserLocks(),
    endpoint: absolute(endpoint),
  }
}

function browserLocks(): Locks | undefined {
  // Web Locks are missing on plain http outside localhost.
  const locks = allowed(() => navigator.locks)
  if (!locks) return undefined
  return {
    hold: (name) =>
      new Promise((resolve, reject) => {
        locks.request(name, () => new Promise<void>((release) => resolve(release))).catch(reject)
      }),
    held: async () => new Set((await locks.query()).held?.flatMap(({ name }) => name ?? []) ?? []),
    async freed(name) {
      // The lock is shared, so that tabs that wait do not block each other.
      await locks.request(name, { mode: 'shared' }, () => {})
    },
  }
}

function listen(target: EventTarget, event: string, callback: () => void): () => void {
  target.addEventListener?.(event, callback)
  return () => target.removeEventListener?.(event, callback)
}

/**
 * Resolves with whether a server answers at this URL. The request needs no CORS, so the answer itself cannot be read.
 */
async function reach(url: string): Promise<boolean> {
  try {
    await fetch(url, { mode: 'no-cors', credentials: 'omit', cache: 'no-store' })
    return true
  } catch {
    return false
  }
}

/**
 * Calls back once with the protocol of the first request to this URL. Does nothing in browsers without this
 * information.
 */
function onProtocol(url: string, callback: (protocol: string) => void): () => void {
  const base = absolute(url)
  const listen = (list: PerformanceObserverEntryList, observer: PerformanceObserver) => {
    for (const entry of list.getEntries()) {
      const { nextHopProtocol: protocol } = entry as PerformanceResourceTiming
      if (!protocol || !entry.name.startsWith(base)) continue
      observer.disconnect()
      callback(protocol)
      return
    }
  }
  const observer = allowed(() => {
    const observes = new PerformanceObserver(listen)
    observes.observe({ type: 'resource', buffered: true })
    return observes
  })
  return () => observer?.disconnect()
}
