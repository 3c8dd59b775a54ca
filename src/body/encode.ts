import { Gzip, Zlib } from 'fflate'
import type { Encoder } from './coding.ts'

/** A gzip or zlib encoder (fflate, level 6, no time stamp: the same bytes every time). What is pushed leaves with the push. */
export function createEncoder(coding: 'gzip' | 'deflate'): Encoder {
  let out: Uint8Array[] = []
  const take = (piece: Uint8Array) => {
    if (piece.length > 0) out.push(piece.slice())
  }
  const stream = coding === 'gzip' ? new Gzip({ level: 6, mtime: 0 }, take) : new Zlib({ level: 6 }, take)
  return {
    push(chunk, last) {
      // fflate keeps what it is given until it is encoded; our pieces are only lent to us.
      if (chunk.length > 0 || last) stream.push(chunk.slice(), last)
      const pieces = out
      out = []
      return pieces
    },
  }
}
