import type { BrowserContext } from '@playwright/test'

/**
 * Lets React hear what Playwright fills in. In stock Firefox and WebKit a filled field is given its `value` by script,
 * and React takes for its own doing what scripts set: it remembers the last value it saw and hears of changes alone.
 * That memory is wiped before React gets the event. No person types so.
 */
export function hearFilling(context: BrowserContext): Promise<unknown> {
  return context.addInitScript(() => {
    globalThis.addEventListener(
      'input',
      ({ isTrusted, target }) => {
        if (isTrusted) return
        const { _valueTracker: seen } = target as unknown as { _valueTracker?: { setValue(value: string): void } }
        seen?.setValue('\0')
      },
      { capture: true },
    )
  })
}
