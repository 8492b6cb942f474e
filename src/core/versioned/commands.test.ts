import { expect, test } from 'vitest'
import { readyCommands, shellWord, tooBigForTab } from './commands.ts'

test('says when a command is the better way, and why', () => {
  expect(tooBigForTab({ files: 10, bytes: 1e9 }).reasons).toEqual([])
  expect(tooBigForTab({ files: 200_000, bytes: 1e12 }).reasons).toEqual(['size', 'count'])
  expect(tooBigForTab({ files: 1, bytes: 360e9 }, 10e6)).toEqual({ reasons: ['time'], hours: 10 })
})

test('quotes what a shell would take apart', () => {
  expect(shellWord('lakefs://lake/main/raw/')).toBe('lakefs://lake/main/raw/')
  expect(shellWord("it's; rm -rf $HOME")).toBe(`'it'\\''s; rm -rf $HOME'`)
})

const at = { repository: 'lake', branch: 'main', prefix: 'raw/' }
const server = 'https://lake.example.com'
const commandsFor = (...paths: string[]) => commandsOf(paths, paths)
const commandsOf = (paths: string[], dropped?: string[]) =>
  Object.fromEntries(readyCommands(at, { paths, dropped, server }).map(({ tool, command }) => [tool, command]))

test('a folder for each tool, without any key', () => {
  const commands = commandsFor('my photos/a.jpg', 'my photos/deep/b.jpg')
  expect(Object.keys(commands)).toEqual(['lakectl', 'rclone', 'python', 'import'])
  expect(commands.lakectl).toBe(
    `lakectl fs upload --recursive --source './my photos' 'lakefs://lake/main/raw/my photos/'`,
  )
  expect(commands.rclone).toContain(`rclone copy --checksum --transfers 16 './my photos' ':s3,`)
  expect(commands.rclone).toContain('endpoint="https://lake.example.com":lake/main/raw/my photos/')
  expect(commands.python).toContain('sources = ["my photos"]')
  expect(commands.import).toContain('--to lakefs://lake/main/raw/')
})

test('one large file is sent alone, never the folder it lies in', () => {
  const commands = commandsFor('scan.tar')
  expect(commands.lakectl).toBe('lakectl fs upload --source ./scan.tar lakefs://lake/main/raw/scan.tar')
  expect(commands.rclone).toMatch(/^rclone copyto --checksum \.\/scan\.tar .*raw\/scan\.tar'$/)
  expect(Object.values(commands).join()).not.toContain('--recursive')
})

test.each([
  ['a file that stays', ['scans/a.tif', 'scans/b.tif'], ['scans/a.tif', 'scans/b.tif', 'scans/kept.tif']],
  ['junk', ['scans/a.tif', 'scans/b.tif'], ['scans/a.tif', 'scans/b.tif', 'scans/deep/.DS_Store']],
  ['something that nobody told of', ['scans/a.tif', 'scans/b.tif'], undefined],
])('a folder with %s in it is never named as one', (_, paths, dropped) => {
  const commands = commandsOf(paths, dropped)
  expect(commands.lakectl?.split('\n')).toEqual([
    'lakectl fs upload --source ./scans/a.tif lakefs://lake/main/raw/scans/a.tif',
    'lakectl fs upload --source ./scans/b.tif lakefs://lake/main/raw/scans/b.tif',
  ])
  expect(commands.rclone?.split('\n').map((line) => line.split(' ').slice(0, 4))).toEqual([
    ['rclone', 'copyto', '--checksum', './scans/a.tif'],
    ['rclone', 'copyto', '--checksum', './scans/b.tif'],
  ])
  expect(commands.python).toContain('sources = ["scans/a.tif", "scans/b.tif"]')
})

test('many files of a folder that does not go whole are a list', () => {
  const paths = Array.from({ length: 6 }, (_, index) => `scans/${index}.tif`)
  const commands = commandsOf(paths, [...paths, 'scans/kept.tif'])
  expect(commands.lakectl).toContain('done < files-to-send.txt')
  expect(commands.rclone).toContain('--files-from-raw files-to-send.txt . ')
  expect(commands.python).toContain('Path("files-to-send.txt")')
  expect(Object.values(commands).join()).not.toMatch(/--recursive|rglob/)
})

test('two folders and a file are a line each', () => {
  expect(commandsFor('a/1', 'b/2', 'b/3', 'c.txt').lakectl?.split('\n')).toEqual([
    'lakectl fs upload --recursive --source ./a lakefs://lake/main/raw/a/',
    'lakectl fs upload --recursive --source ./b lakefs://lake/main/raw/b/',
    'lakectl fs upload --source ./c.txt lakefs://lake/main/raw/c.txt',
  ])
})

test('many loose files go by the list', () => {
  const commands = commandsFor(...Array.from({ length: 6 }, (_, index) => `${index}.txt`))
  expect(commands.lakectl).toContain('done < files-to-send.txt')
  expect(commands.rclone).toContain('--files-from-raw files-to-send.txt . ')
  expect(commands.python).toContain('Path("files-to-send.txt")')
})
