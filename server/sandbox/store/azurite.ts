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

/** Creates a self-signed certificate for 127.0.0.1. */
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

/**
 * Uses a new connection for each request, because Azurite closes one that is idle for 5 s even when a request arrives.
 */
export function agentFor({ cert }: Certificate): Agent {
  return new Agent({ ca: cert })
}

/** Starts Azurite as a separate process with TLS, because its URLs have `spr=https`. Its blobs are in the folder. */
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
  // Azurite chooses a free port itself: one that is found here could be taken before Azurite starts.
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
        // SIGTERM lets Azurite write its memory to the disk.
        child.kill('SIGTERM')
      }),
  }
}

/** Resolves with the port once Azurite listens. */
function listening(child: ChildProcess): Promise<number> {
  return new Promise((done, refuse) => {
    let output = ''
    const read = (chunk: Buffer) => {
      output += chunk.toString()
      const port = /successfully listens on https:\/\/127\.0\.0\.1:(\d+)\s/.exec(output)?.[1]
      if (port) done(Number(port))
    }
    child.stdout?.on('data', read)
    child.stderr?.on('data', read)
    child.once('exit', (code) => refuse(new Error(`Azurite ended with ${code}: ${output}`)))
  })
}
