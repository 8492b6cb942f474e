import { describe, expect, it } from 'vitest'
import { createFormat, directionOf } from './format.ts'
import { arabic } from './messages.ar.ts'
import { german } from './messages.de.ts'
import { english } from './messages.ts'

const en = createFormat('en', english.units)

describe('figures', () => {
  it.each([
    [0, '0 B'],
    [999, '999 B'],
    [1000, '1.00 KB'],
    [17_900, '17.9 KB'],
    [640e6, '640 MB'],
    [999_949, '1.00 MB'],
    [8.76e9, '8.76 GB'],
    [6.2e12, '6.20 TB'],
  ])('%i bytes are %s', (bytes, text) => expect(en.bytes(bytes)).toBe(text))

  it('say the unit once', () => {
    const of = (part: number, whole: number) => en.bytesOf(part, whole, (a, b) => `${a} of ${b}`)
    expect(of(8.76e9, 12.4e9)).toBe('8.76 of 12.4 GB')
    expect(of(800e6, 12.4e9)).toBe('800 MB of 12.4 GB')
    expect(of(0, 12.4e9)).toBe('0 of 12.4 GB')
  })

  it('round percents down', () => {
    expect(en.percent(0.999)).toBe('99%')
    expect(en.percent(0.29)).toBe('29%')
    expect(en.percent(1)).toBe('100%')
  })

  it.each([
    [3, '3 s'],
    [48, '50 s'],
    [110, '2 min'],
    [840, '14 min'],
    [10_800, '3 h'],
  ])('%i seconds are %s', (seconds, text) => expect(en.duration(seconds)).toBe(text))

  it.each([
    [12, '12 s'],
    [13.9, '13 s'],
    [119, '119 s'],
    [120, '2 min'],
    [7199, '119 min'],
    [7200, '2 h'],
    [172_800, '2 d'],
  ])('%i seconds that count up are %s', (seconds, text) => expect(en.elapsed(seconds)).toBe(text))

  it('give a rate few digits', () => {
    expect(en.rate(46e6)).toBe('46 MB/s')
    expect(en.rate(4.24e6)).toBe('4.2 MB/s')
  })

  it('follow the language', () => {
    expect(createFormat('de', german.units).bytes(8.76e9)).toBe('8,76 GB')
    expect(directionOf('ar-EG')).toBe('rtl')
    expect(directionOf('de')).toBe('ltr')
    // Latin digits by default, kept in their order inside the sentence.
    expect(createFormat('ar', arabic.units).bytes(8.76e9)).toBe('\u20668.76 GB\u2069')
    expect(createFormat('ar', arabic.units).duration(110)).toBe('دقيقتين')
  })
})
