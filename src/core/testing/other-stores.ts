import { rig } from './rig.ts'
import { TestAzure, TestGcs } from './stores.ts'

/** Makes waits last 1 ms at most, so that a repeat costs no time of a URL. */
export function quick<T extends ReturnType<typeof rig>>(one: T): T {
  one.clock.chance = 0
  return one
}

/** Creates an engine in front of a lakeFS on Azure. */
export function azureRig(options: Parameters<typeof rig>[0] = {}, ports: Parameters<typeof rig>[1] = {}) {
  const one = quick(rig(options, ports))
  const azure = new TestAzure()
  one.lake.other = azure
  return { ...one, azure }
}

/** Creates an engine in front of a lakeFS on Google Cloud Storage. */
export function gcsRig(options: Parameters<typeof rig>[0] = {}, ports: Parameters<typeof rig>[1] = {}) {
  const one = quick(rig(options, ports))
  const gcs = new TestGcs()
  one.lake.other = gcs
  return { ...one, gcs }
}

/** Returns the headers of all requests on a route. */
export function headersOf(lake: ReturnType<typeof rig>['lake'], route: string) {
  return lake.seen.filter((seen) => seen.route === route).map(({ headers }) => headers)
}
