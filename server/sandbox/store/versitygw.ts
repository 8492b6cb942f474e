import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { Agent, request as httpRequest, type IncomingMessage, type ServerResponse } from 'node:http'
import { join } from 'node:path'
import { received } from '../wire.ts'
import type { World } from '../world.ts'
import type { ExternalS3 } from './external.ts'

const BUCKET = 'lakefs-sandbox'

/** Smallest CORS rule of an uploader, as docs/deploying.md has it. */
const RULE = { AllowedMethods: ['PUT'], AllowedHeaders: ['content-type'], ExposeHeaders: ['ETag'], MaxAgeSeconds: 3600 }

/** The S3 server https://github.com/versity/versitygw, as a process of its own that listens on a socket. */
export interface VersityGW {
  /** Relays a request as it is. Its signature covers the host of the relay. */
  handle(request: IncomingMessage, response: ServerResponse): void
  /** Connects lakeFS to the server without the relay. */
  agent: Agent
  /** Creates the bucket with its CORS rule. @param url URL of the relay. */
  prepare(url: string): Promise<ExternalS3>
  close(): Promise<void>
}

/** Starts the server. Its objects are in the folder. */
export async function startVersityGW(world: World, dir: string, program: string): Promise<VersityGW> {
  const [data, sidecar] = [join(dir, 'versitygw', 'data'), join(dir, 'versitygw', 'meta')]
  for (const folder of [data, sidecar]) await mkdir(folder, { recursive: true })
  // A socket, because a free port that is found here could be taken before the server listens.
  const socketPath = join(dir, 'versitygw', 's3')
  const keys = { accessKeyId: 'lakefs-sandbox-store', secretAccessKey: world.identity.secret }
  const args = ['--port', socketPath, '--quiet', 'posix', '--sidecar', sidecar, data]
  const child = spawn(program, args, {
    env: { ...process.env, ROOT_ACCESS_KEY: keys.accessKeyId, ROOT_SECRET_KEY: keys.secretAccessKey },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let output = ''
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (output += chunk))
  const kill = () => child.kill('SIGKILL')
  process.once('exit', kill)
  for (const ended = once(child, 'exit'); !existsSync(socketPath); ) {
    await Promise.race([ended, new Promise((done) => setTimeout(done, 20))])
    if (child.exitCode !== null) throw new Error(`versitygw ended with ${child.exitCode}: ${output}`)
  }
  const agent = new Agent({ socketPath } as ConstructorParameters<typeof Agent>[0])

  return {
    agent,
    handle(request, response) {
      const { method, url: path, headers } = request
      const upstream = httpRequest({ socketPath, method, path, headers })
      let answered = false
      upstream.on('response', (answer) => {
        answered = true
        const pass = () => {
          response.writeHead(answer.statusCode ?? 502, answer.headers)
          answer.pipe(response)
        }
        if (request.readableEnded) return pass()
        // A refusal comes before the body is read, but a browser reads it only after its last byte.
        request.unpipe()
        request.on('end', pass).resume()
      })
      upstream.on('error', () => {
        if (!answered) request.socket.destroy()
      })
      request.on('data', (chunk: Buffer) => received(request, chunk.length))
      request.on('close', () => {
        if (!request.complete) upstream.destroy()
      })
      request.pipe(upstream)
    },
    async prepare(endpoint) {
      const external = { endpoint, ...keys, bucket: BUCKET, region: 'us-east-1' }
      const aws = await import('@aws-sdk/client-s3')
      const client = new aws.S3Client({
        endpoint,
        region: external.region,
        credentials: keys,
        forcePathStyle: true,
        requestHandler: { httpAgent: agent },
      })
      await client.send(new aws.CreateBucketCommand({ Bucket: BUCKET })).catch((cause: unknown) => {
        if (!(cause instanceof aws.BucketAlreadyOwnedByYou)) throw cause
      })
      const AllowedOrigins = world.allowedOrigins === '*' ? ['*'] : [...world.allowedOrigins]
      const CORSConfiguration = { CORSRules: [{ ...RULE, AllowedOrigins }] }
      await client.send(new aws.PutBucketCorsCommand({ Bucket: BUCKET, CORSConfiguration }))
      return external
    },
    async close() {
      agent.destroy()
      process.off('exit', kill)
      if (child.exitCode !== null || child.signalCode !== null) return
      child.kill('SIGTERM')
      await once(child, 'exit')
    },
  }
}
