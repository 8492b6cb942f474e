/** Calls code of the host; what it throws is the host's to see and stops nothing of ours. */
export function guarded(call: () => void): void {
  try {
    call()
  } catch (thrown) {
    if (typeof reportError === 'function') reportError(thrown)
    else console.error(thrown)
  }
}
