import zlib from 'node:zlib'
import { describe, expect, test } from 'vitest'
import type { CodingName } from '../../src/body/coding.ts'
import { createDecoder } from '../../src/body/decode.ts'
import { Random } from '../support/random.ts'
import { bodies, br, CODING_OF, concat, ENCODE, FORMS, LIMITS, pushAll, single, WIDE } from './codings.ts'

const open = (codings: readonly CodingName[], limits = WIDE) => createDecoder(codings, { br }, limits)
const decode = (codings: readonly CodingName[], encoded: Uint8Array, limits = WIDE) => pushAll(open(codings, limits), [encoded])
const JSON_BODY = Buffer.from('{"order":17,"note":"four eggs, four eggs, four more eggs","total":"12.50"}'.repeat(6))

type Decoded = ReturnType<typeof pushAll>

/** Equal; of a corrupt br stream one may have a little more before the fault, as its decoder drops what it made of the last bytes. */
function same(form: string, one: Decoded, two: Decoded): void {
  const length =
    form === 'br' && one.fault === 'malformed'
      ? Math.min(one.bytes.length, two.bytes.length)
      : Math.max(one.bytes.length, two.bytes.length)
  expect([two.fault, two.bytes.subarray(0, length)]).toEqual([one.fault, one.bytes.subarray(0, length)])
}

describe.each(FORMS)('%s', (form) => {
  const coding = CODING_OF[form]

  test('gives what was encoded, whole, byte by byte and at random cuts', () => {
    const random = new Random(7)
    for (const { name, bytes } of bodies(1)) {
      const encoded = ENCODE[form](bytes)
      expect(decode([coding], encoded).bytes.equals(bytes), name).toBe(true)
      for (const chunks of [single(encoded), random.cut(encoded, 9), random.cut(encoded, 5000)]) {
        const got = pushAll(open([coding]), chunks)
        expect([name, got.fault, got.bytes.equals(bytes)]).toEqual([name, undefined, true])
      }
    }
  })

  test('gives the same at every single cut', () => {
    const encoded = ENCODE[form](JSON_BODY)
    for (let cut = 0; cut <= encoded.length; cut++) {
      const got = pushAll(open([coding]), [encoded.subarray(0, cut), encoded.subarray(cut)])
      expect([cut, got.fault, got.bytes.equals(JSON_BODY)]).toEqual([cut, undefined, true])
    }
  })

  test('cut short at any byte it is malformed, and answers the beginning, the same for any chunks', () => {
    const encoded = ENCODE[form](JSON_BODY)
    for (let length = 1; length < encoded.length; length++) {
      const whole = decode([coding], encoded.subarray(0, length))
      expect([length, whole.fault]).toEqual([length, 'malformed'])
      expect(JSON_BODY.subarray(0, whole.bytes.length).equals(whole.bytes)).toBe(true)
      expect(pushAll(open([coding]), single(encoded.subarray(0, length)))).toEqual(whole)
    }
    // Of the last repeats br says all in its last byte.
    const last = decode([coding], encoded.subarray(0, encoded.length - 1))
    expect(last.bytes.length).toBeGreaterThanOrEqual(form === 'br' ? 70 : JSON_BODY.length - 1)
  })

  test('bytes behind the end are passed over and told of; those of br and raw DEFLATE, and a member that breaks off, are malformed', () => {
    const encoded = ENCODE[form](JSON_BODY)
    const tails = [[1], [0, 1], [0x1f], [0x1f, 0x8b], [0x1f, 0x8b, 7, 8, 0], [0x1f, 0x8b, 8, 0], [...encoded.subarray(0, 5)]]
    for (const tail of tails) {
      const all = concat([encoded, Uint8Array.from(tail)])
      for (const chunks of [[all], single(all)]) {
        const decoder = open([coding])
        const got = pushAll(decoder, chunks)
        const another = form.startsWith('gzip') && tail.length > 2 && tail[2] === 8
        if (form === 'br' || form === 'raw' || another) expect(got).toEqual({ bytes: JSON_BODY, fault: 'malformed' })
        else expect([got, decoder.hasTail]).toEqual([{ bytes: JSON_BODY }, true])
      }
    }
    const decoder = open([coding])
    pushAll(decoder, [encoded])
    expect(decoder.hasTail).toBe(false)
  })

  test('no byte at all is an empty body', () => {
    expect(decode([coding], new Uint8Array(0))).toEqual({ bytes: Buffer.alloc(0) })
    expect(open([coding]).push(new Uint8Array(0), false)).toEqual({ pieces: [] })
  })

  test('damaged bytes never throw, and end the same for any chunks', () => {
    const random = new Random(form.length)
    const sound = bodies(2).slice(0, 3)
    for (let round = 0; round < 300; round++) {
      const bytes = random.pick(sound).bytes
      const damaged = Uint8Array.from(ENCODE[form](bytes))
      for (let i = random.int(1, 3); i > 0 && damaged.length > 0; i--)
        damaged[random.int(0, damaged.length - 1)] = random.int(0, 255)
      same(form, decode([coding], damaged, LIMITS), pushAll(open([coding], LIMITS), random.cut(damaged, 40)))
    }
  })

  test('noise never throws', () => {
    const random = new Random(99)
    for (let round = 0; round < 300; round++) {
      const noise = Uint8Array.from({ length: random.int(1, 400) }, () => random.int(0, 255))
      if (form === 'gzip' && noise.length > 3 && random.chance(0.7)) noise.set([0x1f, 0x8b, 8, noise[3] & 0x1f])
      same(form, decode([coding], noise, LIMITS), pushAll(open([coding], LIMITS), single(noise)))
    }
  })

  test('after a fault nothing more is decoded', () => {
    const decoder = open([coding])
    const encoded = ENCODE[form](JSON_BODY)
    expect(decoder.push(concat([encoded.subarray(0, -6), Buffer.alloc(40, 0xff)]), true).fault).toBe('malformed')
    expect(decoder.push(encoded, true)).toEqual({ pieces: [], fault: 'malformed' })
  })
})

