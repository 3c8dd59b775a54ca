import zlib from 'node:zlib'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
// @ts-expect-error plain JavaScript, shared with `npm start`
import { serveWorker } from '../../../tools/serve-worker.mjs'
import { type RawMessage, rawOrigin, rawRequest } from '../../support/raw-http.ts'

const token = ['ghp', 'R7qJ2mXw9TzK4vLs8NfB3cHy6PdG1aWe5UxQ'].join('_')
const leak = JSON.stringify({ card: '4111111111111111', note: 'kept', mail: 'ada@example.com' })
const CODED: Record<string, [string, Buffer]> = {
  gzip: ['gzip', zlib.gzipSync(leak)],
  'gzip of two members': ['gzip', Buffer.concat([zlib.gzipSync(leak.slice(0, 20)), zlib.gzipSync(leak.slice(20))])],
  zlib: ['deflate', zlib.deflateSync(leak)],
  'raw deflate': ['deflate', zlib.deflateRawSync(leak)],
  br: ['br', zlib.brotliCompressSync(leak)],
  identity: ['', Buffer.from(leak)],
}
const filler = 'harbor willow copper '.repeat(1000)

type Served = { url: string; close: () => Promise<void> }
let origin: Awaited<ReturnType<typeof rawOrigin>>
let redact: Served
let block: Served
let answerWith: { head: string; body: Buffer; cut?: boolean } = {
  head: 'HTTP/1.1 200 OK\r\ncontent-type: text/plain',
  body: Buffer.from('ok'),
}

beforeAll(async () => {
  origin = await rawOrigin((_request, socket) => {
    const { head, body, cut } = answerWith
    socket.write(`${head}\r\ntransfer-encoding: chunked\r\n\r\n`)
    for (let at = 0; at < body.length; at += 8192) {
      const piece = body.subarray(at, at + 8192)
      socket.write(Buffer.concat([Buffer.from(`${piece.length.toString(16)}\r\n`), piece, Buffer.from('\r\n')]))
    }
    if (cut) socket.destroy()
    else socket.write('0\r\n\r\n')
  })
  const serve = (policy: object, name: string) =>
    serveWorker({
      bindings: { ORIGIN: origin.url, POLICY: JSON.stringify(policy), CONSOLE: 'off' },
      outdir: `${process.cwd()}/dist/test-${name}`,
    })
  redact = await serve({ mode: 'enforce', request: { '*': 'redact' }, response: { '*': 'redact' } }, 'redact')
  block = await serve(
    {
      mode: 'enforce',
      request: { credentials: 'block' },
      response: { credentials: 'block' },
      onLateBlock: 'abort',
      limits: { maxWholeBytes: 65536 },
    },
    'block',
  )
})

afterAll(async () => {
  await redact?.close()
  await block?.close()
  origin?.close()
})

function decoded(message: RawMessage): string {
  const coding = /^content-encoding: *(\S+)/im.exec(message.head)?.[1] ?? ''
  const { body } = message
  return (
    coding === 'gzip'
      ? zlib.gunzipSync(body)
      : coding === 'br'
        ? zlib.brotliDecompressSync(body)
        : coding === 'deflate'
          ? body[0] === 0x78
            ? zlib.inflateSync(body)
            : zlib.inflateRawSync(body)
          : body
  ).toString()
}

const edited = '{"card":"[redacted:CREDIT_CARD]","note":"kept","mail":"[redacted:EMAIL]"}'

describe('codings, judged on raw sockets', () => {
  test.each(Object.keys(CODED))('%s, both ways', async (name) => {
    const [coding, body] = CODED[name]
    const header = coding === '' ? '' : `\ncontent-encoding: ${coding}`
    answerWith = {
      head: `HTTP/1.1 200 OK\r\ncontent-type: application/json${coding === '' ? '' : `\r\ncontent-encoding: ${coding}`}\r\netag: "v1"`,
      body,
    }
    const answer = await rawRequest(redact.url, `POST /a\ncontent-type: application/json\naccept-encoding: gzip, br${header}`, [
      body.subarray(0, 9),
      body.subarray(9),
    ])
    expect(decoded(origin.requests.at(-1)!)).toBe(edited)
    expect(answer.complete).toBe(true)
    expect(decoded(answer)).toBe(edited)
    expect(answer.head).toMatch(/^etag: *"v1-dlp\.[0-9a-f]{8}"/im)
  })

  test('a clean coded body leaves in its own bytes', async () => {
    const body = zlib.gzipSync('{"note":"nothing here"}')
    answerWith = { head: 'HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-encoding: gzip', body }
    const answer = await rawRequest(redact.url, 'POST /a\ncontent-type: application/json\ncontent-encoding: gzip', [body])
    expect(origin.requests.at(-1)!.body.equals(body)).toBe(true)
    expect(answer.body.equals(body)).toBe(true)
  })
})

