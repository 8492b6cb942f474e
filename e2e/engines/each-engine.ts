/**
 * Stories that run in every engine each time: what hangs on the browser itself, one story for each part of it. The night
 * runs all of them in every engine.
 */
export const EACH_ENGINE = '@each-engine'
