import type { UploaderOptions } from '../options.ts'
import type { Tabs } from '../transfer/tabs/tabs.ts'
import { TestClock } from './clock.ts'
import { TestLake } from './lake.ts'
import { TestBrowser } from './records.ts'
import { rig } from './rig.ts'

const MIB = 2 ** 20

/** Browser whose pages open and close, in front of one lakeFS. */
export function visits(tabs?: Tabs) {
  const browser = new TestBrowser()
  const shared = { clock: new TestClock(), lake: new TestLake() }
  const resumeStore = { open: browser.open, locks: browser.locks, endpoint: 'http://lakefs.test/api/v1' }
  const open = (options: Partial<UploaderOptions> = {}, kept: typeof resumeStore = resumeStore) => {
    // The name of a session has the time in it, and the randomness of a test does not tell two of them apart.
    shared.clock.jump(1)
    return rig({ partSize: 5 * MIB, ...options }, { resumeStore: kept, tabs }, shared)
  }
  /** Closes the tab in the middle of its work. */
  const crash = async (page: ReturnType<typeof open>) => {
    await shared.clock.advance(300)
    shared.lake.twist = () => 'hang'
    page.engine.stop()
    browser.crash()
    await shared.clock.advance(300)
    shared.lake.twist = () => undefined
  }
  return { browser, ...shared, open, crash }
}

/** Creates a file handle like that of Chromium. */
export function handleOf(one: File, permission = { state: 'granted' }) {
  return {
    kind: 'file',
    name: one.name,
    getFile: async () => {
      if (permission.state !== 'granted') throw new DOMException('no', 'NotAllowedError')
      return one
    },
    queryPermission: async () => permission.state,
    requestPermission: async () => {
      permission.state = 'granted'
      return permission.state
    },
  } as unknown as FileSystemFileHandle
}
