// @ts-check
import { execFileSync } from 'node:child_process'
import { accessSync, constants, existsSync } from 'node:fs'
import { basename, delimiter, join } from 'node:path'
import { chromium } from '@playwright/test'

/** What Playwright 1.64 turns off itself. Chromium reads the last list alone, so ours repeats it. */
const OFF_BY_PLAYWRIGHT = [
  'AvoidUnnecessaryBeforeUnloadCheckSync',
  'DestroyProfileOnBrowserClose',
  'HttpsUpgrades',
  'HttpsFirstBalancedModeAutoEnable',
  'LensOverlay',
  'MediaRouter',
  'PaintHolding',
  'ThirdPartyStoragePartitioning',
  'AvoidCorsURLLoaderRestartOnRedirect',
  'OptimizationHints',
  'NetworkTimeServiceQuerying',
  'AimEnabled',
  'PreconnectToSearch',
]

/** The address bar's popups: a page in a process of its own for every window, a third of what a short story costs. */
const POPUPS = ['WebUIOmniboxPopup', 'WebUIOmniboxAimPopup']

/** Arguments of every Chromium that Playwright starts here. */
export const CHROMIUM_ARGS = ['--no-sandbox', `--disable-features=${[...OFF_BY_PLAYWRIGHT, ...POPUPS].join(',')}`]

/** Debian's build of what Playwright itself runs where nothing is shown: it draws no window for every context. */
const SHELL = 'chromium-headless-shell'
const NAMES = [SHELL, 'chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable']

/**
 * The Chromium that browser tests run in: the one named by CHROMIUM_PATH, else Playwright's own, else the system's.
 * @returns {string | undefined}
 */
export function findChromium() {
  const named = process.env.CHROMIUM_PATH
  if (named) {
    if (!existsSync(named)) throw new Error(`CHROMIUM_PATH names no file: ${named}`)
    return named
  }
  const managed = chromium.executablePath()
  if (existsSync(managed)) return managed
  for (const name of NAMES) {
    const program = findProgram(name)
    if (program) return program
  }
  return undefined
}

/**
 * A program by its name, as a shell finds it.
 * @param {string} name
 * @returns {string | undefined}
 */
export function findProgram(name) {
  for (const folder of (process.env.PATH ?? '').split(delimiter)) {
    const file = join(folder, name)
    try {
      accessSync(file, constants.X_OK)
      return file
    } catch {
      // Not in this folder.
    }
  }
  return undefined
}

/** Finds a Chromium, else installs one: Playwright's, or where that cannot be had the one of Debian. */
export function ensureChromium() {
  if (findChromium()) return
  attempt('npx', ['playwright', 'install', 'chromium'], 10)
  if (!findChromium() && canInstall()) install([SHELL])
  if (!findChromium()) {
    throw new Error(
      'There is no Chromium and none could be installed: install one and name it with CHROMIUM_PATH, or run "npx playwright install chromium".',
    )
  }
}

/**
 * Installs what is missing, where it can be had: the programs of the other two engines, whose tests are left out without
 * them, and beside Debian's Chromium its shell, in which the stories take a sixth less time.
 */
export function installEngines() {
  if (!canInstall()) return
  const missing = !findProgram('firefox-esr') || !findProgram('Xvfb') || !hasWebKit()
  if (missing) install(['firefox-esr', 'xvfb', 'python3-gi', 'gir1.2-webkit2-4.1'])
  const found = findChromium() ?? ''
  if (!process.env.CHROMIUM_PATH && basename(found) === 'chromium' && !findProgram(SHELL)) install([SHELL])
}

/** True if Python can open a WebKitGTK window on a screen that shows to nobody. */
export function hasWebKit() {
  if (!findProgram('Xvfb') || !existsSync('/usr/bin/python3')) return false
  try {
    const lookUp = 'import gi; gi.require_version("WebKit2", "4.1"); from gi.repository import WebKit2'
    execFileSync('/usr/bin/python3', ['-c', lookUp], { stdio: 'ignore', timeout: 20_000 })
    return true
  } catch {
    return false
  }
}

function canInstall() {
  return process.getuid?.() === 0 && findProgram('apt-get') !== undefined
}

/** @param {string[]} packages */
function install(packages) {
  attempt('apt-get', ['update', '-qq'], 5)
  attempt('apt-get', ['install', '-y', '-qq', '--no-install-recommends', ...packages], 15)
}

/**
 * Runs a program that may fail: whoever asked looks at what is there afterwards.
 * @param {string} program
 * @param {string[]} args
 * @param {number} minutes
 */
function attempt(program, args, minutes) {
  console.log(`$ ${program} ${args.join(' ')}`)
  try {
    const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }
    execFileSync(program, args, { stdio: ['ignore', 'inherit', 'inherit'], timeout: minutes * 60_000, env })
  } catch (error) {
    console.log(`${program} did not succeed: ${/** @type {Error} */ (error).message}`)
  }
}
