/** Units of sizes and times in one language. */
export interface Units {
  /** Decimal units from bytes upwards. */
  bytes: readonly [string, string, string, string, string, string]
  /** Adds the time to a size: `46 MB` → `46 MB/s`. */
  rate: (bytes: string) => string
  seconds: (count: number, text: string) => string
  minutes: (count: number, text: string) => string
  hours: (count: number, text: string) => string
  days: (count: number, text: string) => string
}

/** Formats numbers and dates in one language. All numbers of the widget come from here. */
export interface Format {
  readonly locale: string
  number(value: number): string
  /** Whole percent of a share from 0 to 1, rounded down, so that 100 % does not appear early. */
  percent(share: number): string
  /** Three significant digits with a decimal unit: 8.76 GB. */
  bytes(value: number): string
  /** Two sizes, with the unit once where both have the same: 8.76 of 12.4 GB. `join` adds the word between. */
  bytesOf(part: number, whole: number, join: (part: string, whole: string) => string): string
  /** Bytes per second: 46 MB/s. */
  rate(value: number): string
  /** Rounded to one unit: 50 s, 2 min, 3 h. */
  duration(seconds: number): string
  /** Elapsed time, rounded down: 12 s; from two minutes on 2 min, 3 h. */
  elapsed(seconds: number): string
  /** Date such as 12 May, with the year when it is not the current one. */
  day(ms: number): string
  /** Date and time. */
  moment(ms: number): string
  /** Plural category of a count in the language. */
  plural(count: number): Intl.LDMLPluralRule
}

const RTL = new Set(['ar', 'arc', 'ckb', 'dv', 'fa', 'ha', 'he', 'khw', 'ks', 'ps', 'sd', 'ug', 'ur', 'yi'])

export function directionOf(locale: string): 'ltr' | 'rtl' {
  return RTL.has(locale.toLowerCase().split('-')[0] ?? '') ? 'rtl' : 'ltr'
}

export function createFormat(locale: string, units: Units): Format {
  // Latin digits are the default, because paths and addresses beside them are Latin; a locale with a region decides
  // itself.
  const digits = locale.includes('-') ? {} : { numberingSystem: 'latn' }
  // `en` alone would format "May 12" and 12-hour times, but the texts are international English.
  const dates = locale === 'en' ? 'en-GB' : locale
  const whole = new Intl.NumberFormat(locale, { maximumFractionDigits: 0, ...digits })
  const three = new Intl.NumberFormat(locale, {
    minimumSignificantDigits: 3,
    maximumSignificantDigits: 3,
    useGrouping: false,
    ...digits,
  })
  const tenth = new Intl.NumberFormat(locale, { maximumFractionDigits: 1, ...digits })
  const percent = new Intl.NumberFormat(locale, { style: 'percent', maximumFractionDigits: 0, ...digits })
  const plurals = new Intl.PluralRules(locale)
  const dayOnly = new Intl.DateTimeFormat(dates, { day: 'numeric', month: 'short', ...digits })
  const dayAndYear = new Intl.DateTimeFormat(dates, { day: 'numeric', month: 'short', year: 'numeric', ...digits })
  const moment = new Intl.DateTimeFormat(dates, { dateStyle: 'medium', timeStyle: 'short', ...digits })

  // In a right-to-left sentence a number and its Latin unit would otherwise change places.
  const keep = directionOf(locale) === 'rtl' ? (text: string) => `\u2066${text}\u2069` : (text: string) => text
  const figure = (value: number, power: number) => (power === 0 ? whole : three).format(value / 1000 ** power)
  const say = (say: Units['seconds'], count: number) => say(count, whole.format(count))
  const unit = (power: number) => units.bytes[power] ?? ''
  const bytes = (value: number) => {
    const power = powerOf(value)
    return keep(`${figure(value, power)} ${unit(power)}`)
  }
  return {
    locale,
    number: (value) => whole.format(value),
    percent: (share) => percent.format(Math.floor(Math.min(1, Math.max(0, share)) * 100 + 1e-9) / 100),
    bytes,
    bytesOf(part, total, join) {
      const power = powerOf(total)
      const same = powerOf(part) === power || part === 0
      return same
        ? `${join(part === 0 ? whole.format(0) : figure(part, power), figure(total, power))} ${unit(power)}`
        : join(bytes(part), bytes(total))
    },
    rate(value) {
      const power = powerOf(value)
      const scaled = value / 1000 ** power
      return keep(units.rate(`${(scaled < 10 && power > 0 ? tenth : whole).format(scaled)} ${unit(power)}`))
    },
    duration(seconds) {
      if (seconds < 57.5) {
        return say(units.seconds, seconds < 10 ? Math.max(1, Math.round(seconds)) : Math.round(seconds / 5) * 5)
      }
      if (seconds < 3570) return say(units.minutes, Math.max(1, Math.round(seconds / 60)))
      if (seconds < 172_800) return say(units.hours, Math.round(seconds / 3600))
      return say(units.days, Math.round(seconds / 86_400))
    },
    elapsed(seconds) {
      if (seconds < 120) return say(units.seconds, Math.floor(seconds))
      if (seconds < 7200) return say(units.minutes, Math.floor(seconds / 60))
      if (seconds < 172_800) return say(units.hours, Math.floor(seconds / 3600))
      return say(units.days, Math.floor(seconds / 86_400))
    },
    day: (ms) => (new Date(ms).getFullYear() === new Date().getFullYear() ? dayOnly : dayAndYear).format(ms),
    moment: (ms) => moment.format(ms),
    plural: (count) => plurals.select(count),
  }
}

/** Ms of a wait of which the end is told rather than the time left. */
const LONG_WAIT_MS = 120_000

/** True for a wait whose end is told as a time of the day. @param until its end in ms since 1970. */
export function isLong(until: number | undefined): until is number {
  return until !== undefined && until - Date.now() > LONG_WAIT_MS
}

/**
 * Returns the power of 1000 at which three digits do not round up to the next unit: 999,950 bytes are 1.00 MB, not 1000
 * KB.
 */
function powerOf(value: number): number {
  let power = 0
  while (power < 5 && Number((value / 1000 ** power).toPrecision(power === 0 ? 15 : 3)) >= 1000) power += 1
  return power
}