describe('what zlib says of a damaged stream', () => {
  // The oracle for RFC 1951's fine print: code tables, stored lengths, distances.
  test('is what we say', () => {
    const random = new Random(5)
    let refused = 0
    for (let round = 0; round < 4000; round++) {
      const body = Buffer.from(
        Array.from({ length: random.int(1, 120) }, () => random.pick([97, 98, 99, 100, random.int(0, 255)])),
      )
      const level = random.pick([0, 1, 9])
      const strategy = random.pick([zlib.constants.Z_DEFAULT_STRATEGY, zlib.constants.Z_FIXED, zlib.constants.Z_HUFFMAN_ONLY])
      const damaged = Uint8Array.from(zlib.deflateRawSync(body, { level, strategy }))
      damaged[random.int(0, damaged.length - 1)] ^= 1 << random.int(0, 7)
      let expected: Buffer | undefined
      try {
        const { buffer, engine } = zlib.inflateRawSync(damaged, { info: true } as zlib.ZlibOptions) as unknown as {
          buffer: Buffer
          engine: { bytesWritten: number }
        }
        if (engine.bytesWritten === damaged.length) expected = buffer
      } catch {}
      const head = (damaged[0] << 8) | damaged[1]
      if ((damaged[0] & 15) === 8 && head % 31 === 0) continue
      const got = decode(['deflate'], damaged)
      if (expected === undefined) refused++
      expect([round, got.fault]).toEqual([round, expected === undefined ? 'malformed' : undefined])
      if (expected !== undefined) expect(got.bytes.equals(expected)).toBe(true)
    }
    expect(refused).toBeGreaterThan(500)
  })
})

