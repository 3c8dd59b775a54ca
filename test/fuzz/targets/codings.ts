import { readFileSync } from 'node:fs'
import zlib from 'node:zlib'
import { createBrotli } from '../../../src/body/brotli.ts'
import { brotliModule } from '../../../src/body/brotli-module.ts'
import type { CodingName } from '../../../src/body/coding.ts'
import { createDecoder } from '../../../src/body/decode.ts'
import { Random } from '../../support/random.ts'
import { holds, randomCuts, same, size, type Target, windowsOf } from '../target.ts'

const wasm = new WebAssembly.Module(
  readFileSync(new URL('../../../node_modules/brotli-dec-wasm/pkg/brotli_dec_wasm_bg.wasm', import.meta.url)),
)
const powers = {
  br: createBrotli(brotliModule((imports) => new WebAssembly.Instance(wasm, imports as WebAssembly.Imports).exports)),
}

const MAX_RATIO = 100
const FREE_OUTPUT = 64 << 10

interface Decoded {
  readonly content: Buffer
  readonly fault: string
  readonly hasTail: boolean
}

function decode(codings: readonly CodingName[], windows: readonly Uint8Array[]): Decoded {
  const decoder = createDecoder(codings, powers, { maxRatio: MAX_RATIO })
  const pieces: Uint8Array[] = []
  let fault = ''
  for (const [i, window] of windows.entries()) {
    const answer = decoder.push(window, i === windows.length - 1)
    pieces.push(...answer.pieces)
    for (const piece of answer.pieces) holds(`a piece of ${piece.length} bytes`, piece.length > 0 && piece.length <= 64 << 10)
    fault ||= answer.fault ?? ''
  }
  return { content: Buffer.concat(pieces), fault, hasTail: decoder.hasTail === true }
}

/** Of a body that is broken nobody asks for a tail. */
const verdict = ({ fault, hasTail }: Decoded) => fault || `${hasTail}`

/** A coded body made of `input`: compressed and then damaged, or `input` as it is. */
type Write = (input: Uint8Array, random: Random) => Buffer

function damaged(coded: Buffer, random: Random): Buffer {
  const out = Buffer.from(coded)
  for (let k = random.pick([0, 0, 0, 0, 1, 1, 2]); k > 0 && out.length > 0; k--)
    out[random.int(0, out.length - 1)] ^= 1 << random.int(0, 7)
  if (random.chance(0.15)) return out.subarray(0, random.int(0, out.length))
  return random.chance(0.15) ? Buffer.concat([out, Buffer.from(random.pick(['x', '\0\0', '\x1f\x8b', 'tail']), 'latin1')]) : out
}

/** Bodies coded once: to code each input anew costs more than to decode it. */
const PREPARED = 128

function codingTarget(
  name: string,
  about: string,
  coding: CodingName,
  write: Write,
  oracle: (coded: Uint8Array) => Buffer,
  seeds: Target['seeds'],
): Target {
  const prepared = Array.from({ length: PREPARED }, (_, i) => {
    const random = new Random(i)
    return write(
      Buffer.from('the quick brown fox jumps over the lazy dog '.repeat(random.int(0, 3)).slice(random.int(0, 40))),
      random,
    )
  })
  /** The input as it is; a prepared body with the input put into it; or the input coded, and perhaps damaged. */
  const codedBy = (random: Random, input: Uint8Array): Buffer => {
    const way = random.next()
    if (way < 0.1) return Buffer.from(input)
    const body = random.pick(prepared)
    if (way < 0.65) return damaged(body, random)
    if (way > 0.85) return damaged(write(input, random), random)
    const at = random.int(0, body.length)
    return Buffer.concat([body.subarray(0, at), input, body.subarray(Math.min(body.length, at + random.int(0, input.length)))])
  }
  return {
    name,
    about,
    seeds,
    words: [
      'a',
      'abcabcabc',
      '\0',
      '\0\0\0\0',
      Uint8Array.of(0x1f, 0x8b, 8),
      Uint8Array.of(0xff, 0xff),
      Uint8Array.of(0x78, 0x9c),
      Uint8Array.of(1, 0, 0, 0xff, 0xff),
      Uint8Array.of(3, 0),
      'the quick brown fox ',
      Uint8Array.of(0x4b, 4),
    ],
    check(input, random) {
      const coded = codedBy(random, input)
      const whole = decode([coding], [coded])
      const cuts = randomCuts(coded.length, random, 0.02)
      const cut = decode([coding], windowsOf(coded, cuts))
      const bound = FREE_OUTPUT + MAX_RATIO * Math.ceil(coded.length / 256) * 256
      holds(`${whole.content.length} bytes of ${coded.length}`, whole.content.length <= bound)
      // In a corrupt br stream the decoder we use sees the fault at some cuts and not at others.
      const asked = coding === 'br' || random.chance(0.3)
      let expected: Buffer | undefined
      try {
        if (asked) expected = oracle(coded)
      } catch {
        expected = undefined
      }
      if (coding !== 'br' || expected !== undefined) {
        same(`cut at ${cuts}`, verdict(cut), verdict(whole))
        holds(`cut at ${cuts}: other content`, cut.content.equals(whole.content))
      }
      // What we take Node takes and reads alike. (It refuses a tail, and br whose padding is not zero, which the decoder we use passes over.)
      if (asked && whole.fault === '' && coded.length > 0 && !whole.hasTail && (coding !== 'br' || expected !== undefined)) {
        holds(`Node refuses what is taken: ${coded.toString('hex')}`, expected !== undefined)
        holds(`Node reads something else: ${coded.toString('hex')}`, expected!.equals(whole.content))
      }
      return [coding, whole.fault, `${whole.hasTail}`, size(whole.content.length), size(coded.length)]
    },
  }
}

