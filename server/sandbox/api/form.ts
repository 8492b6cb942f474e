import type { IncomingMessage } from 'node:http'
import { faultOf, pacer, received } from '../wire.ts'
import { Refusal } from './refusal.ts'

export interface Content {
  stream: AsyncIterable<Uint8Array>
  contentType: string
  length?: number | undefined
  corrupt?: boolean
}

/** Returns the bytes of an upload through the API: the raw body, or the first `content` field of a form. */
export async function contentOf(request: IncomingMessage, bytesPerSecond: number | null): Promise<Content> {
  const given = request.headers['content-type']
  if (given !== undefined && !/^[^\s/;]+\/[^\s/;]+\s*(;|$)/.test(given)) {
    throw new Refusal(500, 'mime: expected slash after first token')
  }
  if (given?.startsWith('multipart/form-data')) return formContent(request, given)
  const length = request.headers['content-length']
  return {
    stream: counted(request, bytesPerSecond),
    contentType: given ?? 'application/octet-stream',
    length: length === undefined ? undefined : Number(length),
    corrupt: faultOf(request)?.kind === 'corrupt',
  }
}

async function* counted(request: IncomingMessage, bytesPerSecond: number | null): AsyncGenerator<Uint8Array> {
  const pace = pacer(bytesPerSecond)
  for await (const chunk of request as AsyncIterable<Buffer>) {
    received(request, chunk.length)
    await pace(chunk.length)
    yield chunk
  }
}

/** Reads a form completely. Only small tools send forms; the uploader sends raw bodies. */
async function formContent(request: IncomingMessage, type: string): Promise<Content> {
  const boundary = /boundary="?([^";]+)"?/.exec(type)?.[1]
  if (!boundary) throw new Refusal(500, 'no multipart boundary param in Content-Type')
  const chunks: Uint8Array[] = []
  for await (const chunk of counted(request, null)) chunks.push(chunk)
  const text = Buffer.concat(chunks).toString('latin1')
  for (const part of text.split(`--${boundary}`)) {
    const cut = part.indexOf('\r\n\r\n')
    const head = part.slice(0, cut)
    if (cut === -1 || !/name="content"/.test(head)) continue
    const bytes = Buffer.from(part.slice(cut + 4, part.lastIndexOf('\r\n')), 'latin1')
    return { stream: once(bytes), contentType: /content-type:\s*(\S+)/i.exec(head)?.[1] ?? '' }
  }
  throw new Refusal(500, "multipart upload missing key 'content': http: no such file")
}

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes
}
