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
