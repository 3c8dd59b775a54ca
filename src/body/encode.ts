import { Gzip, Zlib } from 'fflate'
import { EMPTY } from '../core/wire.ts'
import type { Encoder } from './coding.ts'

/** For more at once fflate grows its buffer, and keeps it. */
const PIECE = 32 << 10

/**
 * A gzip or zlib encoder (fflate, level 6). What is pushed leaves with the push, flushed to a byte boundary, so that a streamed
 * body does not stall; a push costs five bytes or so. No time stamp: equal pushes give equal bytes.
 */
export function createEncoder(coding: 'gzip' | 'deflate'): Encoder {
  let out: Uint8Array[] = []
  const take = (piece: Uint8Array) => {
    if (piece.length > 0) out.push(piece)
  }
  // mem 4: 128 KiB of hash table, where fflate would take 2 MiB for a stream.
  const stream = coding === 'gzip' ? new Gzip({ level: 6, mem: 4, mtime: 0 }, take) : new Zlib({ level: 6, mem: 4 }, take)
  let begun = false
  return {
    push(chunk, last) {
      if (!begun && chunk.length > 0) {
        begun = true
        startAtTheFirst(stream)
      }
      for (let at = 0; at < chunk.length; at += PIECE) stream.push(chunk.subarray(at, at + PIECE), false)
      if (last) stream.push(EMPTY, true)
      else if (chunk.length > 0) {
        stream.flush()
        take(syncMarker(stream))
      }
      const pieces = out
      out = []
      return pieces
    },
  }
}

/**
 * fflate 0.8.3 puts a stream behind 32 KiB of zeros, and takes them for what came before: zeros near the start become matches that reach back too far, which no decoder reads
 * (test/body/encode.test.ts fails with it). It never looks back beyond the place where the stream begins in its buffer, so that is the buffer's start.
 */
function startAtTheFirst(stream: Gzip | Zlib): void {
  const { s } = stream as unknown as { s: { i: number; w: number; z: number } }
  s.i = s.w = s.z = 0
}

/**
 * The bits that fflate still keeps, and an empty stored block (RFC 1951 section 3.2.4) that ends them at a byte boundary.
 * `flush(true)` of fflate 0.8.3 should do this, but takes the kept byte for a bit position and writes broken blocks
 * (test/body/encode.test.ts fails with it). `s.r` holds the kept byte << 3 | the number of its bits; members of this exact version.
 */
function syncMarker(stream: Gzip | Zlib): Uint8Array {
  const { s } = stream as unknown as { s: { r: number } }
  const bits = s.r & 7
  const kept = s.r >> 3
  s.r = 0
  // Three bits of block header, then zeros up to the boundary.
  return Uint8Array.from(bits > 5 ? [kept, 0, 0, 0, 255, 255] : [kept, 0, 0, 255, 255])
}
