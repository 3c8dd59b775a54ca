import zlib from 'node:zlib'
import { describe, expect, test } from 'vitest'
import { type Posture, REASONS, type Reason } from '../../src/core/reasons.ts'
import { createGateway } from '../../src/gateway/gateway.ts'
import { createDlp } from '../../src/middleware/core.ts'
import { toMessage } from '../../src/middleware/messages.ts'
import type { Engine } from '../../src/pipeline/engine.ts'
import { BodyAborted } from '../../src/pipeline/message.ts'
import { definePolicy, type Policy } from '../../src/policy/schema.ts'
import type { Kernel } from '../../src/scanner/kernel.ts'
import { createPortableKernel } from '../../src/scanner/kernels/portable/kernel.ts'
import type { DlpOutcome } from '../../src/telemetry/outcome.ts'
import { engine, engineWith } from '../support/engine.ts'

// Every reason of the closed list × side × before or after the first byte × posture: reached, answered as the policy says, and counted.

type Side = 'request' | 'response'
type Moment = 'before' | 'after'
const SIDES: readonly Side[] = ['request', 'response']
const MOMENTS: readonly Moment[] = ['before', 'after']

const CARD = '4111111111111111'
const WORDS = 'harbor willow copper meadow lantern orchard '
const filler = WORDS.repeat(30)
const PNG = Buffer.concat([Buffer.from('iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJ', 'base64'), Buffer.alloc(900, 0xfe)])

interface Setup {
  readonly headers?: Record<string, string>
  readonly body: Buffer
  readonly status?: number
  readonly limits?: Policy['limits']
  readonly routes?: Policy['routes']
  readonly engine?: Engine
  /** Decided before the first byte although the message streams. */
  readonly early?: true
  /** Cannot go on, whatever the policy says: what has left was decoded, or nobody knows what was read. */
  readonly ends?: true
  /** The reason is a remark: its bytes were inspected. */
  readonly remark?: true
  readonly chunk?: number
  /** Asks for a connection of which nothing is inspected: there are no bytes yet. */
  readonly upgrade?: true
}

const text = (body: string | Buffer, more: Partial<Setup> = {}): Setup => ({
  headers: { 'content-type': 'text/plain' },
  body: Buffer.from(body),
  ...more,
})
/** A form whose second part is what it is about. */
const part = (head: string, content: Buffer): Setup => ({
  headers: { 'content-type': 'multipart/form-data; boundary=b' },
  body: Buffer.concat([
    Buffer.from(
      `--b\r\ncontent-disposition: form-data; name="a"\r\n\r\n${filler}\r\n--b\r\ncontent-disposition: form-data; name="f"; filename="f"\r\n${head}\r\n\r\n`,
    ),
    content,
    Buffer.from('\r\n--b--\r\n'),
  ]),
})
const streams = (setup: Setup): Setup => ({ ...setup, limits: { maxWholeBytes: 256, ...setup.limits } })
const noise = Buffer.from(Array.from({ length: 90_000 }, (_, i) => (Math.imul(i ^ (i >>> 3), 0x9e3779b1) >>> 24) & 255))

