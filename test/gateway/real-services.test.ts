import { describe, expect, it } from 'vitest'
import { createGateway, type GatewayOptions } from '../../src/gateway/gateway.ts'
import type { Policy } from '../../src/policy/schema.ts'
import type { DlpEvent } from '../../src/telemetry/events.ts'
import { engine } from '../pipeline/inspect-body.ts'

interface Call {
  readonly url: string
  readonly init: { headers: Headers; signal?: AbortSignal; redirect?: string; method?: string }
  readonly via?: string
}

function start(options: Partial<GatewayOptions> = {}, policy: Policy = { mode: 'enforce', request: { '*': 'redact' } }) {
  const calls: Call[] = []
  const events: DlpEvent[] = []
  const gateway = createGateway({
    origin: 'https://origin.example',
    policy,
    engine,
    sinks: [{ write: (event) => void events.push(event) }],
    fetch: async (url, init, { via }) => {
      calls.push({ url, init: init as never, via })
      return new Response('ok') as never
    },
    ...options,
  })
  const ask = async (url: string, init: RequestInit = {}) => {
    const answer = (await gateway.fetch(new Request(url, init) as never)) as unknown as Response
    return { status: answer.status, headers: answer.headers, text: await answer.text() }
  }
  return { calls, events, ask }
}
const reasonOf = (answer: { text: string }) => (JSON.parse(answer.text) as { reason: string }).reason

describe('origins', () => {
  it('are chosen by host; a host without one is answered 421, and nothing is forwarded', async () => {
    const { ask, calls } = start({ origin: { 'a.example': 'https://a.internal/base', 'b.example': { url: 'zone', via: 'B' } } })
    await ask('https://a.example:8443/x?y=1')
    await ask('https://b.example:8443/x?y=1')
    const none = await ask('https://c.example/x')
    expect(calls.map(({ url, via }) => [url, via])).toEqual([
      ['https://a.internal/base/x?y=1', undefined],
      ['https://b.example:8443/x?y=1', 'B'],
    ])
    expect([none.status, reasonOf(none)]).toEqual([421, 'no-origin'])
  })

  it('redirects are not followed, and Host is that of the origin; the client’s stands in X-Forwarded-Host', async () => {
    const { ask, calls } = start()
    await ask('https://shop.example/x')
    expect(calls[0].init.redirect).toBe('manual')
    expect(calls[0].init.headers.get('host')).toBeNull()
    expect(calls[0].init.headers.get('x-forwarded-host')).toBe('shop.example')
  })

  it('the client’s address and the id of the exchange are told as asked for', async () => {
    const { ask, calls, events } = start({
      clientAddress: () => '203.0.113.7',
      clientHeader: 'fastly-client-ip',
      idHeader: 'X-Request-Id',
    })
    await ask('https://shop.example/x', { headers: { 'fastly-client-ip': '198.51.100.1' } })
    await ask('https://shop.example/x', { headers: { 'x-request-id': 'theirs' } })
    const said = calls.map(({ init: { headers } }) => [headers.get('fastly-client-ip'), headers.get('x-request-id')])
    expect(said).toEqual([
      ['203.0.113.7', events[0].id],
      ['203.0.113.7', 'theirs'],
    ])
    const plain = start()
    await plain.ask('https://shop.example/x')
    expect(plain.calls[0].init.headers.get('x-request-id')).toBeNull()
  })
})

describe('a timeout', () => {
  /** Time that passes when the test says so. */
  function hand() {
    const due: (() => void)[] = []
    return {
      timer: (run: () => void) => {
        due.push(run)
        return () => void due.splice(due.indexOf(run), 1)
      },
      due,
    }
  }
  const origin = { url: 'https://origin.example', timeoutMs: 50 }

  it.each(['GET', 'POST'])('a head that does not come: 504, and the call is ended (%s)', async (method) => {
    const { timer, due } = hand()
    let signal: AbortSignal | undefined
    const { ask } = start({
      origin,
      timer,
      fetch: (_, init) => {
        signal = init.signal as AbortSignal
        setTimeout(() => due[0](), 1)
        return new Promise(() => {})
      },
    })
    const answer = await ask('https://shop.example/', { method, body: method === 'POST' ? 'text' : undefined })
    expect([answer.status, reasonOf(answer), answer.headers.get('cache-control')]).toEqual([504, 'origin-timeout', 'no-store'])
    expect(signal?.aborted).toBe(true)
  })

  it('a head that came in time: the body may take as long as it likes', async () => {
    const { timer, due } = hand()
    const { ask } = start({ origin, timer })
    expect(await ask('https://shop.example/')).toMatchObject({ status: 200, text: 'ok' })
    expect(due).toEqual([])
  })

  it('a client that leaves still ends the call', async () => {
    const { timer } = hand()
    const leave = new AbortController()
    let seen: AbortSignal | undefined
    const { ask } = start({
      origin,
      timer,
      fetch: (_, init) => {
        seen = init.signal as AbortSignal
        leave.abort()
        return Promise.reject(new Error('aborted'))
      },
    })
    expect((await ask('https://shop.example/', { signal: leave.signal })).status).toBe(502)
    expect(seen?.aborted).toBe(true)
  })
})

describe('a WebSocket', () => {
  const headers = { upgrade: 'websocket', connection: 'Upgrade', 'sec-websocket-key': 'dGhlIHNhbXBsZSBub25jZQ==' }
  const joined: GatewayOptions['upgrade'] = async (_, sent) => ({
    headers: new Headers({ 'sec-websocket-protocol': sent.get('sec-websocket-protocol') ?? '' }) as never,
    // Node's Response knows no 101.
    respond: (settled) => new Response('joined', { headers: settled as never }) as never,
  })

  it('is passed where the platform can and the policy lets it, and counted', async () => {
    const { ask, events } = start({ upgrade: joined })
    const answer = await ask('https://shop.example/live', { headers: { ...headers, 'sec-websocket-protocol': 'chat' } })
    expect([answer.text, answer.headers.get('sec-websocket-protocol')]).toEqual(['joined', 'chat'])
    expect(events[0]).toMatchObject({ side: 'request', decision: 'not-inspected', receipt: { notInspected: { upgrade: 0 } } })
    expect(events[1]).toMatchObject({ side: 'response', status: 101 })
  })

  it('is refused where the policy says so, and counted; the origin hears nothing', async () => {
    let opened = 0
    const upgrade: GatewayOptions['upgrade'] = (...given) => (opened++, joined!(...given))
    const policy: Policy = { mode: 'enforce', request: { '*': 'redact' }, onUninspected: { request: { upgrade: 'block' } } }
    const { ask, events, calls } = start({ upgrade }, policy)
    const answer = await ask('https://shop.example/live', { headers })
    expect([answer.status, reasonOf(answer), opened, calls.length]).toEqual([403, 'upgrade', 0, 0])
    expect(events[0]).toMatchObject({ decision: 'blocked', reason: 'upgrade' })
  })

  it('is answered 501 where the platform cannot, and 502 where the origin declines or does not answer', async () => {
    expect((await start().ask('https://shop.example/live', { headers })).status).toBe(501)
    const declined = await start({ upgrade: async () => undefined }).ask('https://shop.example/live', { headers })
    expect([declined.status, reasonOf(declined)]).toEqual([502, 'upgrade-declined'])
    const gone = await start({ upgrade: () => Promise.reject(new Error('gone')) }).ask('https://shop.example/live', { headers })
    expect([gone.status, reasonOf(gone)]).toEqual([502, 'origin-unreachable'])
  })
})
