import zlib from 'node:zlib'
import { describe, expect, test } from 'vitest'
import { placedRules } from '../../rules/index.ts'
import { createPool } from '../../src/body/pool.ts'
import { toMessage } from '../../src/middleware/messages.ts'
import { passMessage } from '../../src/pipeline/message.ts'
import { compilePolicy } from '../../src/policy/compile.ts'
import type { DlpOutcome } from '../../src/telemetry/outcome.ts'
import { engine } from './inspect-body.ts'

test.each(['request', 'response'] as const)(
  'the sender of a %s fails before anything has left: its own error, one event, what had come is not-consumed, and its share of the pool is free again',
  async (side) => {
    const pool = createPool(1000)
    const outcomes: DlpOutcome[] = []
    const broken = new Error('gone')
    let pulls = 0
    const body = new ReadableStream<Uint8Array>({
      pull(controller) {
        if (pulls++ === 0) controller.enqueue(new Uint8Array(600))
        else controller.error(broken)
      },
    })
    const policy = compilePolicy(
      { mode: 'enforce', [side]: { '*': 'redact' }, limits: { maxWholeBytes: 4096 } },
      placedRules,
      'test',
    )
    const request = { method: 'POST', host: 'a.example', path: '/' }
    const pass = passMessage(
      {
        engine,
        codings: {},
        pool,
        finished: (outcome) => void outcomes.push(outcome),
        onError: (error) => expect.fail(String(error)),
      },
      toMessage(side, request, side === 'request' ? 0 : 200, new Headers(), body as never, policy, { trust: 'header' }),
    )
    await expect(pass).rejects.toBe(broken)
    expect(outcomes.map(({ cut }) => cut)).toEqual(['sender'])
    const notInspected = { 'not-consumed': 600 }
    expect(outcomes.map(({ receipt }) => receipt)).toEqual([{ bytesIn: 600, inspected: 0, notInspected, remarks: {} }])
    expect(pool.take(1000)).toBe(true)
  },
)

describe('bytes behind the end of a coded body', () => {
  const policy = compilePolicy(
    { mode: 'enforce', request: { '*': 'redact' }, limits: { maxWholeBytes: 4096 } },
    placedRules,
    'test',
  )
  const note = 'harbor willow '.repeat(2000)
  const tail = Buffer.from('tail with 4111 1111 1111 1111')

  async function pass(content: string, encode: (body: string) => Buffer, coding: string, pieces: number) {
    const outcomes: DlpOutcome[] = []
    const coded = Buffer.concat([encode(content), tail])
    const size = Math.ceil(coded.length / pieces)
    const body = new ReadableStream<Uint8Array>({
      start(controller) {
        for (let at = 0; at < coded.length; at += size) controller.enqueue(coded.subarray(at, at + size))
        controller.close()
      },
    })
    const headers = new Headers({
      'content-type': 'application/json',
      'content-encoding': coding,
      'content-length': `${coded.length}`,
    })
    const passed = await passMessage(
      {
        engine,
        codings: {},
        pool: createPool(1 << 20),
        finished: (outcome) => void outcomes.push(outcome),
        onError: (error) => expect.fail(String(error)),
      },
      toMessage('request', { method: 'POST', host: 'a.example', path: '/' }, 0, headers, body as never, policy, {
        trust: 'header',
      }),
    )
    const sent = Buffer.from(await new Response(passed.body as never).arrayBuffer())
    return { sent, length: passed.headers.get('content-length'), outcome: outcomes[0] }
  }

  test.each([
    ['gzip', zlib.gzipSync, zlib.gunzipSync],
    ['deflate', zlib.deflateSync, zlib.inflateSync],
  ] as const)('%s: the content is inspected, and they do not leave', async (coding, encode, decode) => {
    for (const long of ['', note])
      for (const pieces of [1, 7])
        for (const [content, expected] of [
          [`{"note":"${long}kept"}`, `{"note":"${long}kept"}`],
          [`{"note":"${long}","card":"4111 1111 1111 1111"}`, `{"note":"${long}","card":"[redacted:CREDIT_CARD]"}`],
        ]) {
          const { sent, length, outcome } = await pass(content, encode, coding, pieces)
          expect(decode(sent).toString()).toBe(expected)
          // A strict reader, as the platform's is, finds nothing behind the end.
          expect(await new Response(new Blob([sent]).stream().pipeThrough(new DecompressionStream(coding)) as never).text()).toBe(
            expected,
          )
          expect(outcome.receipt).toEqual({
            bytesIn: content.length,
            inspected: content.length,
            notInspected: {},
            remarks: { malformed: 1 },
          })
          if (length !== null) expect(Number(length)).toBe(sent.length)
        }
  })
})

describe('a compressed body that does not say so', () => {
  const policy = compilePolicy({ mode: 'enforce', request: { '*': 'redact' } }, placedRules, 'test')

  async function pass(coded: Uint8Array): Promise<Buffer> {
    const passed = await passMessage(
      { engine, codings: {}, pool: createPool(1 << 20), finished: () => {}, onError: (error) => expect.fail(String(error)) },
      toMessage(
        'request',
        { method: 'POST', host: 'a.example', path: '/' },
        0,
        new Headers({ 'content-type': 'application/json' }),
        new Response(coded as never).body as never,
        policy,
        { trust: 'header' },
      ),
    )
    return Buffer.from(await new Response(passed.body as never).arrayBuffer())
  }

  test.each<[string, (text: string) => Buffer, (bytes: Buffer) => Buffer]>([
    ['gzip', zlib.gzipSync, zlib.gunzipSync],
    ['zlib', zlib.deflateSync, zlib.inflateSync],
    ['zlib, fast', (text) => zlib.deflateSync(text, { level: 1 }), zlib.inflateSync],
    ['zlib, best', (text) => zlib.deflateSync(text, { level: 9 }), zlib.inflateSync],
  ])('%s', async (_, encode, decode) => {
    const sent = await pass(encode('{"card":"4111 1111 1111 1111"}'))
    expect(decode(sent).toString()).toBe('{"card":"[redacted:CREDIT_CARD]"}')
    const clean = encode('{"card":"none"}')
    expect(await pass(clean)).toEqual(clean)
  })

  test('a text that begins as such a body may stays one', async () => {
    for (const text of ['x^2 + y^2 = z^2', 'x\u0001 4111 1111 1111 1111'])
      expect((await pass(Buffer.from(text))).toString()).toBe(text.replace('4111 1111 1111 1111', '[redacted:CREDIT_CARD]'))
  })
})
