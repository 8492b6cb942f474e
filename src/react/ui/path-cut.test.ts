import { describe, expect, it } from 'vitest'
import { cutPath } from './path-cut.ts'

const measure = (text: string) => text.length
const cut = (path: string, width: number) => {
  const { folders, name } = cutPath(path, width, measure)
  return folders === '' ? name : `${folders}/${name}`
}
const DEEP = 'video/2025-06-14/site-ridge-north/cam-03-long-range/session-b/rectified/left/take-0042.mp4'

describe('a path too long for its place', () => {
  it('stays whole where it fits', () => {
    expect(cut(DEEP, DEEP.length)).toBe(DEEP)
    expect(cutPath('a.txt', 5, measure)).toEqual({ folders: '', name: 'a.txt', cut: false })
  })

  it('loses whole folders from the middle', () => {
    expect(cut(DEEP, 60)).toBe('video/2025-06-14/…/session-b/rectified/left/take-0042.mp4')
    expect(cut(DEEP, 28)).toBe('video/…/left/take-0042.mp4')
    expect(cut(DEEP, 23)).toBe('video/…/take-0042.mp4')
    expect(cut(DEEP, 16)).toBe('…/take-0042.mp4')
  })

  it.each([80, 70, 60, 50, 40, 30, 20])('never is wider than %i', (width) => {
    expect(cut(DEEP, width).length).toBeLessThanOrEqual(width)
    expect(cut(DEEP, width).endsWith('/take-0042.mp4')).toBe(true)
  })

  it('keeps the last twelve letters of a name too long alone', () => {
    expect(cut(`${'long'.repeat(20)}-000001.tiff`, 24)).toBe('longlonglon…-000001.tiff')
    expect(cut(`folder/${'long'.repeat(20)}-000001.tiff`, 24)).toBe('…/longlongl…-000001.tiff')
  })

  it('takes letters of several code units as one', () => {
    expect(cut(`${'😀'.repeat(30)}.png`, 20)).not.toMatch(/[\ud800-\udbff](?![\udc00-\udfff])/)
  })

  it('keeps the slash of a folder', () => {
    expect(cut('a-long-folder/another-folder/cam-01/', 20)).toBe('…/cam-01/')
  })
})