/** Without a cell: why there is none. */
const BEFORE_ONLY = 'is known from the head, or from the first bytes, before one has left'
const TABLE: Readonly<Record<Reason, (side: Side, moment: Moment) => Setup | string>> = {
  'binary-type': (_, moment) =>
    moment === 'before' ? { headers: { 'content-type': 'image/png' }, body: PNG } : streams(part('content-type: image/png', PNG)),
  'coding-unsupported': (_, moment) =>
    moment === 'before'
      ? text('xxxx', { headers: { 'content-encoding': 'zstd' } })
      : streams(part('content-type: text/plain\r\ncontent-encoding: zstd', Buffer.from('xxxx'))),
  'charset-unsupported': (_, moment) =>
    moment === 'before'
      ? text(filler, { headers: { 'content-type': 'text/plain; charset=iso-2022-jp' } })
      : streams(part('content-type: text/plain; charset=iso-2022-jp', Buffer.from(filler))),
  partial: (side, moment) =>
    side === 'request' ? 'requests have no status' : moment === 'after' ? BEFORE_ONLY : text(filler, { status: 206 }),
  'decode-limit': (_, moment) => {
    const headers = { 'content-type': 'text/plain', 'content-encoding': 'gzip' }
    if (moment === 'before') return { headers, body: zlib.gzipSync('a'.repeat(400_000)), limits: { maxRatio: 1 } }
    const slow = Buffer.from(noise.map((byte) => 97 + (byte % 23)))
    return streams({
      headers,
      body: zlib.gzipSync(Buffer.concat([slow, Buffer.alloc(4_000_000, 97)])),
      limits: { maxRatio: 2 },
      chunk: 2_000,
      ends: true,
    })
  },
  'depth-limit': (_, moment) => {
    const json = `[{"note":"${filler}"},${'['.repeat(40)}"x"${']'.repeat(40)},"${CARD}"]`
    const setup = { headers: { 'content-type': 'application/json' }, body: Buffer.from(json), limits: { maxDepth: 8 } }
    return moment === 'before' ? setup : streams(setup)
  },
  'size-limit': (_, moment) => {
    const setup = text(filler, { limits: { maxInspectBytes: 700 } })
    return moment === 'before' ? setup : streams(setup)
  },
  'held-limit': (_, moment) => {
    const setup = part('content-type: text/plain\r\ncontent-encoding: gzip', zlib.gzipSync(noise, { level: 0 }))
    return moment === 'before' ? setup : streams(setup)
  },
  'step-limit': (_, moment) =>
    moment === 'before'
      ? 'a body taken whole is read in one step'
      : streams(text(`${filler}${'4012 8888 8888 1881 3000 '.repeat(40)}${filler}`, { limits: { maxSteps: 200 }, chunk: 300 })),
  'kernel-failed': (_, moment) =>
    moment === 'before'
      ? text(`${filler} BREAKS`, { engine: brokenKernel() })
      : streams(text(`${filler} BREAKS ${filler}`, { engine: brokenKernel(), ends: true })),
  'internal-error': (_, moment) =>
    moment === 'before'
      ? text(`${filler} ${CARD}`, { engine: brokenEvidence() })
      : streams(text(`${filler} ${CARD} ${filler}`, { engine: brokenEvidence(), ends: true })),
  'policy-missing': () => 'without a policy there is no posture; tested below',
  'edit-forbidden': (side, moment) => {
    const signed: Record<string, string> =
      side === 'request' ? { 'x-hub-signature-256': 'sha256=00' } : { 'cache-control': 'no-transform' }
    const setup = text(`${filler} ${CARD} ${filler}`, { headers: { 'content-type': 'text/plain', ...signed }, remark: true })
    return moment === 'before' ? setup : { ...streams(setup), early: true }
  },
  upgrade: (side, moment) =>
    side === 'response'
      ? 'is asked for by requests'
      : moment === 'after'
        ? BEFORE_ONLY
        : { body: Buffer.alloc(0), upgrade: true },
  'not-consumed': () =>
    'is the doing of a sender or receiver who is gone: before the first byte tested in test/pipeline/message.test.ts, and behind it what was read stays read, tested below',
  'skipped-by-policy': (_, moment) =>
    moment === 'after' ? BEFORE_ONLY : text(`${filler} ${CARD}`, { routes: [{ match: { path: '/a' }, skip: true }] }),
}

/** Kernels, the spare one too, that fail on a word. */
function brokenKernel(): Engine {
  const broken = (kernel: Kernel): Kernel => ({
    name: kernel.name,
    open(tables) {
      const session = kernel.open(tables)
      return {
        feed(window, last) {
          if (Buffer.from(window).includes('BREAKS')) throw new Error(`the kernel failed near ${CARD}`)
          return session.feed(window, last)
        },
        reset: () => session.reset(),
        get steps() {
          return session.steps
        },
      }
    },
  })
  return engineWith(broken(createPortableKernel()), () => broken(createPortableKernel()))
}

function brokenEvidence(): Engine {
  const evidence = {
    ...engine.evidence,
    assess: () => {
      throw new Error(`a stage failed near ${CARD}`)
    },
  }
  return Object.create(engine, { evidence: { value: evidence } })
}

const STATUS: Partial<Record<Reason, number>> = { 'coding-unsupported': 415, 'size-limit': 413, 'decode-limit': 413 }

interface Result {
  readonly refused?: { readonly status: number; readonly reason: string }
  readonly out: Buffer
  readonly error?: unknown
  readonly outcome: DlpOutcome
  readonly told: string
}

