import zlib from 'node:zlib'
import { type Context, Hono, type MiddlewareHandler } from 'hono'
import { bodyLimit } from 'hono/body-limit'
import { cache } from 'hono/cache'
import { compress } from 'hono/compress'
import { etag } from 'hono/etag'
import { logger } from 'hono/logger'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { definePolicy } from '../../src/policy/schema.ts'
import { engine } from '../support/engine.ts'

// edge-dlp among Hono's own middlewares, in every order of the six (docs/middleware.md).

const card = '4111111111111111'
const token = ['ghp', 'R7qJ2mXw9TzK4vLs8NfB3cHy6PdG1aWe5UxQ'].join('_')
const filler = 'harbor willow copper meadow '.repeat(60)
const raw = `{"note":"${filler}","card":"${card}"}`
const redacted = raw.replace(card, '[redacted:CREDIT_CARD]')
const LIMIT = 4_096

// The middleware names no platform's types; those of Node's suite are others.
const { dlp } = (await import(new URL('../../src/index.ts', import.meta.url).href)) as {
  dlp: (options: object) => MiddlewareHandler
}
const policyOf = (payment: 'redact' | 'mask', mode: 'enforce' | 'observe' = 'enforce') =>
  definePolicy({
    mode,
    request: { payment, credentials: 'block' },
    response: { payment, credentials: 'block' },
    places: { url: 'inspect' },
  })

const guards = {
  redact: dlp({ policy: policyOf('redact'), engine }),
  mask: dlp({ policy: policyOf('mask'), engine }),
  observe: dlp({ policy: policyOf('redact', 'observe'), engine }),
}

/** The Cache API as far as the middleware needs it; what runtimes refuse, it refuses. */
class MemoryCaches {
  readonly stored = new Map<string, { status: number; headers: [string, string][]; body: Uint8Array }>()
  async open() {
    return {
      match: async (key: string) => {
        const entry = this.stored.get(key)
        return entry && new Response(entry.body.slice(), { status: entry.status, headers: entry.headers })
      },
      put: async (key: string, response: Response) => {
        if (response.status === 206) throw new TypeError('a part cannot be put')
        const body = new Uint8Array(await response.arrayBuffer())
        this.stored.set(key, { status: response.status, headers: [...response.headers], body })
      },
    }
  }
}

let caches: MemoryCaches
const globals = globalThis as { caches?: unknown }
const before = globals.caches
beforeAll(() => {
  globals.caches = { open: () => caches.open() }
})
beforeEach(() => {
  caches = new MemoryCaches()
})
afterAll(() => {
  globals.caches = before
})

const NAMES = ['dlp', 'etag', 'compress', 'cache', 'logger', 'body-limit'] as const
type Name = (typeof NAMES)[number]

function createApp(order: readonly Name[], guard: keyof typeof guards) {
  const lines: string[] = []
  const handled: string[] = []
  const made: Record<Name, () => MiddlewareHandler> = {
    dlp: () => guards[guard],
    etag: () => etag(),
    compress: () => compress(),
    cache: () => cache({ cacheName: 'a', cacheControl: 'max-age=60', wait: true, vary: 'accept-encoding' }),
    logger: () => logger((line) => void lines.push(line)),
    'body-limit': () => bodyLimit({ maxSize: LIMIT }),
  }
  const app = new Hono()
  for (const name of order) app.use(made[name]())
  const answer = (c: Context) => c.body(raw, 200, { 'content-type': 'application/json' })
  app.get('/leak', answer)
  app.get('/item/:name', answer)
  app.get('/token', (c) => c.json({ token }))
  app.post('/echo', async (c) => {
    handled.push(await c.req.text())
    return c.json({ ok: true })
  })
  const ask = async (path: string, init: RequestInit = {}) => {
    const answer = await app.request(`http://shop.example${path}`, init)
    const bytes = Buffer.from(await answer.arrayBuffer())
    const coding = answer.headers.get('content-encoding')
    const text = (coding === 'gzip' ? zlib.gunzipSync(bytes) : coding === 'deflate' ? zlib.inflateSync(bytes) : bytes).toString()
    const length = answer.headers.get('content-length')
    if (length !== null && init.method !== 'HEAD') expect(Number(length)).toBe(bytes.length)
    return { status: answer.status, headers: answer.headers, text }
  }
  return { ask, lines, handled, inside: (a: Name, b: Name) => order.indexOf(a) > order.indexOf(b) }
}

function permutations<T>(items: readonly T[]): T[][] {
  if (items.length === 0) return [[]]
  return items.flatMap((item, i) => permutations([...items.slice(0, i), ...items.slice(i + 1)]).map((rest) => [item, ...rest]))
}

