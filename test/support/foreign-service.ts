import { createHash } from 'node:crypto'
import http from 'node:http'
import type { AddressInfo } from 'node:net'
import { gunzipSync, gzipSync } from 'node:zlib'
import { countAnswers } from './wire.ts'

/**
 * A service of somebody else, on nothing but node:http: cookies, gzip, redirects, conditional requests, ranges, uploads of every
 * framing, a long download, an event stream. Leaks are planted on three routes; nothing else in it is one.
 */
export interface ForeignService {
  readonly url: string
  /** Every request as it arrived, in order of its end. */
  readonly seen: SeenRequest[]
  close(): Promise<void>
}

export interface SeenRequest {
  readonly method: string
  readonly target: string
  /** Lines as sent, names in lower case. */
  readonly headers: readonly (readonly [string, string])[]
  readonly bytes: number
  readonly sha256: string
}

export const CARD = '4111111111111111'
/** A number of an order, which happens to pass for one of a card. */
export const REFERENCE = '4012888888881881'
export const TOKEN = ['ghp', 'R7qJ2mXw9TzK4vLs8NfB3cHy6PdG1aWe5UxQ'].join('_')
export const DOWNLOAD_BYTES = 20_000_000

const PAGE = `<!doctype html><title>Shop</title><p>${'Lamps, folders and shelves for the harbour office. '.repeat(400)}</p>`
const ETAG = '"page-1"'
const MODIFIED = 'Wed, 18 Nov 2026 10:00:00 GMT'
const LINE = 'The green folder stands on the second shelf, and the lamp beside it is lit.\n'
export const sha256 = (bytes: Uint8Array | string) => createHash('sha256').update(bytes).digest('hex')

export async function startForeignService(): Promise<ForeignService> {
  const seen: SeenRequest[] = []
  const server = http.createServer({ keepAlive: true }, async (request, response) => {
    const pieces: Buffer[] = []
    for await (const piece of request) pieces.push(piece as Buffer)
    const body = Buffer.concat(pieces)
    const headers = Array.from({ length: request.rawHeaders.length / 2 }, (_, i) => [request.rawHeaders[2 * i].toLowerCase(), request.rawHeaders[2 * i + 1]] as const) // biome-ignore format: one list
    seen.push({ method: request.method!, target: request.url!, headers, bytes: body.length, sha256: sha256(body) })
    await answer(request, response, body).catch(() => response.destroy())
  })
  server.keepAliveTimeout = 30_000
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready))
  countAnswers(server)
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    seen,
    close: () => {
      server.closeAllConnections()
      return new Promise((closed) => server.close(() => closed()))
    },
  }
}

async function answer(request: http.IncomingMessage, response: http.ServerResponse, body: Buffer): Promise<void> {
  const { pathname } = new URL(request.url!, 'http://service')
  const json = (status: number, value: unknown, more: http.OutgoingHttpHeaders = {}) =>
    response.writeHead(status, { 'content-type': 'application/json; charset=utf-8', ...more }).end(JSON.stringify(value))
  switch (pathname) {
    case '/':
      if (request.headers['if-none-match'] === ETAG || request.headers['if-modified-since'] === MODIFIED)
        return void response.writeHead(304, { etag: ETAG, 'cache-control': 'max-age=60' }).end()
      return void response
        .writeHead(200, { 'content-type': 'text/html', etag: ETAG, 'last-modified': MODIFIED, 'cache-control': 'max-age=60' })
        .end(request.method === 'HEAD' ? undefined : PAGE)
    case '/zipped':
      return void response
        .writeHead(200, { 'content-type': 'text/html', 'content-encoding': 'gzip', vary: 'accept-encoding' })
        .end(gzipSync(PAGE))
    case '/login':
      response.setHeader('set-cookie', ['session=abc.def; Path=/; HttpOnly', 'theme=dark; Path=/; Max-Age=3600'])
      return void response.writeHead(302, { location: '/orders' }).end()
    case '/upload': {
      const text = request.headers['content-encoding'] === 'gzip' ? gunzipSync(body) : body
      return void json(201, { bytes: text.length, framing: request.headers['transfer-encoding'] ?? 'length' })
    }
    case '/download':
      response.writeHead(200, { 'content-type': 'text/plain', 'content-length': DOWNLOAD_BYTES })
      for (let left = DOWNLOAD_BYTES; left > 0; ) {
        const piece = Buffer.from(LINE.repeat(800)).subarray(0, left)
        left -= piece.length
        if (!response.write(piece)) await new Promise((go) => response.once('drain', go))
      }
      return void response.end()
    case '/events':
      response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-cache' })
      for (let i = 0; i < 5; i++) {
        response.write(`id: ${i}\ndata: {"tick":${i}}\n\n`)
        await new Promise((next) => setTimeout(next, 60))
      }
      return void response.end()
    case '/part': {
      const range = /^bytes=(\d+)-(\d+)$/.exec(request.headers.range ?? '')
      if (range === null) return void response.writeHead(200, { 'content-type': 'text/html', 'accept-ranges': 'bytes' }).end(PAGE)
      const slice = PAGE.slice(Number(range[1]), Number(range[2]) + 1)
      const position = `bytes ${range[1]}-${range[2]}/${PAGE.length}`
      return void response.writeHead(206, { 'content-type': 'text/html', 'content-range': position }).end(slice)
    }
    case '/nothing':
      return void response.writeHead(204, { 'x-note': 'gone' }).end()
    // The planted leaks.
    case '/orders/7':
      return void json(200, { id: 7, reference: REFERENCE, payment: { card: CARD } }, { etag: 'W/"order-7"' })
    case '/support':
      return void json(200, { received: body.length })
    case '/debug':
      return void response
        .writeHead(500, { 'content-type': 'text/plain', 'content-encoding': 'gzip' })
        .end(gzipSync(`Error: no such repository\n  at clone (git.js:7) with token ${TOKEN}\n`))
    default:
      return void json(404, { error: 'not found', path: pathname })
  }
}
