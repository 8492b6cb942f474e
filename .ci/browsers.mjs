// @ts-check
// Finds what browser tests need, and installs what is missing.
import { ensureChromium, installEngines } from './chromium.mjs'

ensureChromium()
if (process.env.CI) installEngines()