/** A gzip member with header fields; `crc16` false writes a wrong header checksum. */
function member(body: Uint8Array, fields: { extra?: Uint8Array; name?: string; comment?: string; crc16?: boolean } = {}): Buffer {
  const flags =
    (fields.extra ? 4 : 0) |
    (fields.name !== undefined ? 8 : 0) |
    (fields.comment !== undefined ? 16 : 0) |
    (fields.crc16 !== undefined ? 2 : 0)
  const parts = [Buffer.from([0x1f, 0x8b, 8, flags, 1, 2, 3, 4, 0, 3])]
  if (fields.extra) parts.push(Buffer.from([fields.extra.length & 255, fields.extra.length >> 8]), Buffer.from(fields.extra))
  if (fields.name !== undefined) parts.push(Buffer.from(`${fields.name}\0`))
  if (fields.comment !== undefined) parts.push(Buffer.from(`${fields.comment}\0`))
  if (fields.crc16 !== undefined) {
    const sum = (zlib.crc32(concat(parts)) & 0xffff) ^ (fields.crc16 ? 0 : 1)
    parts.push(Buffer.from([sum & 255, sum >> 8]))
  }
  const trailer = Buffer.alloc(8)
  trailer.writeUInt32LE(zlib.crc32(body), 0)
  trailer.writeUInt32LE(body.length, 4)
  return concat([...parts, zlib.deflateRawSync(body), trailer])
}

describe('gzip', () => {
  test.each([
    ['extra', { extra: Buffer.from('abcdef') }],
    ['an extra field of no bytes', { extra: Buffer.alloc(0) }],
    ['name', { name: 'orders.json' }],
    ['an empty name', { name: '' }],
    ['comment', { comment: 'nightly' }],
    ['header checksum', { crc16: true }],
    ['all of them', { extra: Buffer.alloc(300, 7), name: 'a', comment: 'b', crc16: true }],
    ['a very long name', { name: 'n'.repeat(200_000), crc16: true }],
  ])('skips header fields: %s', (_, fields) => {
    const encoded = member(JSON_BODY, fields)
    expect(decode(['gzip'], encoded)).toEqual({ bytes: JSON_BODY })
    expect(pushAll(open(['gzip']), single(encoded))).toEqual({ bytes: JSON_BODY })
  })

  test('reads several members, with padding of zeros between and behind them', () => {
    const [a, b] = [Buffer.from('{"a":"half of a va'), Buffer.from('lue"}')]
    const zeros = Buffer.alloc(700)
    const none = member(Buffer.alloc(0))
    for (const encoded of [
      concat([member(a), member(b)]),
      concat([member(a, { name: 'x' }), none, member(b, { crc16: true })]),
      concat([member(a), zeros, member(b), zeros]),
    ]) {
      expect(decode(['gzip'], encoded)).toEqual({ bytes: concat([a, b]) })
      for (let cut = 1; cut < encoded.length; cut += 3) {
        expect(pushAll(open(['gzip']), [encoded.subarray(0, cut), encoded.subarray(cut)])).toEqual({ bytes: concat([a, b]) })
      }
    }
  })

  test.each([
    ['checksum', -8],
    ['length', -4],
  ])('a wrong %s is malformed', (_, at) => {
    const encoded = Buffer.from(zlib.gzipSync(JSON_BODY))
    encoded[encoded.length + at] ^= 1
    expect(decode(['gzip'], encoded)).toEqual({ bytes: JSON_BODY, fault: 'malformed' })
  })

  test('each member is checked', () => {
    const first = Buffer.from(member(Buffer.from('one')))
    first[first.length - 8] ^= 1
    expect(decode(['gzip'], concat([first, member(Buffer.from('two'))]))).toEqual({
      bytes: Buffer.from('one'),
      fault: 'malformed',
    })
  })

  test('a wrong header checksum, unknown flags, another method or magic are malformed', () => {
    const good = zlib.gzipSync(JSON_BODY)
    expect(decode(['gzip'], member(JSON_BODY, { crc16: false })).fault).toBe('malformed')
    for (const [at, value] of [
      [3, 0x20],
      [2, 7],
      [1, 0x8c],
      [0, 0x1e],
    ]) {
      const bad = Buffer.from(good)
      bad[at] = value
      expect(decode(['gzip'], bad)).toEqual({ bytes: Buffer.alloc(0), fault: 'malformed' })
    }
  })

  test('reads stored blocks and flush points as they come', () => {
    const noise = bodies(3)[3].bytes
    expect(decode(['gzip'], zlib.gzipSync(noise, { level: 0 })).bytes.equals(noise)).toBe(true)
    const decoder = open(['gzip'])
    const flushed = zlib.gzipSync(JSON_BODY, { finishFlush: zlib.constants.Z_SYNC_FLUSH })
    // A sync flush gives everything so far, though the stream has not ended.
    expect(concat(decoder.push(flushed, false).pieces).equals(JSON_BODY)).toBe(true)
  })
})

