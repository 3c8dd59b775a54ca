import zlib from 'node:zlib'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { type HeaderLines, type RawMessage, type RawOrigin, rawRequest, startRawOrigin } from '../../support/raw-socket.ts'
import { type RunningWorker, startWorker } from '../../support/workers.ts'

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

let origin: RawOrigin
let redact: RunningWorker
let block: RunningWorker
let answerWith: { headers: HeaderLines; body: Buffer; cut?: boolean }
const TEXT = ['content-type', 'text/plain'] as const
const JSON_TYPE = ['content-type', 'application/json'] as const

beforeAll(async () => {
  origin = await startRawOrigin(() => {
    const { headers, body, cut } = answerWith
    const pieces = Array.from({ length: Math.ceil(body.length / 8192) }, (_, i) => body.subarray(i * 8192, (i + 1) * 8192))
    return { headers, body: pieces, framing: 'chunked', ...(cut ? { cutAfter: body.length, cut: 'reset' } : {}) }
  })
  const serve = (policy: object) => startWorker({ origin: origin.url, policy, bindings: { CONSOLE: 'off' } })
  redact = await serve({ mode: 'enforce', request: { '*': 'redact' }, response: { '*': 'redact' } })
  block = await serve({
    mode: 'enforce',
    request: { credentials: 'block' },
    response: { credentials: 'block' },
    onLateBlock: 'abort',
    limits: { maxWholeBytes: 65536 },
  })
})
beforeEach(() => {
  answerWith = { headers: [TEXT], body: Buffer.from('ok') }
})

const post = async (url: string, headers: HeaderLines, body: readonly (Buffer | string)[]) =>
  (await rawRequest(url, { method: 'POST', path: '/a', headers, body, pauseMs: 2 })).message
const get = async (url: string, path = '/a') => (await rawRequest(url, { path })).message!

afterAll(async () => {
  await redact?.close()
  await block?.close()
  await origin?.close()
})

function decoded(message: RawMessage): string {
  const coding = message.header('content-encoding') ?? ''
  const body = message.body()
  if (coding === 'gzip') return zlib.gunzipSync(body).toString()
  if (coding === 'br') return zlib.brotliDecompressSync(body).toString()
  if (coding === 'deflate') return (body[0] === 0x78 ? zlib.inflateSync(body) : zlib.inflateRawSync(body)).toString()
  return body.toString()
}

const edited = '{"card":"[redacted:CREDIT_CARD]","note":"kept","mail":"[redacted:EMAIL]"}'

describe('codings, judged on raw sockets', () => {
  test.each(Object.keys(CODED))('%s, both ways', async (name) => {
    const [coding, body] = CODED[name]
    const encoding: HeaderLines = coding === '' ? [] : [['content-encoding', coding]]
    answerWith = { headers: [JSON_TYPE, ...encoding, ['etag', '"v1"']], body }
    const answer = await post(
      redact.url,
      [JSON_TYPE, ['accept-encoding', 'gzip, br'], ...encoding],
      [body.subarray(0, 9), body.subarray(9)],
    )
    expect(decoded(origin.requests.at(-1)!)).toBe(edited)
    expect(answer!.complete).toBe(true)
    expect(decoded(answer!)).toBe(edited)
    expect(answer!.header('etag')).toMatch(/^"v1-dlp\.[0-9a-f]{8}"/)
  })

  test('a clean coded body leaves in its own bytes', async () => {
    const body = zlib.gzipSync('{"note":"nothing here"}')
    const headers = [JSON_TYPE, ['content-encoding', 'gzip']] as const
    answerWith = { headers, body }
    const answer = await post(redact.url, headers, [body])
    expect(origin.requests.at(-1)!.body().equals(body)).toBe(true)
    expect(answer!.body().equals(body)).toBe(true)
  })
})

describe('a blocked message never ends well-formed', () => {
  const whole = () => origin.requests.filter((request) => request.complete).length

  test('request taken whole: nothing reaches the origin', async () => {
    const before = origin.requests.length
    const answer = await post(block.url, [TEXT], [`token ${token}`])
    expect(answer!.status).toBe(403)
    expect(JSON.parse(answer!.text())).toMatchObject({ code: 'dlp-blocked', reason: 'finding', rules: ['github-token'] })
    expect(answer!.text()).not.toContain(token)
    expect(origin.requests.length).toBe(before)
  })

  test('request streamed: the origin sees it cut', async () => {
    const before = whole()
    const seen = origin.requests.length
    const pieces = [...Array.from({ length: 8 }, () => filler), `token ${token} `, filler, filler]
    const answer = await post(block.url, [TEXT], pieces)
    await origin.settled()
    expect(origin.requests.length).toBe(seen + 1)
    expect(whole()).toBe(before)
    expect(origin.requests.at(-1)!.text()).not.toContain(token)
    expect(answer === undefined || answer.status === 403).toBe(true)
  })

  test('response taken whole: 502 instead', async () => {
    answerWith = { headers: [TEXT], body: Buffer.from(`token ${token}`) }
    const answer = await get(block.url)
    expect(answer.status).toBe(502)
    expect(answer.text()).toContain('dlp-blocked')
  })

  test('response streamed: the client sees it cut, and never the value', async () => {
    answerWith = { headers: [TEXT], body: Buffer.from(`${filler.repeat(8)} ${token} ${filler}`) }
    const answer = await get(block.url)
    expect(answer.complete).toBe(false)
    expect(answer.text()).not.toContain(token)
  })
})

test('an origin that dies in mid-stream is a cut answer, and the gateway lives', async () => {
  answerWith = { headers: [TEXT], body: Buffer.from(filler.repeat(80)), cut: true }
  expect((await get(redact.url)).complete).toBe(false)
  expect((await get(redact.url, '/_dlp/health')).status).toBe(200)
})

test('truncated gzip and zstd are refused by name', async () => {
  const truncated = await post(redact.url, [TEXT, ['content-encoding', 'gzip']], [zlib.gzipSync(leak).subarray(0, 30)])
  expect(truncated!.status).toBe(415)
  const zstd = await post(redact.url, [TEXT, ['content-encoding', 'zstd']], ['xxxx'])
  expect(zstd!.status).toBe(415)
  expect(zstd!.header('accept-encoding')).toMatch(/^gzip/)
})

test('a coded body longer than what is taken whole is scrubbed as it streams, and ends', async () => {
  const notes = Array.from({ length: 60_000 }, (_, i) => `{"note":"harbor ${((i * 7919) % 46_655).toString(36)} copper"},`)
  const long = `[${notes.join('')}{"card":"4111111111111111"}]`
  const body = zlib.gzipSync(long, { level: 1 })
  answerWith = { headers: [JSON_TYPE, ['content-encoding', 'gzip'], ['etag', '"v2"']], body }
  const answer = await get(redact.url, '/long')
  expect(answer.complete).toBe(true)
  expect(answer.header('content-length')).toBeUndefined()
  expect(decoded(answer)).toBe(long.replace('4111111111111111', '[redacted:CREDIT_CARD]'))
})

test('an event stream is not held until it ends', async () => {
  answerWith = {
    headers: [
      ['content-type', 'text/event-stream'],
      ['content-encoding', 'gzip'],
    ],
    body: zlib.gzipSync('data: ada@example.com\n\ndata: bye\n\n'.repeat(4)),
  }
  const answer = await get(redact.url, '/events')
  expect(answer.complete).toBe(true)
  expect(decoded(answer)).toBe('data: [redacted:EMAIL]\n\ndata: bye\n\n'.repeat(4))
})
