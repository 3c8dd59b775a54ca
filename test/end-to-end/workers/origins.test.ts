import { createHash } from 'node:crypto'
import http from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { type RawOrigin, rawRequest, startRawOrigin } from '../../support/raw-socket.ts'
import { type RunningWorker, startWorker, type WorkerOptions } from '../../support/workers.ts'

/** Origins of the built Worker, in workerd. */
const policy = { mode: 'enforce', request: { payment: 'redact' }, response: { payment: 'redact' } }
const CARD = '4111111111111111'

let one: RawOrigin
let other: RawOrigin
let worker: RunningWorker | undefined
beforeAll(async () => {
  one = await startRawOrigin(() => ({ body: 'one' }))
  other = await startRawOrigin((request) => (request.target === '/hang' ? 'hang' : { body: 'other' }))
})
afterAll(() => Promise.all([one.close(), other.close()]))
afterEach(async () => {
  await worker?.close()
  worker = undefined
})
const start = async (options: WorkerOptions) => (worker = await startWorker({ policy, ...options }))
const get = async (path: string, host: string) => (await rawRequest(worker!.url, { path, headers: [['host', host]] })).message!

describe('by host', () => {
  it('each its own, with a base, a timeout, and an id that the events know', async () => {
    const origins = { 'one.example': `${one.url}/base`, '*.two.example': { url: other.url, timeoutMs: 300 } }
    const { waitForEvents } = await start({ origin: JSON.stringify(origins), bindings: { REQUEST_ID_HEADER: 'x-request-id' } })
    expect((await get('/a?b=c', 'one.example')).text()).toBe('one')
    expect(one.requests.at(-1)!.target).toBe('/base/a?b=c')
    expect(one.requests.at(-1)!.header('host')).toBe(new URL(one.url).host)
    const [{ id }] = await waitForEvents(2)
    expect(one.requests.at(-1)!.header('x-request-id')).toBe(id)
    expect((await get('/', 'www.two.example:8080')).text()).toBe('other')
    const late = await get('/hang', 'www.two.example')
    expect([late.status, JSON.parse(late.text()).reason]).toEqual([504, 'origin-timeout'])
    const none = await get('/', 'three.example')
    expect([none.status, JSON.parse(none.text()).reason]).toEqual([421, 'no-origin'])
  })

  it('another Worker, as a service: it gets the request’s own URL, scrubbed', async () => {
    const seen: string[] = []
    const service = async (request: Request) => {
      seen.push(request.url, await request.text())
      return new Response(`card ${CARD}`, { headers: { 'content-type': 'text/plain' } })
    }
    await start({ services: { ORIGIN: service } })
    const headers = [['host', 'shop.example'], ['content-type', 'text/plain']] as const // biome-ignore format: one line
    const { message } = await rawRequest(worker!.url, { path: '/a', headers, body: `card ${CARD}` })
    expect(seen).toEqual(['http://shop.example/a', 'card [redacted:CREDIT_CARD]'])
    expect(message!.text()).toBe('card [redacted:CREDIT_CARD]')
  })

  it('a body that comes in chunks and is taken whole is sent with its length, for those that refuse chunks', async () => {
    await start({ origin: one.url })
    for (const body of [
      ['{"a":', '1}'],
      ['{"card":"', `${CARD}"}`],
    ]) {
      await rawRequest(worker!.url, { headers: [['content-type', 'application/json']], body })
      const request = one.requests.at(-1)!
      expect([request.framing, request.header('content-length')]).toEqual(['length', String(request.bodyLength)])
    }
    expect(one.requests.at(-1)!.text()).toBe('{"card":"[redacted:CREDIT_CARD]"}')
  })

  it('a service that is not bound: 503, and the option is named', async () => {
    const { lines } = await start({ origin: '{"*":{"url":"zone","via":"NOBODY"}}' })
    expect((await get('/', 'a.example')).status).toBe(503)
    await expect.poll(() => lines.join('\n')).toMatch(/ORIGIN: there is no service binding \\"NOBODY\\"/)
  })
})

describe('a WebSocket', () => {
  let server: http.Server
  let opened = 0
  beforeAll(async () => {
    server = http.createServer((_, response) => response.end('no'))
    server.on('upgrade', ({ headers }, socket) => {
      opened++
      // RFC 6455 sections 4.2.2 and 5.2: the accept key, then one text frame.
      const accept = createHash('sha1')
        .update(`${headers['sec-websocket-key']}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`)
        .digest('base64')
      socket.write(
        `HTTP/1.1 101 Switching Protocols\r\nupgrade: websocket\r\nconnection: Upgrade\r\nsec-websocket-accept: ${accept}\r\n\r\n`,
      )
      socket.write(Buffer.concat([Buffer.of(0x81, 5), Buffer.from('hello')]))
      socket.on('error', () => {})
    })
    await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready))
  })
  afterAll(() => {
    server.closeAllConnections()
    server.close()
  })
  const origin = () => `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  /** The first message, or that there was none. */
  const listen = () =>
    new Promise<string>((resolve) => {
      const socket = new WebSocket(`${worker!.url.replace('http', 'ws')}/live`)
      socket.onmessage = ({ data }) => {
        resolve(String(data))
        socket.close()
      }
      socket.onerror = () => resolve('refused')
    })

  it('goes through, and is counted as not inspected', async () => {
    await start({ origin: origin() })
    expect(await listen()).toBe('hello')
    const [request, response] = await worker!.waitForEvents(2)
    expect(request).toMatchObject({ side: 'request', decision: 'not-inspected', receipt: { notInspected: { upgrade: 0 } } })
    expect(response).toMatchObject({ side: 'response', status: 101 })
  })

  it('is refused where the policy says so', async () => {
    const before = opened
    await start({ origin: origin(), policy: { ...policy, onUninspected: { request: { upgrade: 'block' } } } })
    expect(await listen()).toBe('refused')
    expect(opened).toBe(before)
    expect((await worker!.waitForEvents(1))[0]).toMatchObject({ decision: 'blocked', reason: 'upgrade' })
  })
})
