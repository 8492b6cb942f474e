/** Calls code of the host. An error of that code is reported to the host and does not stop the engine. */
export function guarded(call: () => void): void {
  try {
    call()
  } catch (thrown) {
    if (typeof reportError === 'function') reportError(thrown)
    else console.error(thrown)
  }
}