const level = (random: Random) => ({ level: random.pick([0, 1, 6, 9]), strategy: random.pick([0, 2, 3, 4]) })

export const gzip: Target = codingTarget(
  'gzip',
  'gzip of any number of members, whole, damaged, cut short, with a tail; Node beside it',
  'gzip',
  (input, random) => {
    const middle = random.chance(0.3) ? random.int(0, input.length) : input.length
    const parts = [input.subarray(0, middle), input.subarray(middle)].filter((part, i) => i === 0 || part.length > 0)
    return Buffer.concat(parts.map((part) => withFields(zlib.gzipSync(part, level(random)), random)))
  },
  gunzipPadded,
  ['hello, hello, hello', zlib.gzipSync('abc'), Buffer.concat([zlib.gzipSync('a'), zlib.gzipSync('b')])],
)

/** Members as gzip(1) reads them, with zeros between them; Node stops at the first of those. */
function gunzipPadded(coded: Uint8Array): Buffer {
  const parts: Buffer[] = []
  for (let at = 0; at < coded.length; ) {
    const { buffer, engine } = zlib.gunzipSync(coded.subarray(at), { info: true }) as unknown as {
      buffer: Buffer
      engine: { bytesWritten: number }
    }
    parts.push(buffer)
    at += engine.bytesWritten
    while (coded[at] === 0) at++
  }
  return Buffer.concat(parts)
}

/** Optional header fields (RFC 1952, section 2.3), which zlib does not write. */
function withFields(member: Buffer, random: Random): Buffer {
  if (random.chance(0.7)) return member
  const flags = random.pick([4, 8, 16, 12, 28])
  const head = Buffer.from(member.subarray(0, 10))
  head[3] = flags
  const fields = [
    flags & 4 ? Buffer.from([2, 0, 1, 2]) : '',
    flags & 8 ? Buffer.from('name\0') : '',
    flags & 16 ? Buffer.from('note\0') : '',
  ]
  return Buffer.concat([head, ...fields.map((field) => Buffer.from(field as string)), member.subarray(10)])
}

export const deflate: Target = codingTarget(
  'deflate',
  'deflate: zlib and raw, whole, damaged, cut short; Node beside it',
  'deflate',
  (input, random) => (random.chance(0.5) ? zlib.deflateSync(input, level(random)) : zlib.deflateRawSync(input, level(random))),
  (coded) => {
    try {
      return zlib.inflateSync(coded)
    } catch {
      return zlib.inflateRawSync(coded)
    }
  },
  ['hello, hello, hello', zlib.deflateSync('abc'), zlib.deflateRawSync('abcabcabc'), zlib.deflateRawSync('stored', { level: 0 })],
)

export const brotli: Target = codingTarget(
  'brotli',
  'br, whole, damaged, cut short; Node beside it',
  'br',
  (input, random) =>
    zlib.brotliCompressSync(input, {
      params: {
        [zlib.constants.BROTLI_PARAM_QUALITY]: random.pick([0, 1, 4]),
        [zlib.constants.BROTLI_PARAM_LGWIN]: random.pick([10, 16]),
      },
    }),
  (coded) => zlib.brotliDecompressSync(coded),
  ['hello, hello, hello', zlib.brotliCompressSync('abc'), zlib.brotliCompressSync('')],
)

/** Two codings upon one another, as Content-Encoding may name them. */
export const chains: Target = {
  name: 'chains',
  about: 'two codings upon one another: what was coded comes out, or a fault, at every cut',
  seeds: ['hello, hello, hello', 'a'],
  words: ['a', 'abcabcabc', '\0', 'the quick brown fox '],
  check(input, random) {
    const names: CodingName[] = [random.pick(['gzip', 'deflate'] as const), random.pick(['gzip', 'deflate'] as const)]
    const put = {
      gzip: zlib.gzipSync,
      deflate: random.chance(0.5) ? zlib.deflateSync : zlib.deflateRawSync,
      br: zlib.brotliCompressSync,
    }
    const intact = names.reduce<Buffer>((body, name) => put[name](body), Buffer.from(input))
    const coded = random.chance(0.5) ? intact : damaged(intact, random)
    const whole = decode(names, [coded])
    const cuts = randomCuts(coded.length, random, 0.02)
    const cut = decode(names, windowsOf(coded, cuts))
    same(`cut at ${cuts}`, verdict(cut), verdict(whole))
    holds(`cut at ${cuts}: other content`, cut.content.equals(whole.content))
    if (coded.equals(intact)) holds('what was coded comes out', whole.fault === '' && whole.content.equals(input))
    return [...names, whole.fault, `${whole.hasTail}`, size(whole.content.length)]
  },
}
