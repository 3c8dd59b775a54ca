import type { CodingName, DecodeFault } from '../body/coding.ts'
import { createDecoder } from '../body/decode.ts'
import { createEncoder } from '../body/encode.ts'
import { EMPTY } from '../core/wire.ts'
import type { PackedDocument } from '../formats/reader.ts'
import { concat } from './source.ts'

const SLICE = 4096

/** A gzip member begins (RFC 1952 section 2.3): nothing else that is a text does so. */
export function isGzip(head: Uint8Array): boolean {
  return head[0] === 0x1f && head[1] === 0x8b && head[2] === 8
}

/** How a compressed file says that it is one; zlib (RFC 1950 section 2.2), two bytes of which a text might begin with, only likely. */
export function packedCoding(head: Uint8Array): 'gzip' | 'deflate' | undefined {
  if (isGzip(head)) return 'gzip'
  const [a, b] = head
  return a === 0x78 && (b === 0x01 || b === 0x5e || b === 0x9c || b === 0xda) ? 'deflate' : undefined
}

/** The bytes that a compressed document at hand stands for, at most `maxBytes`, or why there are none. */
export function unpack(
  packed: Uint8Array,
  coding: CodingName,
  limits: { readonly maxRatio: number; readonly maxBytes: number },
): Uint8Array | DecodeFault {
  const decoder = createDecoder([coding], {}, limits)
  const pieces: Uint8Array[] = []
  let length = 0
  let at = 0
  do {
    const slice = packed.subarray(at, at + SLICE)
    at += SLICE
    const { pieces: more, fault } = decoder.push(slice, at >= packed.length)
    if (fault !== undefined) return fault
    for (const piece of more) {
      pieces.push(piece.slice())
      length += piece.length
    }
    if (length > limits.maxBytes) return 'decode-limit'
  } while (at < packed.length)
  // Left as it is when it is clean, so nothing may stand behind it that is not looked at.
  if (decoder.hasTail) return 'malformed'
  return concat(pieces, length)
}

/** Compressed bytes inside a text that are kept until they are whole, and what they may stand for. */
export const MAX_PACKED_BYTES = 64 << 10
export const UNPACKED = { maxRatio: 100, maxBytes: 1 << 20 }

/** The document in compressed bytes (gzip or zlib) that stand in a text; undefined when they are none, or stand for too much. */
export function packedDocument(packed: Uint8Array): PackedDocument | undefined {
  const coding = isGzip(packed) ? 'gzip' : 'deflate'
  const bytes = unpack(packed, coding, UNPACKED)
  return typeof bytes === 'string' ? undefined : { bytes, contentType: null, pack: (pieces) => pack(pieces, coding) }
}

export function pack(pieces: readonly Uint8Array[], coding: 'gzip' | 'deflate'): Uint8Array {
  const encoder = createEncoder(coding)
  return concat([...encoder.push(concat(pieces), false), ...encoder.push(EMPTY, true)])
}
