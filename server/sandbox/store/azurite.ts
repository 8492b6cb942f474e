import { type ChildProcess, spawn } from 'node:child_process'
import { mkdir, writeFile } from 'node:fs/promises'
import { Agent } from 'node:https'
import { createRequire } from 'node:module'
import { join } from 'node:path'

export interface Certificate {
  key: string
  cert: string
}

export interface Azurite {
  port: number
  close(): Promise<void>
}

/** A certificate for 127.0.0.1 that nobody but the sandbox knows. */
export async function newCertificate(): Promise<Certificate> {
  const { generate } = await import('selfsigned')
  const { private: key, cert } = await generate([{ name: 'commonName', value: '127.0.0.1' }], {
    keyType: 'ec',
    algorithm: 'sha256',
    extensions: [
      { name: 'basicConstraints', cA: true },
      {
        name: 'subjectAltName',
        altNames: [
          { type: 7, ip: '127.0.0.1' },
          { type: 2, value: 'localhost' },
        ],
      },
    ],
  })
  return { key, cert }
}

/** A connection for each request: Azurite closes one that is left alone for 5 s, also under a request on its way. */
export function agentFor({ cert }: Certificate): Agent {
  return new Agent({ ca: cert })
}

/** Azurite as a process of its own, over TLS (its URLs say `spr=https`). Its blobs lie in the folder. */
export async function startAzurite(
  dir: string,
  account: string,
  key: string,
  certificate: Certificate,
): Promise<Azurite> {
  const location = join(dir, 'azurite')
  await mkdir(location, { recursive: true })
  const [certFile, keyFile] = [join(location, 'cert.pem'), join(location, 'key.pem')]
  await writeFile(certFile, certificate.cert)
  await writeFile(keyFile, certificate.key, { mode: 0o600 })
  const main = createRequire(import.meta.url).resolve('azurite/dist/src/blob/main.js')
  // Any free port, which Azurite takes itself: one that is looked up here may be somebody else's by then.
  const args = ['--blobHost', '127.0.0.1', '--blobPort', '0', '--location', location]
  const flags = ['--cert', certFile, '--key', keyFile, '--skipApiVersionCheck', '--silent', '--disableTelemetry']
  const child = spawn(process.execPath, [main, ...args, ...flags], {
    env: { ...process.env, AZURITE_ACCOUNTS: `${account}:${key}` },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const kill = () => child.kill('SIGKILL')
  process.once('exit', kill)
  const port = await listening(child)
  return {
    port,
    close: () =>
      new Promise((done) => {
        process.off('exit', kill)
        if (child.exitCode !== null || child.signalCode !== null) return done()
        child.once('exit', () => done())
        // Its own way of ending writes what it has in memory.
        child.kill('SIGTERM')
      }),
  }
}

/** The port, once it listens there. */
function listening(child: ChildProcess): Promise<number> {
  return new Promise((done, refuse) => {
    let said = ''
    const hear = (chunk: Buffer) => {
      said += chunk.toString()
      const port = /successfully listens on https:\/\/127\.0\.0\.1:(\d+)\s/.exec(said)?.[1]
      if (port) done(Number(port))
    }
    child.stdout?.on('data', hear)
    child.stderr?.on('data', hear)
    child.once('exit', (code) => refuse(new Error(`Azurite ended with ${code}: ${said}`)))
  })
}
