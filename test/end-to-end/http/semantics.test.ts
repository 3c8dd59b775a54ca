import { createHmac } from 'node:crypto'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { loadPlatforms, type RunningGateway } from '../../support/platforms.ts'
import {
  type HeaderLines,
  type RawAnswer,
  RawConnection,
  type RawMessage,
  type RawOrigin,
  rawRequest,
  startRawOrigin,
} from '../../support/raw-socket.ts'

// What HTTP asks of a hop that edits, where one exchange is not enough to see it (the matrix has those).

const card = '4111111111111111'
const mark = '[redacted:CREDIT_CARD]'
const document = `harbor willow ${card} copper meadow lantern`
const scrubbed = document.replace(card, mark)
const TEXT = ['content-type', 'text/plain'] as const
const policyOf = (payment: string, more: object = {}) =>
  JSON.stringify({ mode: 'enforce', request: { payment }, response: { payment }, ...more })

let origin: RawOrigin
let answer: (request: RawMessage) => RawAnswer
beforeAll(async () => {
  origin = await startRawOrigin((request) => answer(request))
})
beforeEach(() => {
  origin.clear()
  answer = () => ({ headers: [TEXT], body: document })
})
afterAll(() => origin?.close())

/** An origin that knows Range and conditions. */
function honest(headers: HeaderLines = [['etag', '"v1"']]): (request: RawMessage) => RawAnswer {
  return (request) => {
    const none = request.header('if-none-match')
    if (none === '*' || none?.includes('"v1"') || (none === undefined && request.header('if-modified-since') !== undefined))
      return { status: 304, headers }
    const asked = request.method === 'GET' ? /^bytes=(\d*)-(\d*)$/.exec(request.header('range') ?? '') : null
    if (asked === null) return { headers: [TEXT, ...headers], body: document }
    const start = asked[1] === '' ? Math.max(0, document.length - Number(asked[2])) : Number(asked[1])
    const end = asked[1] === '' || asked[2] === '' ? document.length : Math.min(Number(asked[2]) + 1, document.length)
    if (start >= end) return { status: 416, headers: [['content-range', `bytes */${document.length}`]] }
    const range = ['content-range', `bytes ${start}-${end - 1}/${document.length}`] as const
    return { status: 206, headers: [TEXT, ...headers, range], body: document.slice(start, end) }
  }
}

const { platforms } = await loadPlatforms()