describe('deflate', () => {
  test('a wrong Adler-32 is malformed', () => {
    const encoded = Buffer.from(zlib.deflateSync(JSON_BODY))
    encoded[encoded.length - 1] ^= 1
    expect(decode(['deflate'], encoded)).toEqual({ bytes: JSON_BODY, fault: 'malformed' })
  })

  test('all window sizes and levels of zlib are told from raw DEFLATE', () => {
    for (let windowBits = 9; windowBits <= 15; windowBits++) {
      for (const level of [0, 1, 6, 9]) {
        for (const encode of [zlib.deflateSync, zlib.deflateRawSync]) {
          expect(decode(['deflate'], encode(JSON_BODY, { level, windowBits }))).toEqual({ bytes: JSON_BODY })
        }
      }
    }
  })

  test('raw DEFLATE that starts like a zlib header is found out by failing as zlib', () => {
    // A stored block whose padding bits are set: 78 01 is a zlib header, and 0x..01 the low byte of the block's length.
    const first = Buffer.alloc(0x0101, 'a')
    const encoded = concat([Buffer.from([0x78, 0x01, 0x01, 0xfe, 0xfe]), first, zlib.deflateRawSync(JSON_BODY)])
    expect(decode(['deflate'], encoded)).toEqual({ bytes: concat([first, JSON_BODY]) })
    expect(pushAll(open(['deflate']), single(encoded))).toEqual({ bytes: concat([first, JSON_BODY]) })
  })

  test('a preset dictionary is malformed', () => {
    const encoded = zlib.deflateSync(JSON_BODY, { dictionary: Buffer.from('four eggs') })
    expect(decode(['deflate'], encoded)).toEqual({ bytes: Buffer.alloc(0), fault: 'malformed' })
  })
})

describe('several codings', () => {
  test.each(FORMS.flatMap((inner) => FORMS.map((outer) => [inner, outer] as const)))('%s, then %s', (inner, outer) => {
    const random = new Random(11)
    for (const { bytes } of bodies(4).slice(0, 6)) {
      const encoded = ENCODE[outer](ENCODE[inner](bytes))
      const codings = [CODING_OF[inner], CODING_OF[outer]]
      for (const chunks of [[encoded], random.cut(encoded, 300)]) expect(pushAll(open(codings), chunks)).toEqual({ bytes })
    }
  })

  test('an inner stream cut short is malformed, its beginning answered', () => {
    const inner = zlib.gzipSync(JSON_BODY)
    const got = decode(['gzip', 'deflate'], zlib.deflateSync(inner.subarray(0, inner.length - 9)))
    expect(got.fault).toBe('malformed')
    expect(JSON_BODY.subarray(0, got.bytes.length).equals(got.bytes)).toBe(true)
  })

  test('bytes behind the inner stream are told of', () => {
    const decoder = open(['gzip', 'gzip'])
    const encoded = zlib.gzipSync(concat([zlib.gzipSync(JSON_BODY), Buffer.from('x')]))
    expect([pushAll(decoder, [encoded]), decoder.hasTail]).toEqual([{ bytes: JSON_BODY }, true])
  })
})

