import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { generate } from 'selfsigned'
import { ownPort } from '../engines/port.ts'

/** A web server of docs/deploying/ in front of a page's folder and a lakeFS, on a port of its own. */
export interface Front {
  origin: string
  stop(): Promise<void>
}

export interface FrontOptions {
  /** An empty folder for its files. */
  dir: string
  page: string
  /** host:port */
  lakefs: string
}

interface Program {
  /** Why it cannot be tried here; undefined: it can. */
  missing: string | undefined
  start(options: FrontOptions): Promise<Front>
}

const EXAMPLE = 'upload.example.com'

function find(name: string): string | undefined {
  return [`/usr/sbin/${name}`, `/usr/bin/${name}`, `/usr/local/bin/${name}`].find((path) => existsSync(path))
}

/** The example as it stands in the docs, with only its names exchanged. A name it has lost fails here. */
function example(file: string, exchange: readonly (readonly [string, string])[]): string {
  let text = readFileSync(new URL(`../../docs/deploying/${file}`, import.meta.url), 'utf8')
  for (const [from, to] of exchange) {
    if (!text.includes(from)) throw new Error(`docs/deploying/${file} has no "${from}"`)
    text = text.replaceAll(from, to)
  }
  return text
}

async function certificate(dir: string): Promise<{ cert: string; key: string }> {
  mkdirSync(dir, { recursive: true })
  const pems = await generate([{ name: 'commonName', value: '127.0.0.1' }])
  const cert = join(dir, 'cert.pem')
  const key = join(dir, 'key.pem')
  writeFileSync(cert, pems.cert)
  writeFileSync(key, pems.private)
  return { cert, key }
}

/** Resolves when the port answers; rejects with what the program said when it ends before. */
async function started(child: ChildProcess, port: number): Promise<void> {
  let said = ''
  let ended = false
  child.stderr?.on('data', (data) => {
    said += data
  })
  child.once('exit', () => {
    ended = true
  })
  const { connect } = await import('node:net')
  for (;;) {
    if (ended) throw new Error(`it ended: ${said}`)
    const open = await new Promise<boolean>((resolve) => {
      const socket = connect(port, '127.0.0.1', () => resolve(true))
      socket.once('error', () => resolve(false)).once('connect', () => socket.destroy())
    })
    if (open) return
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}

function front(child: ChildProcess, port: number): Front {
  return {
    origin: `https://127.0.0.1:${port}`,
    stop: () =>
      new Promise((resolve) => {
        child.once('exit', () => resolve())
        child.kill('SIGTERM')
      }),
  }
}

const nginx: Program = {
  missing: find('nginx') ? undefined : 'nginx is not installed',
  async start({ dir, page, lakefs }) {
    const { cert, key } = await certificate(dir)
    const port = await ownPort()
    const site = example('nginx.conf', [
      ['/etc/ssl/upload.example.com.pem', cert],
      ['/etc/ssl/upload.example.com.key', key],
      ['/srv/lakefs-uploader', page],
      ['127.0.0.1:8000', lakefs],
      ['listen 443 ', `listen 127.0.0.1:${port} `],
      [`https://${EXAMPLE}`, `https://127.0.0.1:${port}`],
    ])
    writeFileSync(join(dir, 'site.conf'), site)
    const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi']
    const main = join(dir, 'nginx.conf')
    writeFileSync(
      main,
      `daemon off; worker_processes 1; pid ${dir}/nginx.pid; error_log stderr warn;
      ${process.getuid?.() === 0 ? 'user root;' : ''}
      events {}
      http {
        types { text/html html; text/javascript js; text/css css; application/json json; image/svg+xml svg; }
        access_log off;
        ${temporary.map((name) => `${name}_temp_path ${dir}/${name};`).join(' ')}
        include ${dir}/site.conf;
      }`,
    )
    const program = find('nginx') ?? 'nginx'
    execFileSync(program, ['-t', '-q', '-e', 'stderr', '-p', dir, '-c', main], { stdio: 'pipe' })
    const child = spawn(program, ['-e', 'stderr', '-p', dir, '-c', main], { stdio: ['ignore', 'ignore', 'pipe'] })
    await started(child, port)
    return front(child, port)
  },
}

const caddy: Program = {
  missing: find('caddy') ? undefined : 'Caddy is not installed',
  async start({ dir, page, lakefs }) {
    const { cert, key } = await certificate(dir)
    const port = await ownPort()
    const site = example('Caddyfile', [
      [`tls /etc/ssl/${EXAMPLE}.pem /etc/ssl/${EXAMPLE}.key`, `tls ${cert} ${key}`],
      ['/srv/lakefs-uploader', page],
      ['127.0.0.1:8000', lakefs],
      [`https://${EXAMPLE}`, `https://127.0.0.1:${port}`],
      [`\n${EXAMPLE} {`, `\n127.0.0.1:${port} {`],
    ])
    const file = join(dir, 'Caddyfile')
    // The administration port and the redirect from port 80 would meet another Caddy of this machine.
    writeFileSync(file, `{\n\tadmin off\n\tauto_https disable_redirects\n}\n${site}`)
    const program = find('caddy') ?? 'caddy'
    const env = { ...process.env, XDG_DATA_HOME: dir, XDG_CONFIG_HOME: dir }
    const args = ['--config', file, '--adapter', 'caddyfile']
    execFileSync(program, ['validate', ...args], { stdio: 'pipe', env })
    const child = spawn(program, ['run', ...args], { stdio: ['ignore', 'ignore', 'pipe'], env })
    await started(child, port)
    return front(child, port)
  },
}

export const FRONTS: Readonly<Record<string, Program>> = { nginx, caddy }