describe.each(platforms.filter(({ name }) => name === 'node' || name === 'workers'))(
  'HTTP through the gateway on $name',
  ({ start }) => {
    let redact: RunningGateway
    let mask: RunningGateway
    let block: RunningGateway
    beforeAll(async () => {
      redact = await start(policyOf('redact'), origin.port)
      mask = await start(policyOf('mask'), origin.port)
      block = await start(policyOf('block'), origin.port)
    })
    afterAll(async () => {
      for (const gateway of [redact, mask, block]) await gateway?.close()
    })
    const get = async (headers: HeaderLines = [], gateway = redact, path = '/a') =>
      (await rawRequest(gateway.url, { path, headers, timeoutMs: 5_000 })).message!

    test('a document fetched byte by byte is the scrubbed one', async () => {
      answer = honest()
      let text = ''
      for (let at = 0; at < scrubbed.length; at++) {
        const part = await get([['range', `bytes=${at}-${at}`]])
        // Beyond the origin's own document there is no part, and the whole is what a server may answer.
        if (part.status !== 206) {
          expect([part.status, part.text().includes(card)]).toEqual([416, false])
          break
        }
        expect(part.header('content-range')).toBe(`bytes ${at}-${at}/${scrubbed.length}`)
        text += part.text()
      }
      expect(scrubbed.startsWith(text)).toBe(true)
      expect(text.length).toBeGreaterThanOrEqual(document.length)
    })

    test.each([
      ['bytes=-7', 206, scrubbed.slice(-7)],
      ['bytes=20-', 206, scrubbed.slice(20)],
      ['bytes=0-', 206, scrubbed],
      ['bytes=0-3', 206, scrubbed.slice(0, 4)],
      ['bytes=0-1,5-9', 200, scrubbed],
      ['chars=0-1', 200, scrubbed],
    ])('Range: %s is answered %i out of the scrubbed document', async (range, status, body) => {
      answer = honest()
      const part = await get([['range', range]])
      expect([part.status, part.text()]).toEqual([status, body])
    })

    test('several parts in one answer are not passed on', async () => {
      answer = (request) => {
        if (request.header('range') === undefined) return { headers: [TEXT], body: document }
        const part = (text: string) => `--b\r\ncontent-type: text/plain\r\ncontent-range: bytes 0-1/9\r\n\r\n${text}\r\n`
        const body = `${part(document.slice(10, 22))}${part(document.slice(22, 34))}--b--\r\n`
        return { status: 206, headers: [['content-type', 'multipart/byteranges; boundary=b']], body }
      }
      const whole = await get([['range', 'bytes=10-21,22-33']])
      expect([whole.status, whole.text()]).toEqual([200, scrubbed])
      expect(whole.header('content-range')).toBeUndefined()
    })

    test('a document that is gone when it is fetched again is gone', async () => {
      const parts = honest()
      answer = (request) =>
        request.header('range') === undefined ? { status: 404, headers: [TEXT], body: `no ${card}` } : parts(request)
      const gone = await get([['range', 'bytes=3-8']])
      expect([gone.status, gone.text()]).toEqual([404, `no ${mark}`])
    })

    test('a copy of this policy is revalidated, one of another policy or of none is sent anew', async () => {
      answer = honest([
        ['etag', '"v1"'],
        ['last-modified', 'Sat, 01 Feb 2031 03:04:05 GMT'],
      ])
      const first = await get()
      const tag = first.header('etag')!
      expect((await get([['if-none-match', tag]])).status).toBe(304)
      expect((await get([['if-none-match', tag]])).header('etag')).toBe(tag)
      for (const headers of [
        [['if-none-match', tag]],
        [['if-none-match', '"v1"']],
        [['if-none-match', '*']],
        [['if-modified-since', 'Sat, 01 Feb 2031 03:04:05 GMT']],
      ] as HeaderLines[]) {
        const again = await get(headers, mask)
        expect([headers, again.status, again.text().includes(card)]).toEqual([headers, 200, false])
      }
    })

    test('HEAD says what GET says, but for what only the body tells', async () => {
      answer = (request) => ({
        headers: [
          TEXT,
          ['etag', '"v1"'],
          ['accept-ranges', 'bytes'],
          ['last-modified', 'x'],
          ['vary', 'accept'],
          ['content-md5', 'AAAA'],
          ...(request.method === 'HEAD' ? ([['content-length', String(document.length)]] as const) : []),
        ],
        ...(request.method === 'HEAD' ? { framing: 'none' } : { body: document }),
      })
      const names = (message: RawMessage) =>
        message.headers
          .filter(([name]) => !/^(?:date|connection|keep-alive|content-length|transfer-encoding)$/i.test(name))
          .map(([name, value]) => `${name.toLowerCase()}: ${value}`)
          .sort()
      const head = (await rawRequest(redact.url, { method: 'HEAD', path: '/a' })).message!
      expect(names(head)).toEqual(names(await get()))
      expect(head.header('content-length')).toBeUndefined()
    })

    test('PUT of what was edited: no validator says that it was stored as it was sent', async () => {
      answer = () => ({ status: 204, headers: [['etag', '"v2"']] })
      const put = async (body: string) =>
        (await rawRequest(redact.url, { method: 'PUT', path: '/a', headers: [TEXT], body })).message!.header('etag')
      expect(await put(`note ${card}`)).toBeUndefined()
      expect(await put('note nothing')).toMatch(/^"v2-dlp\./)
    })

    test('GET with a body does not hang, and shows nothing', async () => {
      answer = () => ({ headers: [TEXT], body: 'ok' })
      const got = (
        await rawRequest(redact.url, { method: 'GET', path: '/a', headers: [TEXT], body: `q ${card}`, timeoutMs: 4_000 })
      ).message
      expect(got?.status).toBe(200)
      expect(origin.requests[0].complete).toBe(true)
      expect(origin.requests[0].text()).not.toContain(card)
    })

    test('an offer of another protocol is declined without a word; WebSockets are refused', async () => {
      const offered = await get([
        ['connection', 'Upgrade, HTTP2-Settings'],
        ['upgrade', 'h2c'],
        ['http2-settings', 'AAMAAABk'],
      ])
      expect([offered.status, offered.text()]).toEqual([200, scrubbed])
      expect(origin.requests[0].header('upgrade')).toBeUndefined()
      expect(origin.requests[0].header('http2-settings')).toBeUndefined()
    })

    test('Expect: 100-continue: the body comes, scrubbed, and one final answer', async () => {
      answer = () => ({ headers: [TEXT], body: 'ok' })
      const result = await rawRequest(redact.url, {
        method: 'POST',
        path: '/a',
        headers: [TEXT, ['expect', '100-continue']],
        body: `note ${card}`,
      })
      expect(result.message!.status).toBe(200)
      expect(origin.requests[0].text()).toBe(`note ${mark}`)
    })

    test('a refused message leaves the connection as it should be: the next exchange is whole', async () => {
      const connection = await RawConnection.open(block.url)
      try {
        const refused = await connection.request({ path: '/a' })
        expect(refused.message!.status).toBe(502)
        expect(refused.extra).toBe(0)
        answer = () => ({ headers: [TEXT], body: 'ok' })
        const next = await connection.request({ path: '/b' })
        expect([next.message!.status, next.message!.text()]).toEqual([200, 'ok'])
        const posted = await connection.request({ method: 'POST', path: '/c', headers: [TEXT], body: `x ${card}` })
        expect(posted.message!.status).toBe(403)
      } finally {
        connection.destroy()
      }
    })

    test.each([
      ['GitHub', 'x-hub-signature-256', (body: string) => `sha256=${createHmac('sha256', 'k').update(body).digest('hex')}`],
      ['Stripe', 'stripe-signature', (body: string) => `t=1,v1=${createHmac('sha256', 'k').update(`1.${body}`).digest('hex')}`],
      ['Shopify', 'x-shopify-hmac-sha256', (body: string) => createHmac('sha256', 'k').update(body).digest('base64')],
    ])('a webhook of %s is verified behind the gateway, or does not arrive', async (_, name, sign) => {
      answer = () => ({ headers: [TEXT], body: 'ok' })
      const send = async (body: string) =>
        (
          await rawRequest(redact.url, {
            method: 'POST',
            path: '/hook',
            headers: [
              ['content-type', 'application/json'],
              [name, sign(body)],
            ],
            body,
          })
        ).message!.status
      expect(await send('{"note" : "harbor", "n":1.0}')).toBe(200)
      const [arrived] = origin.requests
      expect(arrived.header(name)).toBe(sign(arrived.text()))
      expect(await send(`{"card":"${card}"}`)).toBe(403)
      expect(origin.requests.length).toBe(1)
    })
  },
)