const ORDERS = permutations(NAMES)
const gzip = { headers: { 'accept-encoding': 'gzip' } }

describe.each(NAMES.map((first) => [first]))('orders that begin with %s', (first) => {
  const orders = ORDERS.filter((order) => order[0] === first)

  test('an answer is scrubbed, coded as it says, and of its length', async () => {
    for (const order of orders) {
      caches = new MemoryCaches()
      const { ask } = createApp(order, 'redact')
      for (const init of [{}, gzip, gzip, { ...gzip, method: 'HEAD' }]) {
        const { status, text, headers } = await ask('/leak', init)
        expect([order, status, text]).toEqual([order, 200, 'method' in init ? '' : redacted])
        expect([order, headers.get('etag') ?? '']).not.toEqual([order, expect.stringContaining(card)])
      }
    }
  })

  test('a copy is revalidated; one that was never scrubbed, or by another policy, is not', async () => {
    for (const order of orders) {
      caches = new MemoryCaches()
      // What a client holds from before there was a policy.
      const old = (await createApp(order, 'observe').ask('/leak')).headers.get('etag')!
      caches = new MemoryCaches()
      const { ask, inside } = createApp(order, 'redact')
      const { headers } = await ask('/leak')
      const tag = headers.get('etag')!
      expect([order, tag]).not.toEqual([order, old])
      // A cached answer does not come to what is further in.
      const status = inside('cache', 'etag') ? 304 : 200
      expect([order, (await ask('/leak', { headers: { 'if-none-match': tag } })).status]).toEqual([order, status])
      const again = await ask('/leak', { headers: { 'if-none-match': old } })
      expect([order, again.status, again.text]).toEqual([order, 200, redacted])
      caches = new MemoryCaches()
      const masked = await createApp(order, 'mask').ask('/leak', { headers: { 'if-none-match': tag } })
      expect([order, masked.status, masked.text.includes(card)]).toEqual([order, 200, false])
    }
  })

  test('a handler reads a scrubbed body, of which the limit holds', async () => {
    for (const order of orders) {
      const { ask, handled } = createApp(order, 'redact')
      const post = (body: string, chunked = false) =>
        ask('/echo', {
          method: 'POST',
          headers: { 'content-type': 'application/json', ...(chunked ? {} : { 'content-length': String(body.length) }) },
          body: chunked ? new Blob([body]).stream() : body,
          duplex: 'half',
        } as RequestInit)
      expect([order, (await post(raw)).status, (await post(raw, true)).status]).toEqual([order, 200, 200])
      expect(handled).toEqual([redacted, redacted])
      const long = JSON.stringify({ note: 'x'.repeat(LIMIT) })
      expect([order, (await post(long)).status, (await post(long, true)).status]).toEqual([order, 413, 413])
      const refused = await post(`{"token":"${token}"}`)
      expect([order, refused.status, refused.text.includes('dlp-blocked')]).toEqual([order, 403, true])
      expect(handled.length).toBe(2)
    }
  })

  test('an answer that is blocked is neither shown nor kept', async () => {
    for (const order of orders) {
      caches = new MemoryCaches()
      const { ask, inside } = createApp(order, 'redact')
      for (let i = 0; i < 2; i++) {
        const { status, text } = await ask('/token', gzip)
        expect([order, status, text.includes(token)]).toEqual([order, 502, false])
      }
      if (inside('dlp', 'cache')) expect([order, caches.stored.size]).toEqual([order, 0])
    }
  })

  test('a cache further in follows the policy at once; one further out keeps scrubbed copies, under the policy of their day', async () => {
    for (const order of orders) {
      caches = new MemoryCaches()
      const { ask, inside } = createApp(order, 'redact')
      await ask('/leak')
      const kept = [...caches.stored.values()].map(({ body }) => Buffer.from(body).toString())
      expect([order, kept.length]).toEqual([order, 1])
      if (inside('dlp', 'cache')) expect([order, kept[0].includes(card)]).toEqual([order, false])
      const { text } = await createApp(order, 'mask').ask('/leak')
      expect([order, text.includes(card)]).toEqual([order, false])
      expect([order, text.includes('[redacted')]).toEqual([order, inside('dlp', 'cache')])
    }
  })

  test('a logger further in writes the scrubbed URL, one further out the URL as it came', async () => {
    for (const order of orders) {
      caches = new MemoryCaches()
      const { ask, lines, inside } = createApp(order, 'redact')
      await ask(`/item/${card}`)
      if (lines.length > 0) expect([order, lines.join().includes(card)]).toEqual([order, inside('dlp', 'logger')])
      else expect([order, inside('logger', 'cache')]).toEqual([order, true])
    }
  })
})
