import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { DEFAULTS } from '../src/core/defaults.ts'
import type { ErrorCode } from '../src/core/error-codes.ts'
import { corsRuleFor } from '../src/core/store/cors-rule.ts'
import { createI18n } from '../src/react/i18n/language.ts'
import { english } from '../src/react/i18n/messages.ts'

const ROOT = fileURLToPath(new URL('..', import.meta.url))
const read = (file: string) => readFileSync(join(ROOT, file), 'utf8')

const pages = [
  ...['README.md', 'CONTRIBUTING.md', 'CHANGELOG.md'].filter((file) => existsSync(join(ROOT, file))),
  ...readdirSync(join(ROOT, 'docs'), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.md') && !file.includes('node_modules'))
    .map((file) => join('docs', file)),
]

const { words: englishWords } = createI18n('en', english)

/** The anchors that a Markdown page has on the usual hosts. */
function anchors(file: string): Set<string> {
  const text = read(file).replace(/^```[\s\S]*?^```/gm, '')
  const headings = [...text.matchAll(/^#+ (.+)$/gm)].map(([, title = '']) => title.replace(/[`*]/g, '').toLowerCase())
  const slugs = headings.map((title) => title.replace(/[^\p{L}\p{N} _-]/gu, '').replaceAll(' ', '-'))
  const counted = slugs.map((slug, index) => {
    const before = slugs.slice(0, index).filter((other) => other === slug).length
    return before > 0 ? `${slug}-${before}` : slug
  })
  return new Set([...counted, ...[...text.matchAll(/<a id="([^"]+)">/g)].map(([, id = '']) => id)])
}

describe('docs', () => {
  it.each(pages)('%s: every link leads somewhere', (page) => {
    const text = read(page).replace(/^```[\s\S]*?^```/gm, '')
    const links = [...text.matchAll(/\]\(([^)\s]+)\)/g)].map(([, target = '']) => target)
    const broken = links.filter((link) => {
      if (/^[a-z]+:/.test(link)) return false
      const [path = '', anchor] = link.split('#')
      const file = path ? relative(ROOT, join(ROOT, dirname(page), path)) : page
      if (!existsSync(join(ROOT, file))) return true
      return anchor !== undefined && file.endsWith('.md') && !anchors(file).has(anchor)
    })
    expect(broken).toEqual([])
  })

  it.each(['CONTRIBUTING.md', 'docs/how-it-works.md'])('%s: every file and folder that it names is there', (page) => {
    const text = read(page)
    const named = [...text.matchAll(/(?<![\w/.-])((?:src|server|e2e|bench|docs|\.ci)\/[\w/.-]*[\w])/g)].map(
      ([, path = '']) => path,
    )
    expect(named.length).toBeGreaterThan(10)
    expect(named.filter((path) => !existsSync(join(ROOT, path)))).toEqual([])
  })

  it('customising.md has the theme tokens as the style sheet has them', () => {
    const css = read('src/react/style/base.css')
    const valuesOf = (start: string) => {
      const from = css.indexOf(start)
      const block = css.slice(css.indexOf('{', from) + 1, css.indexOf('}', from))
      return new Map(
        [...block.matchAll(/(--lfu-[\w-]+):\s*([^;]+);/g)].map(([, name = '', value = '']) => [name, value]),
      )
    }
    const light = valuesOf(':where(.lfu, .lfu-tokens) {')
    const both = valuesOf('@supports (color: light-dark(#000, #fff)) {\n  :where(.lfu, .lfu-tokens)')
    const [again, dark] = [0, 1].map(
      (index) =>
        new Map(
          [...both].map(([name, value]) => [
            name,
            value.replace(/light-dark\((.+), ([^,]+)\)/, (_, light, dark) => [light, dark][index] ?? ''),
          ]),
        ),
    )
    expect(light.size).toBeGreaterThan(20)
    const short = (value = '') => (/"/.test(value) ? 'system fonts' : value.replace(/^#(.)(.)(.)$/, '#$1$1$2$2$3$3'))
    const [, table = ''] = /<!-- tokens -->([\s\S]*?)<!-- \/tokens -->/.exec(read('docs/customising.md')) ?? []
    const rows = [...table.matchAll(/^\| `(--lfu-[\w-]+)` \| (.*?) \| (.*?) ?\|/gm)]
    const said = rows.map(([, name, inLight = '', inDark = '']) => [name, inLight.toLowerCase(), inDark.toLowerCase()])
    const real = [...light].map(([name, value]) => [
      name,
      short(value).toLowerCase(),
      short(dark?.get(name)).toLowerCase(),
    ])
    // What stands without light-dark() is what it says of light.
    for (const [name, value] of again ?? []) expect(value, name).toBe(light.get(name))
    expect(new Map(said.map((row) => [row[0], row]))).toEqual(new Map(real.map((row) => [row[0], row])))
  })

  it('deploying.md has the CORS rules that the self-test shows', () => {
    const text = read('docs/deploying.md')
    const origin = 'https://upload.example.com'
    const blocks = [...text.matchAll(/^```(?:json|sh)\n([\s\S]*?)^```/gm)].map(([, code = '']) => code)
    const json = blocks.filter((code) => /^\s*\[/.test(code)).map((code) => JSON.parse(code))
    for (const store of ['s3', 'gs']) expect(json).toContainEqual(JSON.parse(corsRuleFor(store, origin).text))
    const commands = blocks.map((code) => code.replace(/\\\n\s*/g, '').trim())
    expect(commands).toContain(corsRuleFor('azure', origin).text)
  })

  it('when-something-is-in-the-way.md explains every code and every finding about something in between', () => {
    const text = read('docs/when-something-is-in-the-way.md')
    const codes: readonly ErrorCode[] = [
      'blocked',
      'blocked-by-policy',
      'proxy-refused',
      'not-lakefs',
      'path-mismatch',
      'size-mismatch',
      'object-unreadable',
      'throttled',
      'forbidden',
      'etag-hidden',
      'storage-refused',
    ]
    for (const code of codes) expect(text, code).toContain(`\`${code}\``)
    // What the checks find; these are no obstacles, or have a code of their own.
    const others = ['fine', 'busy', 'unknown', 'policy', 'etag-hidden']
    const { checks } = englishWords
    const missing = Object.keys(checks).filter((check) => !others.includes(check) && !text.includes(`\`${check}\``))
    expect(missing).toEqual([])
    // It quotes what people read, as they read it.
    const facts = { permission: 'local-network', header: 'content-type', until: 0, origin: '…', path: '…', got: '…' }
    const right = { permission: 'fs:WriteObject' }
    const said = [
      ...codes.flatMap((code) => [facts, right].map((given) => englishWords.errors[code](given, 1))),
      ...Object.values(checks).map((say) => say('…', facts)),
    ].join('\n')
    const quotes = [...text.matchAll(/^\| "([^"]+)"/gm)].flatMap(([, quote = '']) => quote.split('…'))
    expect(quotes.length).toBeGreaterThan(20)
    const words = quotes.map((part) => part.replace(/14:32|^[ :]+|[ :]+$/g, '')).filter((part) => part.length > 3)
    expect(words.filter((part) => !said.includes(part))).toEqual([])
    const headings = [...text.matchAll(/^## (.+)$/gm)].map(([, heading]) => heading)
    expect(headings).toEqual(['For people', 'For developers of the host page', 'For administrators'])
    const rows = text.split('\n').filter((line) => line.startsWith('| ') && !line.startsWith('| What you see'))
    for (const row of rows) expect(row.split(/(?<!\\) \| /), row).toHaveLength(3)
  })

  it('the comments of the options and how-it-works.md tell the defaults that hold', () => {
    const source = read('src/core/options.ts')
    const told = (option: string) => {
      const [, comment = ''] = new RegExp(`/\\*\\*((?:(?!\\*/)[^])*)\\*/\\s+${option}\\?:`).exec(source) ?? []
      return comment.replace(/\s*\n\s*\* ?/g, ' ')
    }
    const { files, parts, api } = DEFAULTS.concurrency
    expect(told('concurrency')).toContain(`Defaults: files ${files}, parts ${parts} (over all files), api ${api};`)
    for (const option of ['onConflict', 'viaApiBelow', 'verifyChecksums', 'retryTimeout', 'stallTimeout'] as const) {
      expect(told(option).replaceAll(',', ''), option).toMatch(new RegExp(`Default \`?${DEFAULTS[option]}\\b`))
    }
    expect(read('docs/how-it-works.md')).toContain(`${files} files at once`)
    expect(read('docs/how-it-works.md')).toContain(`${files} files in flight`)
  })

  it('no page names an option, a prop or a code that is not there', () => {
    const source = [
      'src/core/options.ts',
      'src/core/errors.ts',
      'src/react/LakeFSUploader.tsx',
      'src/react/panels/versioned-props.ts',
    ]
      .map(read)
      .join('\n')
    const table = /## Props[\s\S]*?(?=\n## )/.exec(read('docs/embedding.md'))?.[0] ?? ''
    const names = [...table.matchAll(/^\| (`[^|]+) \|/gm)].flatMap(([, cell = '']) =>
      [...cell.matchAll(/`(\w+)/g)].map(([, name = '']) => name),
    )
    expect(names.length).toBeGreaterThan(10)
    expect(names.filter((name) => !new RegExp(`\\b${name}\\?|\\b${name}:`).test(source))).toEqual([])
  })
})
