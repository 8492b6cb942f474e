interface Window {
  /** Put there by apps/vanilla/page.js. */
  widget: {
    update(options: { prefix: string }): void
    unmount(): void
  }
}
