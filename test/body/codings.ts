// What the coding tests share: bodies worth compressing, encoders of node:zlib as the oracle, and ways to push.
import { readFileSync } from 'node:fs'
import zlib from 'node:zlib'
import { createBrotli } from '../../src/body/brotli.ts'
import { brotliModule } from '../../src/body/brotli-module.ts'
import type { DecodeFault, Decoder } from '../../src/body/coding.ts'
import { Random } from '../support/random.ts'

export const br = createBrotli(
  brotliModule((imports) => {
    const wasm = readFileSync(new URL('../../node_modules/brotli-dec-wasm/pkg/brotli_dec_wasm_bg.wasm', import.meta.url))
    return new WebAssembly.Instance(new WebAssembly.Module(wasm), imports as WebAssembly.Imports).exports
  }),
)

export const LIMITS = { maxRatio: 100 }
/** No cap gets in the way of a test of something else. */
export const WIDE = { maxRatio: 1e6 }

export function concat(parts: readonly Uint8Array[]): Buffer {
  return Buffer.concat(parts)
}

/** Pushes `chunks`, the last with `last`, and gathers what comes. */
export function pushAll(decoder: Decoder, chunks: readonly Uint8Array[]): { bytes: Buffer; fault?: DecodeFault } {
  const pieces: Uint8Array[] = []
  for (const [i, chunk] of (chunks.length > 0 ? chunks : [new Uint8Array(0)]).entries()) {
    // Lent bytes are overwritten afterwards, so whoever keeps them without a copy is found out.
    const lent = Uint8Array.from(chunk)
    const answer = decoder.push(lent, i >= chunks.length - 1)
    lent.fill(0xa5)
    for (const piece of answer.pieces)
      if (piece.length === 0 || piece.length > 65536) throw new Error(`a piece of ${piece.length} bytes`)
    pieces.push(...answer.pieces)
    if (answer.fault !== undefined) return { bytes: concat(pieces), fault: answer.fault }
  }
  return { bytes: concat(pieces) }
}

export function single(bytes: Uint8Array): Uint8Array[] {
  return Array.from(bytes, (_, i) => bytes.subarray(i, i + 1))
}

/** Bodies of different make: nothing, JSON, noise, one byte for ever, long repeats, text that repeats at a distance. */
export function bodies(seed: number): { name: string; bytes: Buffer }[] {
  const random = new Random(seed)
  const noise = Buffer.from(Array.from({ length: 70000 }, () => random.int(0, 255)))
  const words = ['order', 'total', 'café', '"id":', '4,200.00', '{', '}', '\n', 'null', '界']
  const text = Buffer.from(Array.from({ length: 30000 }, () => random.pick(words)).join(' '))
  return [
    { name: 'empty', bytes: Buffer.alloc(0) },
    { name: 'one byte', bytes: Buffer.from('x') },
    {
      name: 'JSON',
      bytes: Buffer.from(
        JSON.stringify({ orders: Array.from({ length: 40 }, (_, i) => ({ id: i, total: random.int(1, 9e6) })) }),
      ),
    },
    { name: 'noise', bytes: noise },
    {
      name: 'runs',
      bytes: Buffer.concat(Array.from({ length: 60 }, () => Buffer.alloc(random.int(1, 3000), random.int(0, 255)))),
    },
    { name: 'text', bytes: text },
    {
      name: 'far repeats',
      bytes: Buffer.concat([noise.subarray(0, 32768), noise.subarray(0, 32768), text.subarray(0, 40000), noise.subarray(0, 500)]),
    },
  ]
}

export const ENCODE = {
  gzip: (bytes: Uint8Array, options?: zlib.ZlibOptions) => zlib.gzipSync(bytes, options),
  zlib: (bytes: Uint8Array, options?: zlib.ZlibOptions) => zlib.deflateSync(bytes, options),
  raw: (bytes: Uint8Array, options?: zlib.ZlibOptions) => zlib.deflateRawSync(bytes, options),
  br: (bytes: Uint8Array) => zlib.brotliCompressSync(bytes, { params: { [zlib.constants.BROTLI_PARAM_QUALITY]: 5 } }),
}
export const CODING_OF = { gzip: 'gzip', zlib: 'deflate', raw: 'deflate', br: 'br' } as const
export const FORMS = ['gzip', 'zlib', 'raw', 'br'] as const
