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

test('the same drop for each tool, without any key', () => {
  const commands = readyCommands(
    { repository: 'lake', branch: 'main', prefix: 'raw/' },
    { folder: 'my photos', server: 'https://lake.example.com' },
  )
  expect(commands.map(({ tool }) => tool)).toEqual(['lakectl', 'rclone', 'python', 'import'])
  expect(commands[0]?.command).toBe(
    `lakectl fs upload --recursive --source './my photos' 'lakefs://lake/main/raw/my photos/'`,
  )
  expect(commands[1]?.command).toContain('endpoint="https://lake.example.com"')
  expect(commands[2]?.command).toContain('root = Path("./my photos")')
  expect(commands[3]?.command).toContain('--to lakefs://lake/main/raw/')
  expect(
    readyCommands({ repository: 'l', branch: 'm', prefix: '' }, { folder: '.', server: 'http://x' })[0]?.command,
  ).toBe('lakectl fs upload --recursive --source . lakefs://l/m/')
})
