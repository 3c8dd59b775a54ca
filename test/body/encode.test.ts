import zlib from 'node:zlib'
import { describe, expect, test } from 'vitest'
import { createDecoder } from '../../src/body/decode.ts'
import { createEncoder } from '../../src/body/encode.ts'
import { Random } from '../support/random.ts'
import { bodies, concat, WIDE } from './codings.ts'

const DECODE = { gzip: zlib.gunzipSync, deflate: zlib.inflateSync }

describe.each(['gzip', 'deflate'] as const)('%s', (coding) => {
  const encode = (chunks: readonly Uint8Array[]) => {
    const encoder = createEncoder(coding)
    return concat([...chunks.flatMap((chunk) => encoder.push(chunk, false)), ...encoder.push(new Uint8Array(0), true)])
  }

  test('node:zlib reads it back, for any chunks', () => {
    const random = new Random(21)
    for (const { name, bytes } of bodies(5)) {
      for (const longest of [1 << 20, 40000, 9000, 2000, 50]) {
        const chunks = random.cut(longest < 100 ? bytes.subarray(0, 4000) : bytes, longest)
        expect(DECODE[coding](encode(chunks)).equals(concat(chunks)), `${name} ${longest}`).toBe(true)
      }
    }
  })

  test('nor is anything before the first byte taken for a match: zeros at the start, in pieces', () => {
    const random = new Random(22)
    const pieces = ['\0', '\0\0\0', '\0\0\0\0a', 'a\0\0\0b\0\0\0', '[redacted:EMAIL]', 'lamp ', '\xff\xff\xff', 'aaaa']
    for (let round = 0; round < 1500; round++) {
      const chunks = Array.from({ length: random.int(1, 6) }, () =>
        Buffer.from(Array.from({ length: random.int(0, 5) }, () => random.pick(pieces)).join(''), 'latin1'),
      )
      if (random.chance(0.02)) chunks.splice(random.int(0, chunks.length), 0, Buffer.alloc(random.int(1, 140_000)))
      expect(
        DECODE[coding](encode(chunks)).equals(concat(chunks)),
        JSON.stringify(chunks.map((chunk) => chunk.subarray(0, 40).toString('latin1'))),
      ).toBe(true)
    }
    expect(DECODE[coding](encode([])).length).toBe(0)
  })

  test('a last chunk with bytes is encoded with its end', () => {
    expect(DECODE[coding](concat(createEncoder(coding).push(Buffer.from('all at once'), true))).toString()).toBe('all at once')
  })

  test('what is pushed can be read at once, so that a stream does not stall', () => {
    const encoder = createEncoder(coding)
    const decoder = createDecoder([coding], {}, WIDE)
    for (const event of ['data: 1\n\n', 'data: two\n\n', 'data: {"three":3}\n\n']) {
      const pieces = encoder.push(Buffer.from(event), false).flatMap((piece) => decoder.push(piece, false).pieces)
      expect(concat(pieces).toString()).toBe(event)
    }
    expect(encoder.push(new Uint8Array(0), false)).toEqual([])
  })

  test('the same bytes come out every time, and lent bytes are not kept', () => {
    const [, , json] = bodies(5)
    const once = encode([json.bytes])
    expect(encode([json.bytes]).equals(once)).toBe(true)
    const encoder = createEncoder(coding)
    const lent = Uint8Array.from(json.bytes)
    const parts = [...encoder.push(lent, false)]
    lent.fill(0)
    parts.push(...encoder.push(json.bytes, true))
    expect(DECODE[coding](concat(parts)).equals(concat([json.bytes, json.bytes]))).toBe(true)
  })

  test('it compresses', () => {
    const text = bodies(5)[5].bytes
    expect(encode([text]).length).toBeLessThan(text.length * 0.45)
  })
})

test('gzip carries no time', () => {
  expect([...concat(createEncoder('gzip').push(Buffer.from('x'), true)).subarray(4, 8)]).toEqual([0, 0, 0, 0])
})