describe('a blocked message never ends well-formed', () => {
  const origins = () => origin.requests.filter((request) => request.complete).length

  test('request taken whole: nothing reaches the origin', async () => {
    const before = origin.requests.length
    const answer = await rawRequest(block.url, 'POST /a\ncontent-type: text/plain', [`token ${token}`])
    expect(answer.head).toMatch(/^HTTP\/1\.1 403/)
    expect(JSON.parse(answer.body.toString())).toMatchObject({ code: 'dlp-blocked', reason: 'finding', rules: ['github-token'] })
    expect(answer.body.toString()).not.toContain(token)
    expect(origin.requests.length).toBe(before)
  })

  test('request streamed: the origin sees it cut', async () => {
    const before = origins()
    const pieces = [...Array.from({ length: 8 }, () => filler), `token ${token} `, filler, filler]
    const answer = await rawRequest(block.url, 'POST /a\ncontent-type: text/plain', pieces)
    await new Promise((settled) => setTimeout(settled, 300))
    expect(origins()).toBe(before)
    expect(origin.requests.at(-1)?.body.toString() ?? '').not.toContain(token)
    expect(answer.head === '' || /^HTTP\/1\.1 403/.test(answer.head)).toBe(true)
  })

  test('response taken whole: 502 instead', async () => {
    answerWith = { head: 'HTTP/1.1 200 OK\r\ncontent-type: text/plain', body: Buffer.from(`token ${token}`) }
    const answer = await rawRequest(block.url, 'GET /a')
    expect(answer.head).toMatch(/^HTTP\/1\.1 502/)
    expect(answer.body.toString()).toContain('dlp-blocked')
  })

  test('response streamed: the client sees it cut, and never the value', async () => {
    answerWith = {
      head: 'HTTP/1.1 200 OK\r\ncontent-type: text/plain',
      body: Buffer.from(`${filler.repeat(8)} ${token} ${filler}`),
    }
    const answer = await rawRequest(block.url, 'GET /a')
    expect(answer.complete).toBe(false)
    expect(answer.body.toString()).not.toContain(token)
  })
})

test('an origin that dies in mid-stream is a cut answer, and the gateway lives', async () => {
  answerWith = { head: 'HTTP/1.1 200 OK\r\ncontent-type: text/plain', body: Buffer.from(filler.repeat(80)), cut: true }
  expect((await rawRequest(redact.url, 'GET /a')).complete).toBe(false)
  expect((await rawRequest(redact.url, 'GET /_dlp/health')).head).toMatch(/^HTTP\/1\.1 200/)
})

test('truncated gzip and zstd are refused by name', async () => {
  const truncated = await rawRequest(redact.url, 'POST /a\ncontent-type: text/plain\ncontent-encoding: gzip', [
    zlib.gzipSync(leak).subarray(0, 30),
  ])
  expect(truncated.head).toMatch(/^HTTP\/1\.1 415/)
  const zstd = await rawRequest(redact.url, 'POST /a\ncontent-type: text/plain\ncontent-encoding: zstd', ['xxxx'])
  expect(zstd.head).toMatch(/^HTTP\/1\.1 415[\s\S]*accept-encoding: gzip/i)
})

test('a coded body longer than what is taken whole is scrubbed as it streams, and ends', async () => {
  const notes = Array.from({ length: 60_000 }, (_, i) => `{"note":"harbor ${((i * 7919) % 46_655).toString(36)} copper"},`)
  const long = `[${notes.join('')}{"card":"4111111111111111"}]`
  const body = zlib.gzipSync(long, { level: 1 })
  answerWith = { head: 'HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-encoding: gzip\r\netag: "v2"', body }
  const answer = await rawRequest(redact.url, 'GET /long')
  expect(answer.complete).toBe(true)
  expect(answer.head).not.toMatch(/^content-length/im)
  expect(decoded(answer)).toBe(long.replace('4111111111111111', '[redacted:CREDIT_CARD]'))
})

test('an event stream is not held until it ends', async () => {
  answerWith = {
    head: 'HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ncontent-encoding: gzip',
    body: zlib.gzipSync('data: ada@example.com\n\ndata: bye\n\n'.repeat(4)),
  }
  const answer = await rawRequest(redact.url, 'GET /events')
  expect(answer.complete).toBe(true)
  expect(decoded(answer)).toBe('data: [redacted:EMAIL]\n\ndata: bye\n\n'.repeat(4))
})