async function pass(
  side: Side,
  setup: Setup,
  posture: Posture | 'observe',
  take: (reader: ReadableStreamDefaultReader<Uint8Array>) => Promise<boolean> = async () => false,
): Promise<Result> {
  const sides = { request: { '*': 'redact' }, response: { '*': 'redact' } } as const
  const policy = definePolicy({
    mode: posture === 'observe' ? 'observe' : 'enforce',
    ...sides,
    ...(posture === 'observe' ? {} : { onUninspected: { request: posture, response: posture } }),
    limits: setup.limits,
    routes: setup.routes,
  })
  const told: unknown[] = []
  const core = createDlp({ policy, engine: setup.engine ?? engine, onError: (error) => told.push(error) })
  const { body, chunk = 64 } = setup
  let at = 0
  const source = new ReadableStream<Uint8Array>(
    {
      pull(controller) {
        if (at >= body.length) return controller.close()
        controller.enqueue(Uint8Array.from(body.subarray(at, (at += chunk))))
      },
    },
    { highWaterMark: 0 },
  )
  const compiled = (await core.policy('id'))!
  const asked = { method: 'POST', host: 'shop.example', path: '/a' }
  const status = side === 'request' ? 0 : (setup.status ?? 200)
  const passed = await core.pass(
    toMessage(side, asked, status, new Headers(setup.headers), source as never, compiled, {
      trust: 'header',
      upgrade: setup.upgrade,
    }),
    'id',
  )
  const { outcome } = passed
  let out = Buffer.alloc(0)
  let error: unknown
  if (passed.body instanceof Uint8Array) out = Buffer.from(passed.body)
  else if (passed.body !== null) {
    const reader = (passed.body as unknown as ReadableStream<Uint8Array>).getReader()
    try {
      for (;;) {
        if (await take(reader)) break
        const { done, value } = await reader.read()
        if (done) break
        out = Buffer.concat([out, value])
      }
    } catch (thrown) {
      error = thrown
    }
  }
  return { refused: passed.refusal, out, error, outcome, told: told.map(String).join() }
}

function balance({ outcome }: Result): void {
  const { bytesIn, inspected, notInspected } = outcome.receipt
  expect(inspected).toBeGreaterThanOrEqual(0)
  expect(Object.values(notInspected).reduce((sum, bytes) => sum + bytes, inspected)).toBe(bytesIn)
}

describe.each(REASONS.map((reason) => [reason] as const))('%s', (reason) => {
  for (const side of SIDES)
    for (const moment of MOMENTS) {
      const setup = TABLE[reason](side, moment)
      if (typeof setup === 'string') {
        test(`${side}, ${moment} the first byte: none, as it ${setup}`, () => expect(setup.length).toBeGreaterThan(10))
        continue
      }
      const coded = setup.headers?.['content-encoding'] === 'gzip'
      const size = coded && moment === 'after' ? undefined : setup.body.length

      test(`${side}, ${moment} the first byte, block`, async () => {
        const result = await pass(side, TABLE[reason](side, moment) as Setup, 'block')
        balance(result)
        expect(result.told).not.toContain(CARD.slice(0, -1).concat('x'))
        // A route that skips has decided.
        if (reason === 'skipped-by-policy') return void expect(result.out.equals(setup.body)).toBe(true)
        if (moment === 'before' || setup.early) {
          expect(result.refused).toMatchObject({ reason, status: side === 'response' ? 502 : (STATUS[reason] ?? 403) })
          expect([result.out.length, result.outcome.decision]).toEqual([0, 'blocked'])
          return
        }
        expect(result.refused).toBeUndefined()
        expect(result.error).toBeInstanceOf(BodyAborted)
        expect(result.error).toMatchObject({ code: 'dlp-aborted', reason })
        expect([result.outcome.decision, result.outcome.aborted]).toEqual(['aborted', reason])
        expect(result.out.length).toBeGreaterThan(0)
        expect(result.out.includes(CARD)).toBe(false)
        expect(Object.keys(result.outcome.receipt.notInspected)).toContain(reason)
      })

      test(`${side}, ${moment} the first byte, pass`, async () => {
        const result = await pass(side, TABLE[reason](side, moment) as Setup, 'pass')
        balance(result)
        expect(result.refused).toBeUndefined()
        if (setup.ends) {
          expect(result.error).toMatchObject({ code: 'dlp-aborted', reason })
          expect(result.out.includes(CARD)).toBe(false)
          return
        }
        expect(result.error).toBeUndefined()
        const { notInspected, remarks, bytesIn } = result.outcome.receipt
        // Where structure is not read any more, the text is: what was found there is edited.
        if (reason === 'depth-limit') expect(result.out.length).toBeGreaterThan(setup.body.length / 2)
        else expect(result.out.equals(setup.body)).toBe(true)
        if (setup.remark) expect([remarks[reason as 'edit-forbidden'], result.outcome.edits]).toEqual([1, 0])
        else expect(notInspected[reason]).toBeGreaterThanOrEqual(setup.upgrade ? 0 : 1)
        if (size !== undefined && !coded) expect(bytesIn).toBe(size)
      })

      test(`${side}, ${moment} the first byte, observed`, async () => {
        const result = await pass(side, TABLE[reason](side, moment) as Setup, 'observe')
        balance(result)
        expect([result.refused, result.error]).toEqual([undefined, undefined])
        expect(result.out.equals(setup.body)).toBe(true)
        if (!setup.remark) expect(result.outcome.receipt.notInspected[reason]).toBeGreaterThanOrEqual(setup.upgrade ? 0 : 1)
      })
    }
})

