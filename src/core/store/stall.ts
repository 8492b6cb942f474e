import { ResponseError, type ResponseErrorInit } from '../request/response-error.ts'

/**
 * Factor for the timeout before the first byte, when the browser may queue the request, and after the last one, which
 * is reported while megabytes are still in buffers of the system (https://github.com/transloadit/uppy/issues/2929).
 */
const EDGE_FACTOR = 3
/**
 * Bytes for which each stall timeout of silence is granted after the last byte. A proxy that buffers the whole request
 * passes it on only then, at a pace that the browser cannot see; at the default timeout this is 35 KB a second.
 */
const BYTES_PER_TIMEOUT = 2 * 2 ** 20
/** Stall timeouts after which even the largest body is given up: an hour at the default. */
const MAX_TIMEOUTS = 60

/**
 * Returns the ms of silence after which a request is cut while the browser tells nothing of its body: before the first
 * byte, which is also all that it tells where a service worker passes the request on
 * (https://github.com/w3c/ServiceWorker/issues/1141), and after the last one.
 * @param size bytes of the body.
 * @param cuts how often the same body was cut in such a silence: each cut doubles the limit, because it may have been
 *   the limit that was wrong.
 */
export function silenceLimit(stallTimeout: number, size: number, cuts = 0): number {
  const timeouts = Math.min(MAX_TIMEOUTS, Math.max(EDGE_FACTOR, size / BYTES_PER_TIMEOUT))
  return stallTimeout * timeouts * 2 ** cuts
}

/** Request that was cut in a silence before its first byte or after its last one. */
export class SilenceError extends ResponseError {
  constructor(init: Pick<ResponseErrorInit, 'side' | 'message'>) {
    super({ ...init, status: 0 })
  }
}
