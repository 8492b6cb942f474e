declare const __VERSION__: string

/** Version of the package, inserted by the build. */
export const VERSION: string = __VERSION__
