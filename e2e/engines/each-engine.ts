/**
 * Stories that run in every engine each time, beside those of the spec files that always do (playwright.config.ts): what
 * hangs on the browser itself, one story for each part of it.
 */
export const EACH_ENGINE = '@each-engine'
