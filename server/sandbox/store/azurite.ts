import { type ChildProcess, spawn } from 'node:child_process'
import { mkdir, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import type { AddressInfo } from 'node:net'
import { createServer } from 'node:net'
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
  const port = await freePort()
  const main = createRequire(import.meta.url).resolve('azurite/dist/src/blob/main.js')
  const args = ['--blobHost', '127.0.0.1', '--blobPort', String(port), '--location', location]
  const flags = ['--cert', certFile, '--key', keyFile, '--skipApiVersionCheck', '--silent', '--disableTelemetry']
  const child = spawn(process.execPath, [main, ...args, ...flags], {
    env: { ...process.env, AZURITE_ACCOUNTS: `${account}:${key}` },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const kill = () => child.kill('SIGKILL')
  process.once('exit', kill)
  await listening(child)
  return {
    port,
    close: () =>
      new Promise((done) => {
        process.off('exit', kill)
        child.once('exit', () => done())
        // Its own way of ending writes what it has in memory.
        child.kill('SIGTERM')
      }),
  }
}

function listening(child: ChildProcess): Promise<void> {
  return new Promise((done, refuse) => {
    let said = ''
    const hear = (chunk: Buffer) => {
      said += chunk.toString()
      if (said.includes('successfully listens on')) done()
    }
    child.stdout?.on('data', hear)
    child.stderr?.on('data', hear)
    child.once('exit', (code) => refuse(new Error(`Azurite ended with ${code}: ${said}`)))
  })
}

function freePort(): Promise<number> {
  return new Promise((done, refuse) => {
    const server = createServer()
    server.once('error', refuse)
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo
      server.close(() => done(port))
    })
  })
}