describe('beyond the table', () => {
  test.each(SIDES)('a %s whose coding breaks after bytes have left ends, whatever the policy says', async (side) => {
    const body = zlib.gzipSync(noise.map((byte) => 97 + (byte % 23)))
    body.fill(0xff, body.length - 4_000)
    const setup = {
      headers: { 'content-type': 'text/plain', 'content-encoding': 'gzip' },
      body,
      limits: { maxWholeBytes: 256 },
      chunk: 2_000,
    }
    for (const posture of ['block', 'pass'] as const) {
      const result = await pass(side, setup, posture)
      balance(result)
      expect(result.error).toMatchObject({ reason: 'coding-unsupported' })
      expect(result.out.length).toBeGreaterThan(0)
    }
  })

  test.each(SIDES)('a %s whose receiver leaves is counted as far as it was read, if that is nothing too', async (side) => {
    for (const posture of ['block', 'pass', 'observe'] as const)
      for (const taken of [0, 1, 4]) {
        let reads = 0
        const result = await pass(side, streams(text(filler)), posture, async (reader) => {
          if (reads++ < taken) return false
          await reader.cancel('gone')
          return true
        })
        balance(result)
        expect(result.outcome.cut).toBe('receiver')
        const { bytesIn, inspected, notInspected } = result.outcome.receipt
        expect([bytesIn, inspected, notInspected]).toEqual([64 * taken, 64 * taken, {}])
      }
  })

  test('without a policy nothing passes, and the answer says so', async () => {
    const told: unknown[] = []
    const events: object[] = []
    for (const current of [() => undefined, () => Promise.reject(new Error('the store is gone'))]) {
      let called = 0
      const gateway = createGateway({
        origin: 'http://origin.example',
        engine,
        policy: { current: current as never },
        fetch: async () => {
          called++
          return new Response('ok') as never
        },
        onError: (error) => told.push(error),
        sinks: [{ write: (event) => void events.push(event) }],
      })
      const answer = (await gateway.fetch(
        new Request('http://shop.example/a', { method: 'POST', body: 'x' }) as never,
      )) as unknown as Response
      expect([answer.status, called]).toEqual([503, 0])
      expect(await answer.json()).toMatchObject({ code: 'dlp-blocked', reason: 'policy-missing' })
    }
    expect(told.length).toBe(1)
    expect(events).toMatchObject([
      { decision: 'blocked', reason: 'policy-missing' },
      { decision: 'blocked', reason: 'policy-missing' },
    ])
  })

  test('an upgrade to WebSockets is answered 501 and not forwarded', async () => {
    let called = 0
    const events: object[] = []
    const gateway = createGateway({
      origin: 'http://origin.example',
      engine,
      sinks: [{ write: (event) => void events.push(event) }],
      policy: definePolicy({ mode: 'enforce', request: { '*': 'redact' }, onUninspected: { request: 'pass' } }),
      fetch: async () => {
        called++
        return new Response('ok') as never
      },
    })
    const request = { method: 'GET', url: 'http://shop.example/ws', headers: new Headers({ upgrade: 'websocket' }), body: null }
    const answer = (await gateway.fetch(request as never)) as unknown as Response
    expect([answer.status, called]).toEqual([501, 0])
    expect(await answer.json()).toMatchObject({ reason: 'upgrade' })
    expect(events).toMatchObject([{ side: 'request', receipt: { notInspected: { upgrade: 0 } } }])
  })

  test('a kernel that fails is replaced: the message at hand is read anew, and the event names who read it', async () => {
    let feeds = 0
    const failing: Kernel = {
      name: 'wasm',
      open(tables) {
        const session = createPortableKernel().open(tables)
        return {
          feed(window, last) {
            feeds++
            if (last) throw new Error('unreachable')
            return session.feed(window, last)
          },
          reset: () => session.reset(),
          get steps() {
            return session.steps
          },
        }
      },
    }
    const result = await pass('request', text(`${filler} ${CARD}`, { engine: engineWith(failing) }), 'block')
    expect(result.out.toString()).toBe(`${filler} [redacted:CREDIT_CARD]`)
    expect([feeds, result.outcome.kernel]).toEqual([1, 'portable'])
  })
})