describe('a coding that cannot be read', () => {
  test('br without a decoder is coding-unsupported, alone and under another', () => {
    for (const codings of [['br'], ['br', 'gzip'], ['gzip', 'br']] as CodingName[][]) {
      const got = pushAll(createDecoder(codings, {}, WIDE), [zlib.gzipSync('x')])
      expect(got).toEqual({ bytes: Buffer.alloc(0), fault: 'coding-unsupported' })
    }
  })
})

describe('caps', () => {
  const zeros = Buffer.alloc(10 << 20)
  const bombs: [string, CodingName[], Buffer][] = [
    ['gzip', ['gzip'], zlib.gzipSync(zeros)],
    ['zlib', ['deflate'], zlib.deflateSync(zeros)],
    ['raw', ['deflate'], zlib.deflateRawSync(zeros)],
    ['br', ['br'], zlib.brotliCompressSync(zeros)],
    ['gzip in gzip', ['gzip', 'gzip'], zlib.gzipSync(zlib.gzipSync(zeros))],
    ['br in gzip', ['br', 'gzip'], zlib.gzipSync(zlib.brotliCompressSync(zeros))],
    ['gzip in br', ['gzip', 'br'], zlib.brotliCompressSync(zlib.gzipSync(zeros))],
  ]
  test.each(bombs)('a bomb is stopped inside the push, at the same byte for any chunks: %s', (_, codings, bomb) => {
    const whole = decode(codings, bomb, LIMITS)
    expect(whole.fault).toBe('decode-limit')
    expect(whole.bytes.length).toBeLessThanOrEqual(65536 + 100 * (bomb.length + 255))
    expect(whole.bytes.every((byte) => byte === 0)).toBe(true)
    for (const chunks of [single(bomb), new Random(3).cut(bomb, 700)]) {
      const got = pushAll(open(codings, LIMITS), chunks)
      expect([got.fault, got.bytes.length]).toEqual([whole.fault, whole.bytes.length])
    }
  })

  test('a mild ratio in each layer that multiplies is stopped', () => {
    const inner = zlib.gzipSync(
      Buffer.from('ab'.repeat(400) + Math.PI)
        .toString('latin1')
        .repeat(4000),
    )
    const encoded = zlib.gzipSync(inner)
    expect(inner.length / encoded.length).toBeGreaterThan(10)
    expect(decode(['gzip', 'gzip'], encoded, LIMITS).fault).toBe('decode-limit')
  })

  test('64 KiB are free, and just below the cap everything comes', () => {
    expect(decode(['gzip'], zlib.gzipSync(Buffer.alloc(65536)), { maxRatio: 1 }).fault).toBeUndefined()
    const dense = Buffer.concat(Array.from({ length: 3000 }, (_, i) => Buffer.from(String(i).padStart(180, '.'))))
    const encoded = zlib.gzipSync(dense)
    expect(dense.length / encoded.length).toBeGreaterThan(20)
    expect(decode(['gzip'], encoded, LIMITS)).toEqual({ bytes: dense })
  })

  test('a body that goes on after a dense start is counted over the whole', () => {
    const noise = bodies(6)[3].bytes
    expect(decode(['gzip'], zlib.gzipSync(concat([Buffer.alloc(300_000), noise])), LIMITS).fault).toBe('decode-limit')
    expect(decode(['gzip'], zlib.gzipSync(concat([noise, Buffer.alloc(300_000)])), LIMITS).fault).toBeUndefined()
  })

  test('a bomb of gigabytes takes neither the memory nor the time of what it would become', () => {
    // 1 MiB of encoded bytes that stand for 1 GiB, pushed at once.
    const member = zlib.gzipSync(Buffer.alloc(64 << 20))
    const bomb = concat(Array.from({ length: 16 }, () => member))
    const started = performance.now()
    const got = decode(['gzip'], bomb, LIMITS)
    expect(got.fault).toBe('decode-limit')
    expect(got.bytes.length).toBeLessThan(200_000)
    expect(performance.now() - started).toBeLessThan(1000)
  })
})
